"""Ask for purchases, and for what of them is still to come."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Purchase, PurchaseLine
from logistics.stock.reads import ItemMissing


class PurchaseMissing(Missing):
    code = "purchase_missing"
    zh = "没有找到这笔采购。"
    en = "There is no such purchase."


def visible_purchases(organisation: Organisation) -> "QuerySet[Purchase]":
    """Return the purchases of an organisation and of those below it, newest first."""
    rows = Purchase.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("fund", "supplier", "warehouse", "entry").order_by("-id")


def get_purchase(*, purchase_id: uuid.UUID, organisation: Organisation) -> Purchase:
    """Return the purchase with this id. Refuses PurchaseMissing, also for another organisation's."""
    found = visible_purchases(organisation).filter(id=purchase_id).first()
    if found is None:
        raise PurchaseMissing
    return found


def lines_to_come(purchase: Purchase, item_codes: Sequence[str]) -> list[PurchaseLine]:
    """Find for each item the line of a purchase that still waits for it, else the last one of the item.

    Refuses ItemMissing for an item that was not ordered.
    """
    by_item: dict[str, list[PurchaseLine]] = {}
    for line in purchase.lines.select_related("item").order_by("id"):
        by_item.setdefault(line.item.code, []).append(line)
    found = []
    for position, code in enumerate(item_codes):
        lines = by_item.get(code)
        if not lines:
            raise ItemMissing(item=code, pointer=f"/lines/{position}/item")
        waiting = [line for line in lines if line.received < line.quantity]
        found.append(waiting[0] if waiting else lines[-1])
    return found
