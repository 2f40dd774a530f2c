"""Sheets of one purchase and of one stock-take: what should be there, with room for what is found."""

import uuid
from collections.abc import Iterator

from django.utils import timezone

from labels.papers.spec import Both
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import CHECKED, KEEPER, sheet_file
from logistics.press.papers.paper_codes import codes_for
from logistics.press.papers.stock_rows import ROWS_MAX, day_text
from logistics.stock.count_models import StockTake, StockTakeState
from logistics.stock.count_reads import StockTakeMissing, get_stock_take, lines_of
from logistics.stock.counts import StockTakeStateWrong
from logistics.stock.models import Purchase
from logistics.stock.purchase_reads import PurchaseMissing, get_purchase

_ITEM, _BATCH, _EXPIRES = Both("物资", "Item"), Both("批次", "Batch"), Both("有效期", "Expires on")
_WAREHOUSE, _REMARKS, _COUNTED = Both("仓库", "Warehouse"), Both("备注", "Remarks"), Both("清点数", "Counted")


def _purchase(organisation: Organisation, request: PaperRequest) -> Purchase:
    try:
        return get_purchase(purchase_id=uuid.UUID(str(request["purchase"])), organisation=organisation)
    except ValueError:
        raise PurchaseMissing(pointer="/purchase") from None


def _stock_take(organisation: Organisation, request: PaperRequest) -> StockTake:
    try:
        take = get_stock_take(stock_take_id=uuid.UUID(str(request["stock_take"])), organisation=organisation)
    except ValueError:
        raise StockTakeMissing(pointer="/stock_take") from None
    if take.state != StockTakeState.OPEN:
        raise StockTakeStateWrong(state=take.state)
    return take


def _count_purchase(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(_purchase(organisation, request).lines.count(), ROWS_MAX)


def _count_take(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(_stock_take(organisation, request).lines.count(), ROWS_MAX)


def _received(work: PaperWork) -> Iterator[PaperFile]:
    purchase = _purchase(work.actor.organisation, work.request)
    heads = (
        _ITEM,
        Both("应收", "Ordered"),
        Both("已收", "Came before"),
        Both("实收", "Counted"),
        _EXPIRES,
        _BATCH,
        _REMARKS,
    )
    rows = [
        (
            line.item.name_zh,
            (
                line.item.name_zh,
                f"{line.quantity:,}",
                # What came with its invoice is being counted now; of what was paid first, parts may have come.
                f"{line.received:,}",
                "",
                day_text(line.expires_on),
                line.batch or "—",
                "",
            ),
        )
        for line in purchase.lines.select_related("item").order_by("id")
    ]
    facts = [
        (Both("供应商", "Supplier"), purchase.supplier.name_zh),
        (Both("发票", "Invoice"), purchase.invoice or "—"),
        (Both("专项", "Fund"), f"{purchase.fund.name_zh} {purchase.fund.code}"),
        (_WAREHOUSE, purchase.warehouse.name_zh),
        (Both("采购日期", "Bought on"), day_text(timezone.localdate(purchase.purchased_at))),
    ]
    yield sheet_file(
        work,
        Both("采购收货单", "Goods-received note of a purchase"),
        facts,
        heads,
        rows,
        numbers="1 2",
        signs=(Both("送货人", "Delivered by"), KEEPER, CHECKED),
    )


def _count_sheet(work: PaperWork) -> Iterator[PaperFile]:
    take = _stock_take(work.actor.organisation, work.request)
    heads = (Both("序", "No."), _ITEM, _BATCH, _EXPIRES, _COUNTED, _REMARKS)
    rows = [
        (
            line.item.name_zh,
            (str(number), line.item.name_zh, line.lot.batch or "—", day_text(line.lot.expires_on), "", ""),
        )
        for number, line in enumerate(lines_of(take), 1)
    ]
    facts = [
        (_WAREHOUSE, take.warehouse.name_zh),
        (Both("开始", "Begun"), f"{timezone.localtime(take.opened_at):%Y-%m-%d %H:%M}"),
    ]
    note = Both(
        "盲盘：本表不列账面数。每人用自己的一张，互不看对方的表；扫码即到本次盘点的录入页，行序相同。",
        "Blind: the books' figures are not shown. Each person has a sheet and does not see the other's; the code leads "
        "to the page where this stock-take is entered, in the same order.",
    )
    # Every sheet of one stock-take bears the stock-take's own code.
    (code,) = codes_for(kind="PAPER", subjects=[take.id], organisation_id=take.warehouse.organisation_id)
    yield sheet_file(
        work,
        Both("盘点录入表（盲盘）", "Count sheet of a stock-take"),
        facts,
        heads,
        rows,
        signs=(Both("清点人", "Counted by"),),
        note=note,
        code=code,
    )


STOCK_NOTES = {
    "PURCHASE_RECEIVED_NOTE": PaperKind(
        "采购收货单",
        "Goods-received note of a purchase",
        Subject.GOODS,
        ("purchase",),
        (),
        _count_purchase,
        _received,
    ),
    "COUNT_SHEET": PaperKind(
        "盘点录入表(盲盘)",
        "Count sheet of a stock-take",
        Subject.GOODS,
        ("stock_take",),
        (),
        _count_take,
        _count_sheet,
    ),
}
