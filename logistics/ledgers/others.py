"""The ledgers of donations, funds and stock."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.funds.models import Fund
from logistics.grants.models import Grant, GrantState
from logistics.journal.models import AccountKind, Balance
from logistics.ledgers.scope import ROWS_PER_CHUNK, Column, LedgerScope, Row
from logistics.stock.models import Assembly, Item, Purchase
from logistics.stock.reads import stock_rows


class DonationsLedger:
    """Every gift, by the donor's reference."""

    columns = (
        Column("donation", "捐赠码"),
        Column("kind", "类别"),
        Column("received", "接收时间"),
        Column("programme", "公益项目"),
        Column("fund", "专项"),
        Column("donor", "捐赠人编号"),
        Column("amount", "金额或价值(分)", is_money=True),
        Column("currency", "币种"),
        Column("channel", "渠道"),
        Column("contents", "物资"),
        Column("basis", "计价依据"),
        Column("reference", "外部编号"),
        Column("entry", "分录号"),
        Column("official_bill", "公益事业捐赠票据号"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield gifts in the order in which they were recorded."""
        rows = Donation.objects.filter(scope.narrowed("received_at")).order_by("id").values_list(*_GIFT_COLUMNS)
        last = after
        while chunk := list((rows.filter(id__gt=last) if last else rows)[:ROWS_PER_CHUNK]):
            goods = _contents([values[0] for values in chunk if values[2] == DonationKind.GOODS])
            yield from (_gift_row(values, goods.get(values[0], [])) for values in chunk)
            last = chunk[-1][0]

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return the number of gifts, the money and the value of goods."""
        rows = Donation.objects.filter(scope.narrowed("received_at"))
        return {
            "gifts": rows.count(),
            "received": _sum(rows.filter(kind=DonationKind.MONEY), "amount_minor"),
            "goods_value": _sum(rows.filter(kind=DonationKind.GOODS), "amount_minor"),
        }


# Plain columns instead of objects: a hundred thousand gifts are written in a quarter of the time.
_GIFT_COLUMNS = (
    *("id", "code__text", "kind", "received_at", "programme__code", "fund__code", "donor__reference"),
    *("amount_minor", "currency", "channel", "reference", "entry_id"),
)


def _contents(gift_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Say what gifts of goods held: (contents, basis of value) of each line."""
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    if gift_ids:
        lines = DonationLine.objects.filter(donation__in=gift_ids).select_related("item").order_by("id")
        for line in lines:
            said = f"{line.item.name_zh} x{line.quantity}"
            found.setdefault(line.donation_id, []).append((said, line.basis))
    return found


def _gift_row(values: tuple[Any, ...], lines: Sequence[tuple[str, str]]) -> Row:
    gift_id, code, kind, received_at, programme, fund, donor, amount, currency, channel, reference, entry_id = values
    cells = (
        code,
        kind,
        timezone.localtime(received_at).isoformat(timespec="seconds"),
        programme,
        fund,
        donor,
        amount,
        currency,
        channel,
        "; ".join(said for said, _ in lines),
        " ".join(sorted({basis for _, basis in lines})),
        reference,
        str(entry_id),
        None,
    )
    return Row(gift_id, cells)


class FundsLedger:
    """What each fund received, spent, granted and holds. OWN, AGENCY and APPROPRIATION stand apart by `basis`."""

    columns = (
        Column("fund", "专项"),
        Column("name", "名称"),
        Column("programme", "公益项目"),
        Column("basis", "资金性质"),
        Column("owner", "所有单位"),
        Column("holder", "保管单位"),
        Column("received", "收入(分)", is_money=True),
        Column("goods_received", "受赠物资价值(分)", is_money=True),
        Column("spent", "采购支出(分)", is_money=True),
        Column("granted", "发放(分)", is_money=True),
        Column("balance", "余额(分)", is_money=True),
        Column("filing_number", "备案编号"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the funds."""
        funds = Fund.objects.filter(scope.funds()).select_related("programme", "owner", "holder").order_by("id")
        for fund in funds.filter(id__gt=after) if after else funds:
            figures = _money(LedgerScope(scope.organisation, fund=fund, from_on=scope.from_on, to_on=scope.to_on))
            cells = (
                fund.code,
                fund.name_zh,
                fund.programme.code,
                fund.basis,
                fund.owner.code,
                fund.holder.code,
                figures["received"],
                figures["goods_received"],
                figures["spent"],
                figures["granted"],
                figures["balance"],
                fund.filing_number,
            )  # fmt: skip -- one line of the ledger
            yield Row(fund.id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return the sums over the funds, and over each basis."""
        by_basis = {
            basis: sum(row.cells[10] or 0 for row in self.rows(scope) if row.cells[3] == basis)  # type: ignore[misc]  # -- a sum of integers
            for basis in ("OWN", "AGENCY", "APPROPRIATION")
        }
        return {**_money(scope), "balance_by_basis": by_basis}


def _money(scope: LedgerScope) -> dict[str, int]:
    gifts = Donation.objects.filter(scope.narrowed("received_at", organisation="fund__holder"))
    purses = Fund.objects.filter(scope.funds()).values("purse")
    balances = Balance.objects.filter(lot__purse__in=purses, lot__item_id=None, account__kind=AccountKind.BANK)
    return {
        "received": _sum(gifts.filter(kind=DonationKind.MONEY), "amount_minor"),
        "goods_received": _sum(gifts.filter(kind=DonationKind.GOODS), "amount_minor"),
        "spent": _sum(
            Purchase.objects.filter(scope.narrowed("purchased_at", organisation="fund__holder")), "total_minor"
        ),
        "granted": _sum(
            Grant.objects.filter(scope.narrowed("paid_at", organisation="fund__holder"), state=GrantState.PAID),
            "amount_minor",
        ),
        "balance": _sum(balances, "quantity"),
    }


class StockLedger:
    """What lies in the warehouses now, by lot."""

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
        found = stock_rows(organisation=scope.organisation, programme=scope.programme, fund=scope.fund)
        for row in sorted(found, key=lambda row: (row.lot_id, row.warehouse_code)):
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
        made = Assembly.objects.filter(scope.narrowed("assembled_at", organisation="warehouse__organisation"))
        purses = Fund.objects.filter(scope.funds()).values("purse")
        places = Q(account__kind__in=[AccountKind.WAREHOUSE, AccountKind.RESERVED])
        there = Balance.objects.filter(places, lot__purse__in=purses, lot__item_id__isnull=False, quantity__gt=0)
        kits = Item.objects.filter(is_kit=True).values("id")
        return {
            "kits_assembled": _sum(made, "quantity"),
            "kits_on_hand": _sum(there.filter(lot__item_id__in=kits), "quantity"),
            "value": _sum(there, "value_minor"),
        }


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(sum=Sum(column, default=0))["sum"])
