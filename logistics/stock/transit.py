"""What goods and money on their way need to know: their pieces, their accounts, what is left of them."""

import uuid
from collections.abc import Sequence

from logistics.journal.actions import open_account
from logistics.journal.models import Account, AccountKind
from logistics.journal.postings import Movement, Piece, Side
from logistics.journal.reads import Values
from logistics.parties.models import Organisation
from logistics.stock.transit_models import TransitLine

# [lot, start, stop, value] of a piece, as rows keep it.
StoredPiece = list[str | int]


def stored(pieces: Sequence[Piece]) -> list[StoredPiece]:
    """Write pieces for a row."""
    return [[str(piece.lot_id), piece.start, piece.stop, piece.value_minor] for piece in pieces]


def transit_account(transit_id: uuid.UUID, organisation: Organisation, reference: str) -> Account:
    """Open the account of what is on the way."""
    return open_account(
        kind=AccountKind.IN_TRANSIT, subject_id=transit_id, organisation_id=organisation.id, reference=reference[:40]
    )


def loss_account(organisation: Organisation, reason: str) -> Account:
    """Open the account of an organisation's losses for one reason."""
    return open_account(
        kind=AccountKind.LOSS,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        reference=organisation.code,
        detail=reason,
    )


def movements(pieces: Sequence[Piece], credit: Side, debit: Side) -> tuple[Movement, ...]:
    """Move pieces from one side to another."""
    return tuple(Movement(piece, credit=credit, debit=debit) for piece in pieces)


def left_of(line: TransitLine) -> int:
    """Count what is still on the way of a line."""
    return line.sent - line.received - line.lost - line.damaged - line.returned


def units_between(
    pieces: Sequence[StoredPiece], first: int, last: int, values: Values, *, is_money: bool = False
) -> list[Piece]:
    """Return the units [first, last) of stored pieces, counted from the first unit of the first piece."""
    found, passed = [], 0
    for lot, start, stop, _ in pieces:
        begin, end = int(start), int(stop)
        low, high = max(first - passed, 0), min(last - passed, end - begin)
        if low < high:
            span, lot_id = (begin + low, begin + high), uuid.UUID(str(lot))
            found.append(Piece(lot_id, *span, high - low) if is_money else values.piece(lot_id, span))
        passed += end - begin
    return found
