"""Whose gift the money of a sale was: the goods that were sold tell, unit by unit and exact to the minor unit."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from logistics.journal.postings import Piece
from logistics.journal.traces import LOTS_DEEP_MAX, Origin, trace_back
from logistics.stock.models import Disposal


def gifts_behind_sales(origins: Iterable[Origin]) -> list[Origin]:
    """Put in the place of what a sale brought in the gifts that the sold goods were; the values sum to the same."""
    found: list[Origin] = []
    open_ones = list(origins)
    for _ in range(LOTS_DEEP_MAX):
        sales = {
            row.proceeds_entry_id: row
            for row in Disposal.objects.filter(proceeds_entry__in={origin.entry_id for origin in open_ones})
        }
        found += [origin for origin in open_ones if origin.entry_id not in sales]
        sold = {entry_id: _sold(sale) for entry_id, sale in sales.items() if entry_id}
        open_ones = [share for origin in open_ones for share in _shares(origin, sales, sold)]
        if not open_ones:
            break
    return found


def proceeds_of(gift_entry_id: uuid.UUID, sold_lots: Iterable[uuid.UUID], seen: set[uuid.UUID]) -> list[Piece]:
    """Find the units of money that a gift's goods brought in when they were sold; notes the sales in `seen`."""
    found = []
    for sale in Disposal.objects.filter(proceeds_entry__isnull=False, lot__in=list(sold_lots)).exclude(id__in=seen):
        assert sale.proceeds_entry is not None
        seen.add(sale.id)
        birth = sale.proceeds_entry.transfers.get(is_origin=True)
        for share, start, stop in _laid(sale, gifts_behind_sales(_sold(sale))):
            if share.entry_id == gift_entry_id and start < stop:
                found.append(Piece(birth.lot_id, birth.start + start, birth.start + stop, stop - start))
    return found


def _sold(sale: Disposal) -> list[Origin]:
    assert sale.entry is not None
    rows = sale.entry.transfers.order_by("position")
    return trace_back(Piece(row.lot_id, row.start, row.stop, row.value_minor) for row in rows)


def _shares(
    origin: Origin, sales: Mapping[uuid.UUID | None, Disposal], sold: Mapping[uuid.UUID, list[Origin]]
) -> Iterator[Origin]:
    sale = sales.get(origin.entry_id)
    if sale is None:
        return
    for share, start, stop in _laid(sale, sold[origin.entry_id]):
        low, high = max(start, origin.first), min(stop, origin.first + origin.value_minor)
        if low < high:
            yield Origin(share.entry_id, share.account_id, high - low, high - low, share.first)


def _laid(sale: Disposal, goods: Sequence[Origin]) -> Iterator[tuple[Origin, int, int]]:
    """Lay the proceeds over the sold goods in order, by value (by quantity where they have none)."""
    weights = [share.value_minor for share in goods]
    if not any(weights):
        weights = [share.quantity for share in goods]
    whole, passed = sum(weights), 0
    for share, weight in zip(goods, weights, strict=True):
        start = sale.proceeds_minor * passed // whole
        passed += weight
        yield share, start, sale.proceeds_minor * passed // whole
