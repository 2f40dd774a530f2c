"""Read the books: what an account holds, and where units came from and went."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, Sum

from logistics.journal.models import Account, AccountKind, Balance, Lot, LotSource, Transfer
from logistics.journal.postings import Piece
from logistics.kernel.money import share_of
from logistics.kernel.spans import Span

LOTS_DEEP_MAX = 12


def balance_of(*, account: Account, lot: Lot) -> int:
    """Count the units of a lot that an account holds now, in base units or minor units."""
    row = Balance.objects.filter(account=account, lot=lot).first()
    return row.quantity if row else 0


def balances_of(account_ids: Iterable[uuid.UUID]) -> Iterator[Balance]:
    """Yield what the accounts hold now, lots first expired first."""
    rows = Balance.objects.filter(account_id__in=list(account_ids), quantity__gt=0).select_related("lot", "account")
    yield from rows.order_by("lot__expires_on", "lot_id")


def purse_balance(purse_id: uuid.UUID) -> int:
    """Sum the money of a purse that lies in the bank now, in minor units."""
    rows = Balance.objects.filter(lot__purse_id=purse_id, lot__item_id=None, account__kind=AccountKind.BANK)
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


@dataclass(frozen=True)
class Origin:
    """A share of something that came from outside: which entry brought it, from whom, how much."""

    entry_id: uuid.UUID
    account_id: uuid.UUID
    quantity: int
    value_minor: int


class _Part(NamedTuple):
    """Units of a lot on the way back, and the stretch [low, high) of the lot's value that they are."""

    lot_id: uuid.UUID
    span: Span
    low: int
    high: int


def trace_back(pieces: Iterable[Piece]) -> list[Origin]:
    """Follow pieces back to the entries that brought them in; the values sum to the pieces' values."""
    kept = list(pieces)
    parts = list(_starting_parts(kept, Lot.objects.in_bulk({piece.lot_id for piece in kept})))
    origins: list[Origin] = []
    for _ in range(LOTS_DEEP_MAX):
        if not parts:
            break
        lots = Lot.objects.in_bulk({part.lot_id for part in parts})
        sources = _sources_of(lots)
        ended = [part for part in parts if not sources.get(part.lot_id)]
        origins += _origins(ended, lots)
        parts = [new for part in parts for row in sources.get(part.lot_id, []) for new in _parts_behind(part, row)]
    return origins


def _starting_parts(pieces: list[Piece], lots: Mapping[uuid.UUID, Lot]) -> Iterator[_Part]:
    for piece in pieces:
        lot = lots[piece.lot_id]
        if lot.is_money:
            yield _Part(lot.id, piece.span, *piece.span)
        else:
            low = share_of(lot.value_minor or 0, lot.quantity or 1, 0, piece.start)
            yield _Part(lot.id, piece.span, low, low + piece.value_minor)


def _sources_of(lots: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[LotSource]]:
    found: dict[uuid.UUID, list[LotSource]] = {}
    for row in LotSource.objects.filter(made_id__in=list(lots)).select_related("source").order_by("made_start", "id"):
        found.setdefault(row.made_id, []).append(row)
    return found


def _parts_behind(part: _Part, row: LotSource) -> Iterator[_Part]:
    if row.source.is_money:
        # Positions are minor units of the made lot's value, and minor units of money are the units themselves.
        low, high = max(part.low, row.made_start), min(part.high, row.made_stop)
        if low < high:
            first = row.start + low - row.made_start
            yield _Part(row.source_id, (first, first + high - low), first, first + high - low)
        return
    low, high = max(part.span[0], row.made_start), min(part.span[1], row.made_stop)
    if low < high:
        yield _goods_behind(row, low - row.made_start, high - row.made_start)


