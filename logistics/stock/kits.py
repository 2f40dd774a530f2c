"""Which units of which lots are in which kit of a lot, and back again."""

from collections.abc import Iterator, Sequence

from logistics.journal.models import LotSource
from logistics.journal.postings import Piece, Source
from logistics.journal.reads import Values


def kit_sources(pieces: Sequence[Piece], *, per_kit: int, values: Values) -> Iterator[Source]:
    """Lay the units of one item over the kits in order, cut at kits, so that every part lies in whole kits."""
    done = 0
    for piece in pieces:
        start = piece.start
        while start < piece.stop:
            units = _until_cut(done, piece.stop - start, per_kit)
            part = values.piece(piece.lot_id, (start, start + units))
            yield Source(part, made_start=done // per_kit, made_stop=-(-(done + units) // per_kit))
            start, done = start + units, done + units


def _until_cut(done: int, left: int, per_kit: int) -> int:
    """Count the units up to the next cut: the rest of a begun kit, then as many whole kits as there are."""
    if done % per_kit:
        return min(left, per_kit - done % per_kit)
    return left - left % per_kit or left


def kits_taken_apart(kits: Sequence[Piece]) -> list[Piece]:
    """Name the units that went into these kits, with the value they had then."""
    rows = LotSource.objects.filter(made_id__in={kit.lot_id for kit in kits}).order_by("made_start", "id")
    found = [part for row in rows for kit in kits if kit.lot_id == row.made_id for part in _parts(row, kit)]
    return found


def _parts(row: LotSource, kit: Piece) -> Iterator[Piece]:
    low, high = max(kit.start, row.made_start) - row.made_start, min(kit.stop, row.made_stop) - row.made_start
    if low >= high:
        return
    made, taken = row.made_stop - row.made_start, row.stop - row.start
    value = row.value_minor * high // made - row.value_minor * low // made
    yield Piece(row.source_id, row.start + taken * low // made, row.start + taken * high // made, value)
