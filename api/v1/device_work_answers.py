"""What a device is told for work in a warehouse, and of what it did there."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.fields import MomentField
from logistics.codes.reads import labels_of
from logistics.funds.models import Fund
from logistics.funds.reads import funds_at_hand, visible_funds
from logistics.parties.models import Named, Organisation
from logistics.parties.reads import visible_programmes
from logistics.press.papers.paper_codes import codes_for
from logistics.stock.access import visible_warehouses
from logistics.stock.count_models import CountLine, StockTake, StockTakeState
from logistics.stock.count_reads import is_settled, lines_of, standing_counts, visible_stock_takes
from logistics.stock.models import Item, KitRecipe, Purchase, PurchaseState
from logistics.stock.purchase_reads import visible_purchases

# More than a person looks through on a telephone, at a table of bar codes that still loads on a mountain.
ITEMS_MAX, ORDERS_MAX, TAKES_MAX, COUNTED_LOTS_MAX = 5_000, 200, 20, 5_000
_MOMENT = MomentField()


class WarehouseAnswer(serializers.Serializer):
    """What a device carries for work in a warehouse."""

    server_time = serializers.DateTimeField()
    warehouses = serializers.ListField(child=serializers.DictField())
    items = serializers.ListField(child=serializers.DictField(), help_text="code, name, unit, size, barcode")
    kit_recipes = serializers.ListField(child=serializers.DictField(), help_text="code, name, programme")
    funds = serializers.ListField(child=serializers.DictField(), help_text="code, name, programme, takes_gifts")
    orders = serializers.ListField(child=serializers.DictField(), help_text="Purchases that are still to come.")
    stock_takes = serializers.ListField(child=serializers.DictField(), help_text="Open ones, by lot, blind.")


class ReceivedAnswer(serializers.Serializer):
    """Goods that came: their lot, and the code for its label."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField()
    lot_code = serializers.CharField()


class MadeAnswer(serializers.Serializer):
    """Kits made."""

    id = serializers.UUIDField()
    quantity = serializers.IntegerField()


class CountedAnswer(serializers.Serializer):
    """How far a stock-take has come. Neither the books nor anybody's count is told."""

    stock_take = serializers.UUIDField()
    state = serializers.ChoiceField(choices=StockTakeState.choices)
    lot = serializers.UUIDField()
    is_settled = serializers.BooleanField()


def said_warehouse(organisation: Organisation, now: dt.datetime) -> dict[str, Any]:
    """Say to a device what it needs for work in a warehouse."""
    recipes = KitRecipe.objects.filter(programme__in=visible_programmes(organisation).order_by())
    items = Item.objects.filter(is_kit=False).order_by("code")[:ITEMS_MAX]
    return {
        "server_time": _MOMENT.to_representation(now),
        "warehouses": [_named(row) for row in visible_warehouses(organisation).order_by("code")],
        "items": [_named(row, unit=row.unit, size=row.size, barcode=row.barcode) for row in items],
        "kit_recipes": [
            _named(row, programme=row.programme.code) for row in recipes.select_related("programme").order_by("code")
        ],
        "funds": _funds(organisation),
        "orders": _orders(organisation),
        "stock_takes": _stock_takes(organisation),
    }


def said_received(row_id: uuid.UUID, lot_id: uuid.UUID, organisation_id: uuid.UUID) -> dict[str, Any]:
    """Say goods that came, with the code that their lot bears from now on."""
    (code,) = codes_for(kind="LOT", subjects=[lot_id], organisation_id=organisation_id)
    return {"id": str(row_id), "lot": str(lot_id), "lot_code": code.text}


def said_counted(take: StockTake, lot_id: uuid.UUID) -> dict[str, Any]:
    """Say how far a stock-take has come, blind."""
    line = next(line for line in lines_of(take) if line.lot_id == lot_id)
    return {"stock_take": str(take.id), "state": take.state, "lot": str(lot_id), "is_settled": is_settled(line)}


def _named(row: Named, **more: Any) -> dict[str, Any]:
    return {"code": row.code, "name": {"zh": row.name_zh, "en": row.name_en or row.name_zh}, **more}


def _funds(organisation: Organisation) -> list[dict[str, Any]]:
    takes_gifts = set(visible_funds(organisation).order_by().values_list("id", flat=True))
    rows = funds_at_hand(organisation).filter(programme__is_open=True).select_related("programme").order_by("code")
    return [_fund(row, takes_gifts=row.id in takes_gifts) for row in rows]


def _fund(row: Fund, *, takes_gifts: bool) -> dict[str, Any]:
    return _named(row, programme=row.programme.code, takes_gifts=takes_gifts)


def _orders(organisation: Organisation) -> list[dict[str, Any]]:
    rows = visible_purchases(organisation).filter(state=PurchaseState.ORDERED)
    return [_order(row) for row in rows.prefetch_related("lines__item")[:ORDERS_MAX]]


def _order(row: Purchase) -> dict[str, Any]:
    lines = sorted(row.lines.all(), key=lambda line: line.id)
    return {
        "id": str(row.id),
        "supplier": {"zh": row.supplier.name_zh, "en": row.supplier.name_en or row.supplier.name_zh},
        "invoice": row.invoice,
        "warehouse": row.warehouse.code,
        "lines": [{"item": line.item.code, "left": line.quantity - line.received} for line in lines],
    }


def _stock_takes(organisation: Organisation) -> list[dict[str, Any]]:
    takes = visible_stock_takes(organisation).filter(state=StockTakeState.OPEN)[:TAKES_MAX]
    return [_stock_take(take) for take in takes]


def _stock_take(take: StockTake) -> dict[str, Any]:
    lines = lines_of(take)[:COUNTED_LOTS_MAX]
    labels = labels_of("LOT", [line.lot_id for line in lines])
    return {
        "id": str(take.id),
        "warehouse": take.warehouse.code,
        "opened_at": _MOMENT.to_representation(take.opened_at),
        "lines": [_line(line, labels) for line in lines],
    }


def _line(line: CountLine, labels: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """Say a lot to be counted: neither the books nor a count, but who counted it last and so may not count it now."""
    counts = standing_counts(line)
    return {
        "lot": str(line.lot_id),
        "code": labels.get(line.lot_id),
        "item": line.item.code,
        "name": {"zh": line.item.name_zh, "en": line.item.name_en or line.item.name_zh},
        "batch": line.lot.batch,
        "expires_on": line.lot.expires_on.isoformat() if line.lot.expires_on else None,
        "is_settled": is_settled(line),
        "counted_by": str(counts[-1].counted_by_id) if counts else None,
    }