def _goods_behind(row: LotSource, low: int, high: int) -> _Part:
    made, taken = row.made_stop - row.made_start, row.stop - row.start
    base = share_of(row.source.value_minor or 0, row.source.quantity or 1, 0, row.start)
    return _Part(
        row.source_id,
        (row.start + taken * low // made, row.start + taken * high // made),
        base + row.value_minor * low // made,
        base + row.value_minor * high // made,
    )


def _origins(parts: list[_Part], lots: dict[uuid.UUID, Lot]) -> Iterator[Origin]:
    for part in parts:
        if lots[part.lot_id].is_money:
            yield from _gifts_in(part)
        else:
            row = Transfer.objects.get(lot_id=part.lot_id, is_origin=True)
            yield Origin(row.entry_id, row.credit_id, part.span[1] - part.span[0], part.high - part.low)


def _gifts_in(part: _Part) -> Iterator[Origin]:
    low, high = part.span
    births = Transfer.objects.filter(lot_id=part.lot_id, is_origin=True).order_by("start")
    # Births are disjoint: the one that holds the first unit is the last that begins at or before it.
    first = births.filter(start__lte=low).order_by("-start").values_list("start", flat=True).first() or 0
    for row in births.filter(start__gte=first, start__lt=high):
        shared = min(row.stop, high) - max(row.start, low)
        if shared > 0:
            yield Origin(row.entry_id, row.credit_id, shared, shared)


def newest_gifts(groups: Sequence[Sequence[Piece]]) -> list[dt.datetime | None]:
    """Tell for each group of pieces when the newest gift in it was made; None for what has no origin of that kind."""
    first = Lot.objects.in_bulk({piece.lot_id for group in groups for piece in group})
    tagged = [(number, part) for number, group in enumerate(groups) for part in _starting_parts(list(group), first)]
    newest: list[dt.datetime | None] = [None] * len(groups)
    for _ in range(LOTS_DEEP_MAX):
        lots = Lot.objects.select_related("origin").in_bulk({part.lot_id for _, part in tagged})
        sources = _sources_of(lots)
        for number, part in tagged:
            if not sources.get(part.lot_id):
                newest[number] = max(filter(None, [newest[number], _given_at(part, lots[part.lot_id])]))
        tagged = [
            (number, new)
            for number, part in tagged
            for row in sources.get(part.lot_id, [])
            for new in _parts_behind(part, row)
        ]
        if not tagged:
            break
    return newest


def _given_at(part: _Part, lot: Lot) -> dt.datetime:
    if not lot.is_money:
        return lot.origin.occurred_at
    births = Transfer.objects.filter(lot_id=part.lot_id, is_origin=True, start__lt=part.span[1])
    # Births are in the order of arrival: the newest gift is the one with the last unit.
    return births.order_by("-start").values_list("entry__occurred_at", flat=True)[0]


@dataclass(frozen=True)
class Passage:
    """A share of a gift on its way: in which entry's transfer it moved, how many units, worth how much of the gift."""

    transfer: Transfer
    quantity: int
    value_minor: int


class _Lens(NamedTuple):
    """The part [low, high) of a gift's value inside a lot, whose units [start, stop) carry value [base, base + value)."""

    lot_id: uuid.UUID
    start: int
    stop: int
    base: int
    value: int
    low: int
    high: int
    # Units of a lot without value: the whole span is the gift's.
    span: Span

    def share(self, span: Span) -> tuple[int, int]:
        """Count the units of the gift in the span and value them."""
        first, last = max(span[0], self.span[0]), min(span[1], self.span[1])
        if first >= last:
            return 0, 0
        width = self.stop - self.start
        low = self.base + self.value * (first - self.start) // width
        high = self.base + self.value * (last - self.start) // width
        return last - first, max(0, min(high, self.high) - max(low, self.low))


def trace_forward(pieces: Iterable[Piece]) -> Iterator[Passage]:
    """Follow pieces forward through every movement that still stands, kit and parcel by parcel.

    Yields births first, then each later movement of the same units and of what was made of them.
    """
    lenses = [_lens_of(piece) for piece in pieces]
    for _ in range(LOTS_DEEP_MAX):
        if not lenses:
            return
        ahead: list[_Lens] = []
        for lens in lenses:
            yield from _passages(lens)
            ahead += _lenses_ahead(lens)
        lenses = ahead


def _lens_of(piece: Piece) -> _Lens:
    lot = Lot.objects.get(id=piece.lot_id)
    if lot.is_money:
        return _Lens(lot.id, piece.start, piece.stop, piece.start, piece.quantity, *piece.span, piece.span)
    value, quantity = lot.value_minor or 0, lot.quantity or 1
    base = share_of(value, quantity, 0, piece.start)
    return _Lens(lot.id, 0, quantity, 0, value, base, base + piece.value_minor, piece.span)


def _passages(lens: _Lens) -> Iterator[Passage]:
    low, high = lens.span
    standing = Q(entry__reverses=None, entry__reversed_by=None)
    rows = Transfer.objects.filter(standing, lot_id=lens.lot_id, start__lt=high, stop__gt=low)
    for row in rows.select_related("entry", "debit", "credit").order_by("id"):
        quantity, value = lens.share((row.start, row.stop))
        if quantity and (value or not lens.value):
            yield Passage(row, quantity, value)


def _lenses_ahead(lens: _Lens) -> Iterator[_Lens]:
    low, high = lens.span
    standing = Q(made__origin__reversed_by=None)
    rows = LotSource.objects.filter(standing, source_id=lens.lot_id, start__lt=high, stop__gt=low)
    for row in rows.select_related("source", "made"):
        ahead = _lens_from_money(lens, row) if row.source.is_money else _lens_from_goods(lens, row)
        if ahead is not None:
            yield ahead


def _lens_from_money(lens: _Lens, row: LotSource) -> _Lens | None:
    low, high = max(lens.span[0], row.start), min(lens.span[1], row.stop)
    if low >= high:
        return None
    value, quantity = row.made.value_minor or 1, row.made.quantity or 1
    first, last = row.made_start + low - row.start, row.made_start + high - row.start
    # Which units carry these minor units: unit u carries value [value*u//quantity, value*(u+1)//quantity).
    span = (_unit_at(first, value, quantity), _unit_at(last - 1, value, quantity) + 1)
    return _Lens(row.made_id, 0, quantity, 0, value, first, last, span)


def _unit_at(minor: int, value: int, quantity: int) -> int:
    return -(-(minor + 1) * quantity // value) - 1


def _lens_from_goods(lens: _Lens, row: LotSource) -> _Lens | None:
    low, high = max(lens.span[0], row.start), min(lens.span[1], row.stop)
    if low >= high:
        return None
    made, taken = row.made_stop - row.made_start, row.stop - row.start
    base = share_of(row.source.value_minor or 0, row.source.quantity or 1, 0, row.start)
    # A kit unit is touched where any of its source units is.
    span = (row.made_start + (low - row.start) * made // taken, row.made_start - (-(high - row.start) * made // taken))
    return _Lens(row.made_id, row.made_start, row.made_stop, base, row.value_minor, lens.low, lens.high, span)
