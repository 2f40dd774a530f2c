"""Book what a stock-take found: less than the books said, or more."""

import datetime as dt

from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, EntryKind, JournalEntry, Lot
from logistics.journal.postings import NewLot, Posting, side_of
from logistics.kernel.money import share_of
from logistics.parties.actors import Actor
from logistics.stock.count_models import Count, CountLine, StockTake
from logistics.stock.picking import units_of_lot
from logistics.stock.transit import loss_account, movements
from logistics.storage.rows import new_id


def book_difference(take: StockTake, line: CountLine, last: Count, *, actor: Actor, now: dt.datetime) -> JournalEntry:
    """Book a line that differs: whoever counted last is the actor, whoever approves the approver. Refuses LotShort."""
    missing = line.expected - last.quantity
    shelves = take.warehouse.account
    posting = Posting(
        kind=EntryKind.COUNT_SHORTAGE if missing > 0 else EntryKind.COUNT_SURPLUS,
        organisation_id=take.warehouse.organisation_id,
        idempotency_key=f"count:{line.id}",
        occurred_at=last.counted_at,
        actor_id=last.counted_by_id,
        approver_id=actor.holder_id,
        movements=movements(
            units_of_lot(account_id=shelves.id, lot_id=line.lot_id, quantity=missing),
            side_of(shelves),
            side_of(loss_account(take.warehouse.organisation, line.reason)),
        )
        if missing > 0
        else (),
        new_lots=(_surplus(take, line.lot, -missing),) if missing < 0 else (),
    )
    return post_entry(posting=posting, now=now)


def _surplus(take: StockTake, like: Lot, quantity: int) -> NewLot:
    """Lay out what was found beyond the books: a lot like the one it lay with, at that lot's value a unit."""
    assert like.item_id is not None
    found = open_account(
        kind=AccountKind.SURPLUS,
        subject_id=take.warehouse_id,
        organisation_id=take.warehouse.organisation_id,
        reference=take.warehouse.code,
    )
    return NewLot(
        lot_id=new_id(),
        purse_id=like.purse_id,
        item_id=like.item_id,
        currency=like.currency,
        quantity=quantity,
        value_minor=share_of(like.value_minor or 0, like.quantity or 1, 0, quantity),
        basis=like.basis if like.basis == "NONE" else "COUNT",
        credit=side_of(found),
        debit=side_of(take.warehouse.account),
        expires_on=like.expires_on,
        batch=like.batch,
    )
