"""Move goods between two warehouses of one organisation: sent, then received, lost, damaged or returned, by line."""

import datetime as dt
import uuid
from collections.abc import Sequence

from logistics.funds.models import Fund
from logistics.journal.actions import post_entry
from logistics.journal.models import EntryKind
from logistics.journal.postings import Piece, Posting, side_of
from logistics.kernel.refusals import Unacceptable
from logistics.parties.actors import Actor
from logistics.stock.actions import QUANTITY_MAX, require_lines, require_quantity
from logistics.stock.arrival_entries import note_arrivals
from logistics.stock.arrivals import Arrival, Receipt
from logistics.stock.models import Item, Warehouse
from logistics.stock.picking import open_shelf
from logistics.stock.recalls import hold_recalled
from logistics.stock.transit import movements, stored, transit_account
from logistics.stock.transit_models import Move, TransitLine
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

MOVE_LINES_MAX = 100


class MoveBetweenOrganisations(Unacceptable):
    code = "move_between_organisations"
    zh = "调拨只在同一单位的两个仓库之间；给下级单位请用“逐级下拨”。"
    en = "A move joins two warehouses of one organisation; to a lower body, hand the goods down."


@action
def send_move(
    *,
    actor: Actor,
    origin: Warehouse,
    destination: Warehouse,
    fund: Fund,
    lines: Sequence[tuple[Item, int]],
    note: str = "",
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Move:
    """Send goods of one fund to another warehouse, first expired first. The same token sends them once.

    Refuses MoveBetweenOrganisations, LinesOutOfBounds, QuantityOutOfBounds, StockShort, GoodsOfAnotherFund.
    """
    move_id = derived_id(token, 0) if token else new_id()
    standing = Move.objects.filter(id=move_id, origin=origin).first()
    if standing is not None:
        return standing
    if origin.id == destination.id or origin.organisation_id != destination.organisation_id:
        raise MoveBetweenOrganisations(pointer="/to")
    picked = picked_lines(origin, fund, lines)
    account = transit_account(move_id, origin.organisation, f"{origin.code}>{destination.code}")
    units = [piece for pieces in picked for piece in pieces]
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.MOVE_OUT,
            organisation_id=origin.organisation_id,
            idempotency_key=f"move:{move_id}",
            occurred_at=now,
            actor_id=actor.holder_id,
            movements=movements(units, side_of(origin.account), side_of(account)),
        ),
        now=now,
    )
    move = Move.objects.create(
        id=move_id,
        organisation=origin.organisation,
        fund=fund,
        account=account,
        note=note,
        sent_at=now,
        sent_by_id=actor.holder_id,
        entry=entry,
        origin=origin,
        destination=destination,
    )
    TransitLine.objects.bulk_create(
        TransitLine(move=move, item=item, sent=quantity, pieces=stored(pieces))
        for (item, quantity), pieces in zip(lines, picked, strict=True)
    )
    return move


@action
def receive_move(
    *,
    actor: Actor,
    move: Move,
    arrivals: Sequence[Arrival] | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Move:
    """Say what came of a move, line by line (None: all that is left). What nobody tells stays on the way.

    The same token says it once. Refuses TransitStateWrong, LinesMismatch, NothingArrived, MoreThanSent.
    """
    locked = Move.objects.select_for_update(of=("self",)).select_related(*_WITH).get(id=move.id)
    receipt = Receipt(
        actor=actor,
        organisation=locked.organisation,
        transit=locked.account,
        kind=EntryKind.MOVE_IN,
        destination=locked.destination.account,
        origin=locked.origin.account,
        token=derived_id(token, 0) if token else new_id(),
        now=now,
    )
    if not receipt.is_booked:
        note_arrivals(locked, arrivals, receipt)
        hold_recalled(actor=actor, warehouses=[locked.origin, locked.destination], now=now)
    return locked


def picked_lines(origin: Warehouse, fund: Fund, lines: Sequence[tuple[Item, int]]) -> list[list[Piece]]:
    """Pick each line off the shelves of a fund, also what has expired. Refuses what picking refuses."""
    require_lines([item for item, _ in lines], MOVE_LINES_MAX)
    for position, (_, quantity) in enumerate(lines):
        require_quantity(quantity, QUANTITY_MAX, f"/lines/{position}/quantity")
    shelf = open_shelf(warehouse=origin, fund=fund, items={item.id: item for item, _ in lines}, on=dt.date.min)
    return [shelf.pick(item, quantity) for item, quantity in lines]


_WITH = (
    *("account", "organisation", "fund", "origin__account", "origin__organisation"),
    *("destination__account", "destination__organisation"),
)
