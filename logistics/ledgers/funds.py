"""The ledger of funds, from the journal alone: what came, from where, what went, where to, and what is there.

Every amount is a sum of transfers by kind of entry and of account (`funds.statements` names the lines), so that
opening + in - out = balance whichever kinds are added to the books; what no column names stands under `other`.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from logistics.funds.models import Fund
from logistics.funds.statements import line_of
from logistics.journal.known_facts import facts_known
from logistics.journal.models import AccountKind
from logistics.journal.sums import HELD, flows
from logistics.ledgers.scope import Cell, Column, LedgerScope, Row
from logistics.ledgers.sums import closings
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

# Of money and of goods: what it began with, the lines that add, those that take away, and what it ends with.
MONEY = {
    "opening_balance": "期初余额",
    "received": "捐赠收入",
    "opening": "启用时余额",
    "interest": "利息",
    "income": "其他收入",
    "price_refunds": "采购退款",
    "handed_in": "下拨收入",
    "other_in": "其他增加",
    "refunded": "退还捐赠",
    "spent": "采购支出",
    "granted": "发放",
    "costs": "费用",
    "handed_down": "下拨支出",
    "other_out": "其他减少",
    "balance": "余额",
    "prepaid": "其中预付",
}
GOODS = {
    "goods_opening_balance": "期初物资",
    "goods_received": "受赠物资",
    "goods_opening": "启用时物资",
    "goods_bought": "采购物资",
    "goods_surplus": "盘盈物资",
    "goods_handed_in": "下拨收入物资",
    "goods_other_in": "其他增加物资",
    "goods_granted": "发放物资",
    "goods_lost": "损失物资",
    "goods_sold": "变卖物资",
    "goods_handed_down": "下拨支出物资",
    "goods_other_out": "其他减少物资",
    "goods_balance": "现存物资",
}
FIGURES = tuple(MONEY | GOODS)
_RENAMED = {"given": "granted"}


class FundsLedger:
    """What each fund received, spent, granted and holds. OWN, AGENCY and APPROPRIATION stand apart by `basis`."""

    columns = (
        Column("fund", "专项"),
        Column("name", "名称"),
        Column("programme", "公益项目"),
        Column("basis", "资金性质"),
        Column("owner", "所有单位"),
        Column("holder", "保管单位"),
        *(Column(name, f"{zh}(分)", is_money=True) for name, zh in (MONEY | GOODS).items()),
        Column("filing_number", "备案编号"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the funds."""
        figures = fund_figures(scope)
        rows = _funds(scope).select_related("programme", "owner", "holder")
        funds = list(rows.filter(id__gt=after) if after else rows)
        known = facts_known(funds, ("name_zh", "basis", "filing_number"), scope.known_at)
        for fund in funds:
            told = known[fund.id]
            cells: tuple[Cell, ...] = (
                fund.code,
                str(told["name_zh"]),
                fund.programme.code,
                str(told["basis"]),
                fund.owner.code,
                fund.holder.code,
                *(figures[fund.purse_id][name] for name in FIGURES),
                str(told["filing_number"]),
            )
            yield Row(fund.id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return the sums over the funds, and over each basis."""
        figures = fund_figures(scope)
        by_basis = dict.fromkeys(("OWN", "AGENCY", "APPROPRIATION"), 0)
        for purse_id, basis in _funds(scope).values_list("purse_id", "basis"):
            by_basis[basis] += figures[purse_id]["balance"]
        summed = {name: sum(row[name] for row in figures.values()) for name in FIGURES}
        return {**summed, "balance_by_basis": by_basis}


def fund_figures(scope: LedgerScope) -> Mapping[uuid.UUID, dict[str, int]]:
    """Return every figure of every fund of the scope, by purse; money in minor units."""
    purse_ids = list(_funds(scope).values_list("purse_id", flat=True))
    found = {purse_id: dict.fromkeys(FIGURES, 0) for purse_id in purse_ids}
    # A fund's money and goods move in the books of every organisation that packs for it.
    everywhere = replace(scope, organisation=None)
    inside = organisation_ids_below(scope.organisation) if scope.organisation else Organisation.objects.values("id")
    for flow in flows(everywhere.entries("entry__") & Q(lot__purse_id__in=purse_ids), organisation_ids=inside):
        if line := line_of(flow):
            name = _column(line[0], line[1], is_money=flow.is_money)
            found[flow.purse_id][name] += flow.value_minor
    _add_balances(found, everywhere, purse_ids, set(inside.values_list("id", flat=True)))
    return found


def _funds(scope: LedgerScope) -> "QuerySet[Fund]":
    return Fund.objects.filter(scope.funds()).order_by("id")


def _column(line: str, sign: int, *, is_money: bool) -> str:
    name = _RENAMED.get(line, line)
    name = name if is_money else f"goods_{name}"
    if name in (MONEY if is_money else GOODS):
        return name
    other = "other_in" if sign > 0 else "other_out"
    return other if is_money else f"goods_{other}"


def _add_balances(
    found: Mapping[uuid.UUID, dict[str, int]], scope: LedgerScope, purse_ids: list[uuid.UUID], inside: set[uuid.UUID]
) -> None:
    """Read what the funds hold by the last day, and held before the first, apart from what moved."""
    moments = [("balance", scope)]
    before = scope.before()
    if before is not None:
        moments.append(("opening_balance", before))
    by = ("lot__purse_id", "lot__item_id", "account__kind", "account__organisation_id")
    for name, moment in moments:
        for (purse_id, item_id, kind, owner), amount in closings(moment, by, HELD, purse_ids=purse_ids).items():
            if owner in inside:
                found[purse_id][name if item_id is None else f"goods_{name}"] += amount.value
                if name == "balance" and kind == AccountKind.PREPAID:
                    found[purse_id]["prepaid"] += amount.value
