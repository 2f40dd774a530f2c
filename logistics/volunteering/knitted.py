"""Knitted clothes (织爱行动) for one child's size: measures, yarn, a garment; the knitter never learns whose.

The order carries a number and measures; yarn and garments are moved by the room of stock, under the order's number.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

from logistics.households.models import Member
from logistics.households.persons import household_ids_as_one
from logistics.households.standing import require_unerased
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.stock.knitting import YarnInput, move_yarn_out, receive_garments
from logistics.stock.models import Item, Knitter
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_orders
from logistics.volunteering.knitting_models import KnittingOrder, KnittingState

# What a knitter needs to know, in millimetres, from a newborn to a tall youth.
MEASURES: Mapping[str, tuple[int, int]] = {
    "height": (400, 2_000),
    "chest": (300, 1_300),
    "sleeve": (100, 800),
    "head": (250, 650),
    "foot": (60, 320),
}


class MeasuresWrong(Unacceptable):
    code = "measures_wrong"
    zh = "请写至少一项尺寸（毫米）：身高 400–2000、胸围 300–1300、袖长 100–800、头围 250–650、脚长 60–320。"
    en = "Give at least one measure in mm: height 400-2000, chest 300-1300, sleeve 100-800, head 250-650, foot 60-320."


class OrderMissing(Missing):
    code = "knitting_order_missing"
    zh = "没有找到编织单 {order}。"
    en = "There is no knitting order {order}."


class OrderNotSo(Conflicting):
    code = "knitting_order_not_so"
    zh = "编织单现在的状态是 {state}，不能这样做。"
    en = "The knitting order is {state} now; that cannot be done."


class GarmentForAnother(Unacceptable):
    code = "knitting_order_for_another"
    zh = "这个包裹不是给这个孩子家的，衣服不能放进去。"
    en = "This parcel is for another family than the child's."


@action
def report_measures(
    *, actor: Actor, member: Member, garment: Item, measures: Mapping[str, int], now: dt.datetime
) -> KnittingOrder:
    """Order a garment by a child's measures in millimetres. Refuses MeasuresWrong, PersonErased."""
    require_unerased([member.household_id], [member.id])
    for name, value in measures.items():
        least, most = MEASURES.get(name, (0, -1))
        if not least <= value <= most:
            raise MeasuresWrong(pointer=f"/measures/{name[:24]}")
    if not measures:
        raise MeasuresWrong(pointer="/measures")
    return KnittingOrder.objects.create(
        organisation=member.household.organisation,
        reference=new_reference("K"),
        member=member,
        garment=garment,
        measures=dict(measures),
        asked_at=now,
        asked_by_id=actor.holder_id,
    )


@action
def issue_yarn(*, actor: Actor, order: KnittingOrder, yarn: YarnInput, now: dt.datetime) -> KnittingOrder:
    """Give a knitter the yarn for an order. Refuses OrderNotSo, and what `move_yarn_out` refuses."""
    locked = _locked(order, KnittingState.ASKED)
    said = replace(yarn, reference=f"{locked.reference}:yarn", note=locked.reference)
    move, _ = move_yarn_out(actor=actor, yarn=said, now=now)
    locked.yarn_out, locked.state = move, KnittingState.KNITTING
    locked.save(update_fields=["yarn_out", "state"])
    return locked


@action
def receive_garment(*, actor: Actor, order: KnittingOrder, yarn: YarnInput, now: dt.datetime) -> KnittingOrder:
    """Receive the one garment of an order from its knitter. Refuses OrderNotSo, and what `receive_garments` refuses."""
    locked = _locked(order, KnittingState.KNITTING)
    assert locked.yarn_out is not None
    said = replace(
        yarn,
        knitter=locked.yarn_out.knitter,
        garment=locked.garment,
        garments=1,
        reference=f"{locked.reference}:garment",
        note=locked.reference,
    )
    move, _ = receive_garments(actor=actor, yarn=said, now=now)
    locked.garment_in, locked.state = move, KnittingState.RECEIVED
    locked.save(update_fields=["garment_in", "state"])
    return locked


@action
def record_garment_packed(
    *, order: KnittingOrder, parcel_id: uuid.UUID, household_id: uuid.UUID | None
) -> KnittingOrder:
    """Note which parcel, and whose, brings the garment to its child. Refuses OrderNotSo, GarmentForAnother."""
    locked = _locked(order, KnittingState.RECEIVED)
    if household_id not in household_ids_as_one([locked.member.household_id]):
        raise GarmentForAnother(pointer="/parcel")
    locked.parcel_id, locked.state = parcel_id, KnittingState.GIVEN
    locked.save(update_fields=["parcel_id", "state"])
    return locked


def get_order(*, order_id: uuid.UUID, organisation: Organisation) -> KnittingOrder:
    """Return the order with this id. Refuses OrderMissing, also for another organisation's."""
    found = visible_orders(organisation).filter(id=order_id).first()
    if found is None:
        raise OrderMissing(order=str(order_id), pointer="/order")
    return found


def knitter_of(order: KnittingOrder) -> Knitter:
    """Return who knits an order. Refuses OrderNotSo before there is yarn."""
    if order.yarn_out is None:
        raise OrderNotSo(state=order.state)
    return order.yarn_out.knitter


def _locked(order: KnittingOrder, state: str) -> KnittingOrder:
    rows = KnittingOrder.objects.select_for_update(of=("self",))
    locked = rows.select_related("yarn_out__knitter", "garment", "member").get(id=order.id)
    if locked.state != state:
        raise OrderNotSo(state=locked.state)
    return locked
