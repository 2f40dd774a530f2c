"""Follow units through the books, both ways: pure overlaps of intervals over rows that exist.

Back: from what a parcel holds to the entries that brought it in. Forward: from a gift to where everything that it
became is now. Every step is exact to the minor unit, so that shares always sum to the whole.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from logistics.journal.births import given_at
from logistics.journal.models import Account, AccountKind, Balance, Lot, LotSource, Transfer
from logistics.journal.postings import Piece
from logistics.kernel.money import share_of
from logistics.kernel.spans import Span

# Money, item, kit: deeper than that only a mistake could go.
LOTS_DEEP_MAX = 12
# Where shares end: families keep what they are given, donors what they are given back.
_ENDS = (AccountKind.HOUSEHOLD, AccountKind.DONOR)


@dataclass(frozen=True)
class Origin:
    """A share of something that came from outside: which entry brought it, from whom, how much.

    `first` is the first unit of the share, counted from the first that the entry brought.
    """

    entry_id: uuid.UUID
    account_id: uuid.UUID
    quantity: int
    value_minor: int
    first: int = 0


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


def entries_behind(pieces: Iterable[Piece]) -> list[uuid.UUID]:
    """List the entries that made the goods in pieces: of kits their assembly, then what their parts were bought by."""
    kept = list(pieces)
    lots = Lot.objects.in_bulk({piece.lot_id for piece in kept})
    parts = list(_starting_parts(kept, lots))
    found: dict[uuid.UUID, None] = {}
    for _ in range(LOTS_DEEP_MAX):
        lots = Lot.objects.in_bulk({part.lot_id for part in parts if part.lot_id})
        goods = [part for part in parts if not lots[part.lot_id].is_money]
        found |= dict.fromkeys(lots[part.lot_id].origin_id for part in goods)
        sources = _sources_of({part.lot_id for part in goods})
        parts = [new for part in goods for row in sources.get(part.lot_id, []) for new in _parts_behind(part, row)]
    return list(found)


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
    # A parcel may hold a part of very many gifts: only the columns that are asked for travel.
    columns = births.filter(start__gte=first, start__lt=high).values_list("entry_id", "credit_id", "start", "stop")
    for entry_id, credit_id, start, stop in columns.iterator():
        shared = min(stop, high) - max(start, low)
        if shared > 0:
            yield Origin(entry_id, credit_id, shared, shared, max(0, low - start))


class End(NamedTuple):
    """Where a group of pieces came from outside: units of a lot that was given or paid in, not made of another."""

    group: int
    lot: Lot
    span: Span


def ends_of(groups: Sequence[Sequence[Piece]]) -> list[End]:
    """Follow groups of pieces back to the lots that came from outside, in two statements a level."""
    lots = Lot.objects.in_bulk({piece.lot_id for group in groups for piece in group})
    tagged = [(number, part) for number, group in enumerate(groups) for part in _starting_parts(list(group), lots)]
    ends: list[End] = []
    for _ in range(LOTS_DEEP_MAX):
        lots = Lot.objects.select_related("origin").in_bulk({part.lot_id for _, part in tagged})
        sources = _sources_of(lots)
        ends += [End(number, lots[part.lot_id], part.span) for number, part in tagged if not sources.get(part.lot_id)]
        tagged = [
            (number, new)
            for number, part in tagged
            for row in sources.get(part.lot_id, [])
            for new in _parts_behind(part, row)
        ]
        if not tagged:
            break
    return ends


def newest_gifts(groups: Sequence[Sequence[Piece]]) -> list[dt.datetime | None]:
    """Tell for each group of pieces when the newest gift in it was made, in as many statements for many as for one."""
    last: dict[tuple[int, uuid.UUID], End] = {}
    for end in ends_of(groups):
        # The newest gift of a lot is the one with the highest unit: only that end needs a look.
        key = end.group, end.lot.id
        last[key] = max(last.get(key, end), end, key=lambda known: known.span[1])
    money = given_at([(end.lot.id, end.span[1]) for end in last.values() if end.lot.is_money])
    newest: list[dt.datetime | None] = [None] * len(groups)
    for end in last.values():
        came = money[end.lot.id, end.span[1]] if end.lot.is_money else end.lot.origin.occurred_at
        newest[end.group] = max(filter(None, [newest[end.group], came]))
    return newest


@dataclass(frozen=True)
class Held:
    """Where a share of a piece is now: in which account, how many units of which lot, worth how much of the piece.

    For a household also since when, and from which account (a parcel's, or the bank's) it came.
    """

    account: Account
    lot: Lot
    quantity: int
    value_minor: int
    came_from: Account | None = None
    since: dt.datetime | None = None


@dataclass(frozen=True)
class Spent:
    """A share of a piece of money that a purchase spent."""

    entry_id: uuid.UUID
    value_minor: int


@dataclass(frozen=True)
class Onward:
    """What became of pieces: what was bought, and where everything is now."""

    spent: list[Spent]
    held: list[Held]


class _Lens(NamedTuple):
    """The part of a piece inside a lot.

    Units [start, stop) of the lot carry value [base, base + value) of the lot before it; of that, [low, high) is the
    piece's, and it lies in units `span`. A lot without value is the piece's over its whole span.
    """

    lot_id: uuid.UUID
    start: int
    stop: int
    base: int
    value: int
    low: int
    high: int
    span: Span

    def share(self, span: Span) -> tuple[int, int]:
        """Count the units of the piece in the span, and value them."""
        first, last = max(span[0], self.span[0]), min(span[1], self.span[1])
        if first >= last:
            return 0, 0
        width = self.stop - self.start
        low = self.base + self.value * (first - self.start) // width
        high = self.base + self.value * (last - self.start) // width
        return last - first, max(0, min(high, self.high) - max(low, self.low))


def trace_forward(pieces: Iterable[Piece]) -> Onward:
    """Follow pieces forward through purchases and kits to where they are now; the values sum to the pieces' values.

    Reads where units are, not every move they made: what was reversed or taken apart again is simply where it is.
    """
    kept = list(pieces)
    lots = Lot.objects.in_bulk({piece.lot_id for piece in kept})
    lenses = [_lens_of(piece, lots[piece.lot_id]) for piece in kept]
    onward = Onward([], [])
    for _ in range(LOTS_DEEP_MAX):
        for lens in lenses:
            onward.held.extend(_held(lens))
        lenses = [ahead for lens in lenses for ahead in _ahead(lens, onward)]
        if not lenses:
            break
    return onward


def _lens_of(piece: Piece, lot: Lot) -> _Lens:
    if lot.is_money:
        return _Lens(lot.id, *piece.span, piece.start, piece.quantity, *piece.span, piece.span)
    value, quantity = lot.value_minor or 0, lot.quantity or 1
    base = share_of(value, quantity, 0, piece.start)
    return _Lens(lot.id, 0, quantity, 0, value, base, base + piece.value_minor, piece.span)


def _held(lens: _Lens) -> Iterator[Held]:
    low, high = lens.span
    rows = Balance.objects.filter(lot_id=lens.lot_id, quantity__gt=0, high__gt=low, low__lt=high)
    for row in rows.exclude(account__kind=AccountKind.HOUSEHOLD).select_related("account", "lot").order_by("low"):
        shares = [lens.share((start, stop)) for start, stop in row.spans]
        quantity, value = sum(share[0] for share in shares), sum(share[1] for share in shares)
        if value or (quantity and not lens.value):
            yield Held(row.account, row.lot, quantity, value)
    yield from _received(lens)


def _received(lens: _Lens) -> Iterator[Held]:
    """Yield what households hold, hand-over by hand-over, and what went back to donors: neither comes back."""
    low, high = lens.span
    rows = Transfer.objects.filter(lot_id=lens.lot_id, stop__gt=low, start__lt=high, debit__kind__in=_ENDS)
    # A reversal takes goods back from a family; a donor has a gift back also by the reversal of the gift.
    standing = rows.filter(Q(entry__reverses=None) | Q(debit__kind=AccountKind.DONOR), entry__reversed_by=None)
    for row in standing.select_related("debit", "credit", "lot", "entry").order_by("start"):
        quantity, value = lens.share((row.start, row.stop))
        if value or (quantity and not lens.value):
            yield Held(row.debit, row.lot, quantity, value, row.credit, row.entry.occurred_at)


def _ahead(lens: _Lens, onward: Onward) -> Iterator[_Lens]:
    low, high = lens.span
    rows = LotSource.objects.filter(source_id=lens.lot_id, start__lt=high, stop__gt=low)
    for row in rows.select_related("source", "made").order_by("id"):
        first, last = max(low, row.start), min(high, row.stop)
        if row.source.is_money:
            onward.spent.append(Spent(row.made.origin_id, last - first))
            yield _lens_from_money(row, row.made_start + first - row.start, row.made_start + last - row.start)
        else:
            yield _lens_from_goods(lens, row, first - row.start, last - row.start)


def _lens_from_money(row: LotSource, first: int, last: int) -> _Lens:
    value, quantity = row.made.value_minor or 1, row.made.quantity or 1
    # Unit u carries the value [value * u // quantity, value * (u + 1) // quantity).
    span = (_unit_at(first, value, quantity), _unit_at(last - 1, value, quantity) + 1)
    return _Lens(row.made_id, 0, quantity, 0, value, first, last, span)


def _unit_at(minor: int, value: int, quantity: int) -> int:
    return -(-(minor + 1) * quantity // value) - 1


def _lens_from_goods(lens: _Lens, row: LotSource, first: int, last: int) -> _Lens:
    made, taken = row.made_stop - row.made_start, row.stop - row.start
    base = share_of(row.source.value_minor or 0, row.source.quantity or 1, 0, row.start)
    # A kit is touched where any of its units is.
    span = (row.made_start + first * made // taken, row.made_start - (-last * made // taken))
    return _Lens(row.made_id, row.made_start, row.made_stop, base, row.value_minor, lens.low, lens.high, span)
