"""Ask for items, recipes, warehouses, and what lies in them."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from logistics.funds.models import Fund
from logistics.journal.models import AccountKind, Balance
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation, Programme
from logistics.parties.reads import visible_programmes
from logistics.stock.access import visible_warehouses
from logistics.stock.models import SANDBOX_PREFIX, Item, KitRecipe, Warehouse
from logistics.stock.valuation import ValueBasis


class ItemMissing(Missing):
    code = "item_missing"
    zh = "没有物品 {item}。"
    en = "There is no item {item}."


class KitRecipeMissing(Missing):
    code = "kit_recipe_missing"
    zh = "没有套装配方 {recipe}。"
    en = "There is no kit recipe {recipe}."


class WarehouseMissing(Missing):
    code = "warehouse_missing"
    zh = "没有仓库 {warehouse}。"
    en = "There is no warehouse {warehouse}."


def listed_items(*, with_tests: bool = False) -> "QuerySet[Item]":
    """Return every kind of goods, those for tests only for who works in a sandbox."""
    rows = Item.objects.all()
    return rows if with_tests else rows.exclude(code__startswith=SANDBOX_PREFIX)


def get_item(*, code: str, pointer: str = "/item") -> Item:
    """Return the item with this code. Refuses ItemMissing."""
    found = Item.objects.filter(code=code).first()
    if found is None:
        raise ItemMissing(item=code, pointer=pointer)
    return found


def get_kit_recipe(*, code: str, organisation: Organisation) -> KitRecipe:
    """Return the recipe with this code. Refuses KitRecipeMissing, also for one of a programme that is not seen here."""
    rows = KitRecipe.objects.filter(programme__in=visible_programmes(organisation).order_by().values("id"))
    found = rows.filter(code=code).select_related("item", "programme").first()
    if found is None:
        raise KitRecipeMissing(recipe=code, pointer="/kit_recipe")
    return found


def get_warehouse(*, code: str, organisation: Organisation) -> Warehouse:
    """Return the warehouse with this code. Refuses WarehouseMissing, also for another organisation's."""
    found = visible_warehouses(organisation).filter(code=code).select_related("account", "organisation").first()
    if found is None:
        raise WarehouseMissing(warehouse=code, pointer="/warehouse")
    return found


@dataclass(frozen=True)
class StockRow:
    """What one warehouse has of one lot: free, and reserved for parcels that are not packed yet."""

    warehouse_code: str
    item_code: str
    item_name_zh: str
    item_name_en: str
    fund_code: str
    programme_code: str
    lot_id: uuid.UUID
    batch: str
    expires_on: dt.date | None
    on_hand: int
    reserved: int
    # None where no value can be had.
    value_minor: int | None


def stock_rows(
    *,
    organisation: Organisation | None,
    warehouse: Warehouse | None = None,
    item: Item | None = None,
    programme: Programme | None = None,
    fund: Fund | None = None,
) -> Iterator[StockRow]:
    """Yield what lies in the organisation's warehouses (None: in all) by lot, first expired first.

    The cost is bounded by what lies there now, not by what ever did.
    """
    places = {row.id: row for row in (visible_warehouses(organisation) if organisation else Warehouse.objects.all())}
    chosen = [warehouse.id] if warehouse else list(places)
    wanted = Q(account__place_id__in=chosen, account__kind__in=[AccountKind.WAREHOUSE, AccountKind.RESERVED])
    if item is not None:
        wanted &= Q(lot__item_id=item.id)
    if fund is not None:
        wanted &= Q(lot__purse_id=fund.purse_id)
    if programme is not None:
        wanted &= Q(lot__purse__in=Fund.objects.filter(programme=programme).values("purse"))
    rows = Balance.objects.filter(wanted, quantity__gt=0, lot__item_id__isnull=False).select_related("account", "lot")
    yield from _by_lot(list(rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id")), places)


def _by_lot(rows: list[Balance], places: dict[uuid.UUID, Warehouse]) -> Iterator[StockRow]:
    items = Item.objects.in_bulk({row.lot.item_id for row in rows if row.lot.item_id})
    funds = {
        fund.purse_id: fund
        for fund in Fund.objects.filter(purse__in={row.lot.purse_id for row in rows}).select_related("programme")
    }
    grouped: dict[tuple[uuid.UUID | None, uuid.UUID], list[Balance]] = {}
    for row in rows:
        grouped.setdefault((row.account.place_id, row.lot_id), []).append(row)
    for (place_id, lot_id), group in grouped.items():
        lot = group[0].lot
        assert place_id is not None and lot.item_id is not None
        item, fund = items[lot.item_id], funds[lot.purse_id]
        yield StockRow(
            warehouse_code=places[place_id].code,
            item_code=item.code,
            item_name_zh=item.name_zh,
            item_name_en=item.name_en,
            fund_code=fund.code,
            programme_code=fund.programme.code,
            lot_id=lot_id,
            batch=lot.batch,
            expires_on=lot.expires_on,
            on_hand=sum(row.quantity for row in group if row.account.kind == AccountKind.WAREHOUSE),
            reserved=sum(row.quantity for row in group if row.account.kind == AccountKind.RESERVED),
            value_minor=None if lot.basis == ValueBasis.NONE else sum(row.value_minor for row in group),
        )
