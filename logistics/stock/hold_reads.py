"""Ask for lots and for what was set aside."""

import uuid

from django.db.models import QuerySet

from logistics.journal.models import Lot
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation
from logistics.stock.access import visible_warehouses
from logistics.stock.care_models import Hold


class LotMissing(Missing):
    code = "lot_missing"
    zh = "没有找到这个批次。"
    en = "There is no such lot."


class HoldMissing(Missing):
    code = "hold_missing"
    zh = "没有找到这次隔离。"
    en = "There is no such hold."


def visible_holds(organisation: Organisation) -> "QuerySet[Hold]":
    """Return what was set aside in an organisation's warehouses and below, newest first."""
    rows = Hold.objects.filter(warehouse__in=visible_warehouses(organisation).order_by())
    return rows.select_related("warehouse", "item", "lot", "recall").order_by("-id")


def get_hold(*, hold_id: uuid.UUID, organisation: Organisation) -> Hold:
    """Return the hold with this id. Refuses HoldMissing, also for another organisation's."""
    found = visible_holds(organisation).filter(id=hold_id).first()
    if found is None:
        raise HoldMissing(pointer="/hold")
    return found


def get_lot(*, lot_id: uuid.UUID, organisation: Organisation) -> Lot:
    """Return a lot of goods that ever came into a warehouse of the organisation or below it. Refuses LotMissing."""
    accounts = visible_warehouses(organisation).order_by().values("account")
    found = Lot.objects.filter(id=lot_id, item_id__isnull=False, balances__account__in=accounts).first()
    if found is None:
        raise LotMissing(pointer="/lot")
    return found
