"""Number vouchers (记账凭证): one series a month and organisation, without a gap, in the order of the log.

The sequencer calls this, alone and after the commit, so that a number is never taken by an entry that fails and never
given twice; nobody who posts waits for it.
"""

import uuid
from collections.abc import Sequence

from django.db.models import Max

from logistics.journal.log import Voucher
from logistics.journal.models import WITHOUT_VOUCHER, JournalEntry

Series = tuple[uuid.UUID, str]
_ASKED = ("id", "organisation_id", "booked_on")


def number_vouchers(entry_ids: Sequence[uuid.UUID]) -> None:
    """Give the entries that accountants book their numbers, in the order given."""
    wanted = JournalEntry.objects.filter(id__in=entry_ids).exclude(kind__in=WITHOUT_VOUCHER)
    found = {row.id: (row.organisation_id, f"{row.booked_on:%Y-%m}") for row in wanted.only(*_ASKED)}
    if not found:
        return
    last: dict[Series, int] = {}
    vouchers = []
    for entry_id in entry_ids:
        if entry_id in found:
            series = found[entry_id]
            if series not in last:
                last[series] = _last_number(series)
            last[series] += 1
            vouchers.append(Voucher(entry_id=entry_id, organisation_id=series[0], month=series[1], number=last[series]))
    Voucher.objects.bulk_create(vouchers)


def _last_number(series: Series) -> int:
    rows = Voucher.objects.filter(organisation_id=series[0], month=series[1])
    return rows.aggregate(last=Max("number"))["last"] or 0
