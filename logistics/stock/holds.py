"""Set goods aside, so that nobody packs them, and put them back."""

import datetime as dt
import uuid
from collections.abc import Sequence

from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, EntryKind, JournalEntry, Lot
from logistics.journal.postings import Piece, Posting, Side, side_of
from logistics.journal.reads import Values
from logistics.kernel.refusals import Conflicting
from logistics.parties.actors import Actor
from logistics.stock.actions import QUANTITY_MAX, require_quantity
from logistics.stock.care_models import Hold, Recall
from logistics.stock.models import Warehouse
from logistics.stock.picking import units_of_lot
from logistics.stock.transit import movements, stored, units_between
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action


class HoldReleased(Conflicting):
    code = "hold_released"
    zh = "这批货已经解除隔离或处置。"
    en = "These goods were released or disposed of already."


class HoldOfRecall(Conflicting):
    code = "hold_of_recall"
    zh = "这批货已召回，须先解除召回，或予以处置。"
    en = "These goods are recalled: lift the recall first, or dispose of them."


class HoldShort(Conflicting):
    code = "hold_short"
    zh = "隔离的只有 {available}，不够 {wanted}。"
    en = "Only {available} units are on hold; {wanted} are wanted."


@action
def hold_goods(
    *,
    actor: Actor,
    warehouse: Warehouse,
    lot: Lot,
    quantity: int,
    reason: str,
    note: str = "",
    recall: Recall | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Hold:
    """Set units of a lot aside: nobody packs them until they are released. The same token does it once.

    Refuses QuantityOutOfBounds, LotShort.
    """
    hold_id = derived_id(token, 0) if token else new_id()
    standing = Hold.objects.filter(id=hold_id, warehouse=warehouse).first()
    if standing is not None:
        return standing
    require_quantity(quantity, QUANTITY_MAX, "/quantity")
    assert lot.item_id is not None
    pieces = units_of_lot(account_id=warehouse.account_id, lot_id=lot.id, quantity=quantity)
    entry = _book(actor, warehouse, EntryKind.HOLD, f"hold:{hold_id}", pieces, now)
    return Hold.objects.create(
        id=hold_id,
        warehouse=warehouse,
        lot=lot,
        item_id=lot.item_id,
        quantity=quantity,
        left=quantity,
        pieces=stored(pieces),
        reason=reason,
        note=note,
        recall=recall,
        held_at=now,
        held_by_id=actor.holder_id,
        entry=entry,
    )


@action
def release_hold(*, actor: Actor, hold: Hold, now: dt.datetime) -> Hold:
    """Put what still lies aside back on the shelf. Refuses HoldReleased, HoldOfRecall."""
    locked = locked_hold(hold)
    if locked.recall is not None and locked.recall.lifted_at is None:
        raise HoldOfRecall
    pieces = taken_from_hold(locked, locked.left)
    _book(actor, locked.warehouse, EntryKind.RELEASE, f"release:{locked.id}", pieces, now)
    locked.released_at, locked.released_by_id = now, actor.holder_id
    locked.save(update_fields=["left", "released_at", "released_by_id"])
    return locked


def locked_hold(hold: Hold) -> Hold:
    """Lock a hold of which something still lies aside. Refuses HoldReleased."""
    rows = Hold.objects.select_for_update(of=("self",)).select_related(
        "warehouse__account", "warehouse__organisation", "lot", "recall"
    )
    locked = rows.get(id=hold.id)
    if not locked.left:
        raise HoldReleased
    return locked


def taken_from_hold(hold: Hold, quantity: int) -> list[Piece]:
    """Take the next units of a locked hold and count down what is left; the caller saves it. Refuses HoldShort."""
    if quantity > hold.left:
        raise HoldShort(available=hold.left, wanted=quantity, pointer="/quantity")
    done = hold.quantity - hold.left
    hold.left -= quantity
    return units_between(hold.pieces, done, done + quantity, Values([hold.lot]))


def quarantine_side(warehouse: Warehouse) -> Side:
    """Return where goods of a warehouse lie that are set aside."""
    return side_of(
        open_account(
            kind=AccountKind.QUARANTINE,
            subject_id=warehouse.id,
            organisation_id=warehouse.organisation_id,
            place_id=warehouse.id,
            reference=warehouse.code,
        )
    )


def _book(
    actor: Actor, warehouse: Warehouse, kind: EntryKind, key: str, pieces: Sequence[Piece], now: dt.datetime
) -> JournalEntry:
    shelves, aside = side_of(warehouse.account), quarantine_side(warehouse)
    credit, debit = (shelves, aside) if kind == EntryKind.HOLD else (aside, shelves)
    posting = Posting(
        kind=kind,
        organisation_id=warehouse.organisation_id,
        idempotency_key=key,
        occurred_at=now,
        actor_id=actor.holder_id,
        movements=movements(pieces, credit, debit),
    )
    return post_entry(posting=posting, now=now)
