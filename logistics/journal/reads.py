"""Read the books: what an account holds, and what units are worth."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum

from logistics.journal.log import SealedLeaf
from logistics.journal.models import AccountKind, Balance, JournalEntry, Lot, LotSource
from logistics.journal.postings import Piece
from logistics.kernel.money import share_of
from logistics.kernel.refusals import Missing
from logistics.kernel.spans import Span

# Where money is that is not spent: in the bank of any body, and handed down but not confirmed yet.
MONEY_PLACES = (AccountKind.BANK, AccountKind.IN_TRANSIT)


class EntryMissing(Missing):
    code = "entry_missing"
    zh = "没有找到这笔分录。"
    en = "There is no such entry."


def get_entry(*, entry_id: uuid.UUID, organisation_ids: "QuerySet[Any, Any]") -> JournalEntry:
    """Return an entry of one of these organisations. Refuses EntryMissing, also for another's."""
    found = JournalEntry.objects.filter(id=entry_id, organisation_id__in=organisation_ids).first()
    if found is None:
        raise EntryMissing
    return found


def booked_days(account_ids: Iterable[uuid.UUID]) -> set[dt.date]:
    """Return the days on which something was booked into or out of these accounts."""
    ids = list(account_ids)
    rows = JournalEntry.objects.filter(Q(transfers__credit__in=ids) | Q(transfers__debit__in=ids))
    return set(rows.values_list("booked_on", flat=True))


def leaf_numbers(entry_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the number in the log of each entry that is sealed already."""
    rows = SealedLeaf.objects.filter(leaf__kind="ENTRY", leaf__subject_id__in=list(entry_ids))
    return dict(rows.values_list("leaf__subject_id", "id"))


def purse_balance(purse_id: uuid.UUID) -> int:
    """Sum the money of a purse that lies in the bank or is on its way to another body's, in minor units."""
    rows = Balance.objects.filter(lot__purse_id=purse_id, lot__item_id=None, account__kind__in=MONEY_PLACES)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


class Value(NamedTuple):
    """How the value of a made or given lot lies over its units: `value` minor units over units [start, stop)."""

    start: int
    stop: int
    value: int

    def of(self, span: Span) -> int:
        """Value the units of a span that lie in this stretch, exact to the minor unit over adjoining spans."""
        low, high = max(span[0], self.start), min(span[1], self.stop)
        return 0 if low >= high else share_of(self.value, self.stop - self.start, low - self.start, high - self.start)


class Values:
    """The values of goods lots by unit: of a kit, the sum of what its parts cost."""

    def __init__(self, lots: Iterable[Lot]) -> None:
        kept = {lot.id: lot for lot in lots if not lot.is_money}
        self._stretches: dict[uuid.UUID, list[Value]] = {lot_id: [] for lot_id in kept}
        for row in LotSource.objects.filter(made_id__in=kept, source__item_id__isnull=False):
            self._stretches[row.made_id].append(Value(row.made_start, row.made_stop, row.value_minor))
        for lot_id, lot in kept.items():
            if not self._stretches[lot_id]:
                self._stretches[lot_id] = [Value(0, lot.quantity or 1, lot.value_minor or 0)]

    def piece(self, lot_id: uuid.UUID, span: Span) -> Piece:
        """Make the piece of these units with its value."""
        return Piece(lot_id, span[0], span[1], sum(stretch.of(span) for stretch in self._stretches[lot_id]))
