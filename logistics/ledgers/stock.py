"""The ledger of what lies in the warehouses, now or on another day."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q, Sum

from logistics.funds.models import Fund
from logistics.journal.known_facts import facts_known
from logistics.journal.models import AccountKind, Balance, Lot
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.sums import Amount, closings
from logistics.stock.access import visible_warehouses
from logistics.stock.models import Assembly, Item, Warehouse
from logistics.stock.reads import StockRow, stock_rows

_KINDS = (AccountKind.WAREHOUSE, AccountKind.RESERVED)


class StockLedger:
    """What lies in the warehouses, by lot."""

    columns = (
        Column("warehouse", "仓库"),
        Column("item", "物品"),
        Column("name", "名称"),
        Column("fund", "专项"),
        Column("programme", "公益项目"),
        Column("lot", "批次"),
        Column("batch", "厂家批号"),
        Column("expires_on", "有效期"),
        Column("on_hand", "可用"),
        Column("reserved", "已预留"),
        Column("value", "价值(分)", is_money=True),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield lots in the order in which they came."""
        for row in sorted(_rows(scope), key=lambda row: (row.lot_id, row.warehouse_code)):
            if after is None or row.lot_id > after:
                cells = (
                    row.warehouse_code,
                    row.item_code,
                    row.item_name_zh,
                    row.fund_code,
                    row.programme_code,
                    str(row.lot_id),
                    row.batch,
                    row.expires_on.isoformat() if row.expires_on else None,
                    row.on_hand,
                    row.reserved,
                    row.value_minor,
                )  # fmt: skip -- one line of the ledger
                yield Row(row.lot_id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return kits made, kits that lie there, and the value of everything that lies there."""
        made = Assembly.objects.filter(
            scope.narrowed("assembled_at", organisation="warehouse__organisation", entry="lot__origin")
        )
        made_kits = made.aggregate(sum=Sum("quantity", default=0))["sum"]
        kits = Item.objects.filter(is_kit=True)
        if not scope.is_today or scope.to_on is not None:
            codes, rows = set(kits.values_list("code", flat=True)), list(_rows(scope))
            on_hand = sum(row.on_hand + row.reserved for row in rows if row.item_code in codes)
            value = sum(row.value_minor or 0 for row in rows)
        else:
            purses = Fund.objects.filter(scope.funds()).values("purse")
            there = Balance.objects.filter(account__kind__in=_KINDS, lot__purse__in=purses, quantity__gt=0)
            there = there.filter(lot__item_id__isnull=False)
            on_hand = there.filter(lot__item_id__in=kits.values("id")).aggregate(sum=Sum("quantity", default=0))["sum"]
            value = there.aggregate(sum=Sum("value_minor", default=0))["sum"]
        return {"kits_assembled": made_kits, "kits_on_hand": on_hand, "value": value}


def _rows(scope: LedgerScope) -> Iterator[StockRow]:
    if scope.is_today and scope.to_on is None:
        return stock_rows(organisation=scope.organisation, programme=scope.programme, fund=scope.fund)
    return _rows_then(scope)


def _rows_then(scope: LedgerScope) -> Iterator[StockRow]:
    """Yield what lay there by the scope's day and moment, from the last closings and what moved since."""
    owner = scope.organisation
    places = {row.id: row for row in (visible_warehouses(owner) if owner else Warehouse.objects.all())}
    by = ("account__place_id", "lot_id", "account__kind")
    then = closings(replace(scope, organisation=None, from_on=None), by, _KINDS)
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Amount]] = {}
    for (place_id, lot_id, kind), amount in then.items():
        if place_id in places and amount.quantity:
            found.setdefault((lot_id, place_id), {})[kind] = amount
    lots = Lot.objects.in_bulk({lot_id for lot_id, _ in found})
    items = Item.objects.in_bulk({lot.item_id for lot in lots.values() if lot.item_id})
    for item_id, told in facts_known(list(items.values()), ("name_zh", "name_en"), scope.known_at).items():
        items[item_id].name_zh, items[item_id].name_en = str(told["name_zh"]), str(told["name_en"])
    funds = Fund.objects.select_related("programme").filter(Q(purse_id__in={lot.purse_id for lot in lots.values()}))
    by_purse = {fund.purse_id: fund for fund in funds}
    for (lot_id, place_id), amounts in found.items():
        lot = lots[lot_id]
        if lot.item_id:
            yield _row(places[place_id], items[lot.item_id], by_purse[lot.purse_id], lot, amounts)


def _row(place: Warehouse, item: Item, fund: Fund, lot: Lot, amounts: dict[str, Amount]) -> StockRow:
    return StockRow(
        warehouse_code=place.code,
        item_code=item.code,
        item_name_zh=item.name_zh,
        item_name_en=item.name_en,
        fund_code=fund.code,
        programme_code=fund.programme.code,
        lot_id=lot.id,
        batch=lot.batch,
        expires_on=lot.expires_on,
        on_hand=amounts.get(AccountKind.WAREHOUSE, Amount()).quantity,
        reserved=amounts.get(AccountKind.RESERVED, Amount()).quantity,
        value_minor=None if lot.basis == "NONE" else sum(amount.value for amount in amounts.values()),
    )
