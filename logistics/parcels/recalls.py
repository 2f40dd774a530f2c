"""Call goods back wherever they are: what lies free is set aside, and the parcels that hold the rest are marked."""

import datetime as dt
import uuid

from logistics.journal.models import Lot
from logistics.parcels.models import Parcel
from logistics.parcels.recall_reads import parcels_with_recalled
from logistics.parties.actors import Actor
from logistics.stock.models import Item, Recall
from logistics.stock.recalls import lift_recall, recall_lots
from logistics.storage.transactions import action


@action
def recall_goods(
    *,
    actor: Actor,
    item: Item,
    batch: str = "",
    lot: Lot | None = None,
    reason: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Recall:
    """Call back a lot, or every lot of an item and batch: free goods are set aside, parcels are marked.

    Refuses LotMissing, RecallTooLarge.
    """
    recall = recall_lots(actor=actor, item=item, batch=batch, lot=lot, reason=reason, now=now, token=token)
    # A parcel keeps the recall that met it first.
    parcels_with_recalled(recall).filter(recall=None).update(recall=recall, recalled_at=recall.recalled_at)
    return recall


@action
def lift_recall_of_goods(*, actor: Actor, recall: Recall, now: dt.datetime) -> Recall:
    """Lift a recall: set-aside goods go back, parcels may go on unless another recall holds them.

    Refuses RecallLifted, LiftedByRecaller.
    """
    lifted = lift_recall(actor=actor, recall=recall, now=now)
    freed = list(Parcel.objects.filter(recall=lifted).values_list("id", flat=True))
    Parcel.objects.filter(id__in=freed).update(recall=None, recalled_at=None)
    for other in Recall.objects.filter(lifted_at=None).order_by("id"):
        held = parcels_with_recalled(other).filter(id__in=freed, recall=None)
        held.update(recall=other, recalled_at=other.recalled_at)
    return lifted
