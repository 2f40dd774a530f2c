"""Note what came of a move or hand-down, and book it."""

from collections.abc import Mapping, Sequence

from logistics.journal.actions import post_entry
from logistics.journal.models import Account, EntryKind, Lot
from logistics.journal.postings import Piece, Posting, side_of
from logistics.journal.reads import Values
from logistics.stock.arrivals import (
    ENDS,
    Arrival,
    LinesMismatch,
    MoreThanSent,
    NothingArrived,
    Receipt,
    TransitStateWrong,
)
from logistics.stock.transit import left_of, loss_account, movements, units_between
from logistics.stock.transit_models import HandDown, Move, TransitLine
from logistics.stock.transit_rows import TransitState


def note_arrivals(row: Move | HandDown, arrivals: Sequence[Arrival] | None, receipt: Receipt) -> None:
    """Note what came of a move or hand-down, line by line (None: all that is left came), and book it.

    Units go in the order of their numbers. What nobody tells stays on the way; when nothing does, the row is
    CONFIRMED. Refuses TransitStateWrong, LinesMismatch, NothingArrived, MoreThanSent.
    """
    if row.state == TransitState.CONFIRMED:
        raise TransitStateWrong(state=row.state)
    lines = list(row.lines.order_by("id"))
    told = arrivals if arrivals is not None else [Arrival(left_of(line)) for line in lines]
    _book(_told_pieces(lines, told), receipt)
    if row.received_at is None:
        row.received_at, row.received_by_id = receipt.now, receipt.actor.holder_id
    row.state = TransitState.RECEIVED
    if not any(left_of(line) for line in lines):
        row.state, row.confirmed_at, row.confirmed_by_id = TransitState.CONFIRMED, receipt.now, receipt.actor.holder_id
    row.save()


def _told_pieces(lines: Sequence[TransitLine], arrivals: Sequence[Arrival]) -> dict[str, list[Piece]]:
    if len(arrivals) != len(lines):
        raise LinesMismatch(count=len(lines), pointer="/lines")
    if not any(arrival.total for arrival in arrivals):
        raise NothingArrived(pointer="/lines")
    found: dict[str, list[Piece]] = {end: [] for end in ENDS}
    values = Values(Lot.objects.filter(id__in={piece[0] for line in lines for piece in line.pieces}))
    for position, (line, arrival) in enumerate(zip(lines, arrivals, strict=True)):
        if min(getattr(arrival, end) for end in ENDS) < 0 or arrival.total > left_of(line):
            raise MoreThanSent(counted=arrival.total, under_way=left_of(line), pointer=f"/lines/{position}")
        done = line.sent - left_of(line)
        for end in ENDS:
            count = getattr(arrival, end)
            found[end] += units_between(line.pieces, done, done + count, values, is_money=line.item_id is None)
            setattr(line, end, getattr(line, end) + count)
            done += count
    TransitLine.objects.bulk_update(
        [line for line, arrival in zip(lines, arrivals, strict=True) if arrival.total], ENDS
    )
    return found


def _book(told: Mapping[str, Sequence[Piece]], receipt: Receipt) -> None:
    """Book what came and what came back, was lost or damaged, each in an entry of its own."""
    for end, (kind, debit) in _ways(receipt).items():
        if not told[end]:
            continue
        account = debit or loss_account(receipt.organisation, kind)
        posting = Posting(
            kind=kind,
            organisation_id=receipt.organisation.id,
            idempotency_key=receipt.key_of(end),
            occurred_at=receipt.now,
            actor_id=receipt.actor.holder_id,
            movements=movements(told[end], side_of(receipt.transit), side_of(account)),
        )
        post_entry(posting=posting, now=receipt.now)


def _ways(receipt: Receipt) -> dict[str, tuple[EntryKind, Account | None]]:
    """Say for each end which entry books it and where it leads; None is the account of that loss."""
    return {
        "received": (receipt.kind, receipt.destination),
        "lost": (EntryKind.LOSE, None),
        "damaged": (EntryKind.DAMAGE, None),
        "returned": (receipt.kind, receipt.origin),
    }
