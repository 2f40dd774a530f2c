"""Number vouchers (记账凭证): one series a month and organisation, without a gap, in the order of the log.

The sequencer calls this, alone and after the commit, so that a number is never taken by an entry that fails and never
given twice; nobody who posts waits for it.
"""

import uuid
from collections.abc import Sequence

from django.db.models import Max

from logistics.journal.log import Voucher
from logistics.journal.models import WITHOUT_VOUCHER, JournalEntry
from logistics.kernel.refusals import Conflicting

Series = tuple[uuid.UUID, str]
_ASKED = ("id", "organisation_id", "booked_on")


class VoucherWrong(Conflicting):
    code = "voucher_wrong"
    zh = "记账凭证 {month} 第 {number} 号与日志的顺序不符。"
    en = "Voucher {number} of {month} does not follow from the order of the log."


def number_vouchers(entry_ids: Sequence[uuid.UUID]) -> None:
    """Give the entries that accountants book their numbers, in the order given."""
    found = _series_of(entry_ids)
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


class VoucherNumbers:
    """Counts the vouchers again in the order of the log, and compares them with those that stand."""

    def __init__(self) -> None:
        self._last: dict[Series, int] = {}
        self._count = 0

    def check(self, entry_ids: Sequence[uuid.UUID]) -> None:
        """Count the next entries of the log. Refuses VoucherWrong."""
        series = _series_of(entry_ids)
        standing = {row.entry_id: row for row in Voucher.objects.filter(entry__in=entry_ids)}
        for entry_id in entry_ids:
            if entry_id in series:
                self._check(series[entry_id], standing.get(entry_id))

    def check_that_no_other_stands(self) -> None:
        """Refuse VoucherWrong where there are more vouchers than entries that get one."""
        if Voucher.objects.count() != self._count:
            raise VoucherWrong(month="", number=self._count + 1)

    def _check(self, series: Series, row: Voucher | None) -> None:
        self._count += 1
        self._last[series] = number = self._last.get(series, 0) + 1
        if row is None or (row.organisation_id, row.month, row.number) != (*series, number):
            raise VoucherWrong(month=series[1], number=number)


def _series_of(entry_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Series]:
    wanted = JournalEntry.objects.filter(id__in=entry_ids).exclude(kind__in=WITHOUT_VOUCHER)
    return {row.id: (row.organisation_id, f"{row.booked_on:%Y-%m}") for row in wanted.only(*_ASKED)}
