"""Call lots back wherever they are, also in what was made of them.

What lies free in a warehouse of the organisation that calls them back, or below it, is set aside at once; what comes
there later (from a parcel that was cancelled, a move or a hand-down) is set aside when it comes, and no shelf gives it
out in between. `parcels.recalls` marks the parcels.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from logistics.journal.models import Balance, Lot, LotSource
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.stock.access import visible_warehouses
from logistics.stock.care_models import Recall, RecalledLot
from logistics.stock.care_reasons import CountReason
from logistics.stock.hold_reads import LotMissing
from logistics.stock.holds import hold_goods, release_hold
from logistics.stock.models import Item, Warehouse
from logistics.stock.recall_reads import recalls_over
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

LOTS_DEEP_MAX = 12
LOTS_PER_RECALL_MAX = 2_000


class RecallLifted(Conflicting):
    code = "recall_lifted"
    zh = "这次召回已经解除。"
    en = "This recall was lifted already."


class LiftedByRecaller(NotAllowed):
    code = "lifted_by_recaller"
    zh = "发起召回的人不能自己解除召回。"
    en = "Who recalled the goods may not lift the recall."


class RecallTooLarge(Unacceptable):
    code = "recall_too_large"
    zh = "一次召回最多 {most} 个批次，请按批号召回。"
    en = "A recall covers at most {most} lots; name the batch."


@action
def recall_lots(
    *,
    actor: Actor,
    item: Item,
    batch: str = "",
    lot: Lot | None = None,
    reason: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Recall:
    """Call back a lot, or every lot of an item and batch, and what was made of them: all that lies free is set aside.

    Doors call `parcels.recall_goods`, which also marks the parcels. Refuses LotMissing where nothing of that kind ever
    came to the organisation or below it, RecallTooLarge.
    """
    recall_id = derived_id(token, 0) if token else new_id()
    standing = Recall.objects.filter(id=recall_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    lots = [lot.id] if lot else _lots_of(actor.organisation, item, batch)
    if not lots:
        raise LotMissing(pointer="/batch" if batch else "/item")
    known = _with_what_was_made(lots)
    recall = Recall.objects.create(
        id=recall_id,
        organisation=actor.organisation,
        item=item,
        batch=lot.batch if lot else batch,
        reason=reason,
        recalled_at=now,
        recalled_by_id=actor.holder_id,
    )
    RecalledLot.objects.bulk_create(RecalledLot(recall=recall, lot_id=lot_id) for lot_id in sorted(known))
    hold_recalled(actor=actor, warehouses=list(_warehouses(actor.organisation)), now=now)
    return recall


@action
def lift_recall(*, actor: Actor, recall: Recall, now: dt.datetime) -> Recall:
    """Lift a recall: what was set aside for it goes back on the shelf. Refuses RecallLifted, LiftedByRecaller."""
    locked = Recall.objects.select_for_update(of=("self",)).get(id=recall.id)
    if locked.lifted_at is not None:
        raise RecallLifted
    if locked.recalled_by_id == actor.holder_id:
        raise LiftedByRecaller
    locked.lifted_at, locked.lifted_by_id = now, actor.holder_id
    locked.save(update_fields=["lifted_at", "lifted_by_id"])
    holds = list(locked.holds.filter(left__gt=0).select_related("warehouse").order_by("id"))
    for hold in holds:
        release_hold(actor=actor, hold=hold, now=now)
    # Another recall may still cover the same lots.
    hold_recalled(actor=actor, warehouses=list(_warehouses(locked.organisation)), now=now)
    return locked


def hold_recalled(*, actor: Actor, warehouses: Sequence[Warehouse], now: dt.datetime) -> None:
    """Set aside what lies free in these warehouses and is recalled there."""
    places = {place.account_id: place for place in warehouses}
    found = Balance.objects.select_for_update(of=("self",)).filter(account_id__in=list(places), quantity__gt=0)
    rows = found.filter(lot__in=RecalledLot.objects.filter(recall__lifted_at=None).values("lot"))
    for row in rows.select_related("lot").order_by("account_id", "lot_id"):
        place = places[row.account_id]
        recall = recalls_over(place.organisation).filter(lots__lot=row.lot_id).first()
        if recall is not None:
            hold_goods(
                actor=actor,
                warehouse=place,
                lot=row.lot,
                quantity=row.quantity,
                reason=CountReason.RECALLED,
                recall=recall,
                now=now,
            )


def _warehouses(organisation: Organisation) -> "QuerySet[Warehouse]":
    return visible_warehouses(organisation).select_related("account", "organisation")


def _lots_of(organisation: Organisation, item: Item, batch: str) -> list[uuid.UUID]:
    """List the lots of an item (and batch) that ever came into a warehouse of the organisation or below it."""
    accounts = visible_warehouses(organisation).order_by().values("account")
    rows = Lot.objects.filter(item_id=item.id, balances__account__in=accounts).order_by("id").distinct()
    rows = rows.filter(batch=batch) if batch else rows
    found = list(rows.values_list("id", flat=True)[: LOTS_PER_RECALL_MAX + 1])
    if len(found) > LOTS_PER_RECALL_MAX:
        raise RecallTooLarge(most=LOTS_PER_RECALL_MAX, pointer="/batch")
    return found


def _with_what_was_made(lots: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    known: set[uuid.UUID] = set()
    wave = set(lots)
    for _ in range(LOTS_DEEP_MAX):
        known |= wave
        made = LotSource.objects.filter(source__in=wave, source__item_id__isnull=False)
        wave = set(made.values_list("made_id", flat=True)) - known
        if not wave:
            break
    return known
