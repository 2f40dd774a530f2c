"""Sheets of the warehouse: goods-received note, kit assembly sheet, blind stock-take sheet."""

from collections.abc import Iterator

from django.utils import timezone

from labels.papers.spec import Both
from logistics.codes.reads import get_code
from logistics.donations.models import Donation, DonationKind
from logistics.donations.reads import DonationMissing, get_donation
from logistics.kernel.codes import grouped
from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperRequest, PaperWork, Subject, require_count
from logistics.press.papers.making import CHECKED, KEEPER, sheet_file
from logistics.press.papers.stock_rows import ROWS_MAX, count_stock, day_text, on_hand
from logistics.stock.models import KitRecipe
from logistics.stock.reads import get_kit_recipe

KITS_MAX = 1_000_000
_ITEM, _BATCH, _EXPIRES = Both("物资", "Item"), Both("批次", "Batch"), Both("有效期", "Expires on")
_REMARKS = Both("备注", "Remarks")
_WAREHOUSE = Both("仓库", "Warehouse")


def _gift(organisation: Organisation, request: PaperRequest) -> Donation:
    code = get_code(str(request["gift"]))
    gift = get_donation(donation_id=code.subject_id, organisation=organisation)
    if gift.kind != DonationKind.GOODS:
        raise DonationMissing
    return gift


def _received(work: PaperWork) -> Iterator[PaperFile]:
    gift = _gift(work.actor.organisation, work.request)
    heads = (_ITEM, Both("应收", "Announced"), Both("实收", "Counted"), _EXPIRES, _BATCH, _REMARKS)
    rows = [
        (
            line.item.name_zh,
            (line.item.name_zh, f"{line.quantity:,}", "", day_text(line.expires_on), line.batch or "—", ""),
        )
        for line in gift.lines.all()
    ]
    facts = [
        (Both("捐赠码", "Gift"), grouped(gift.code.text)),
        (Both("捐赠人编号", "Donor"), gift.donor.reference),
        (_WAREHOUSE, gift.warehouse.name_zh if gift.warehouse else "—"),
        (Both("接收日期", "Received on"), day_text(timezone.localdate(gift.received_at))),
    ]
    yield sheet_file(
        work,
        Both("入库单", "Goods-received note"),
        facts,
        heads,
        rows,
        numbers="1",
        signs=(Both("送货人", "Delivered by"), KEEPER, CHECKED),
    )


def _recipe(own: Organisation, request: PaperRequest) -> tuple[KitRecipe, int]:
    quantity = require_count(int(str(request["quantity"])), KITS_MAX)
    return get_kit_recipe(code=str(request["recipe"]), organisation=own), quantity


def _assembly(work: PaperWork) -> Iterator[PaperFile]:
    recipe, quantity = _recipe(work.actor.organisation, work.request)
    heads = (_ITEM, Both("每包", "In each kit"), Both("合计", "In all"), Both("已领", "Taken"), Both("余", "Left over"))
    lines = recipe.lines.select_related("item").order_by("item__code")
    rows = [
        (line.item.name_zh, (line.item.name_zh, f"{line.quantity:,}", f"{line.quantity * quantity:,}", "", ""))
        for line in lines
    ]
    facts = [(Both("套装", "Kit"), recipe.name_zh), (Both("包数", "Kits"), f"{quantity:,}")]
    yield sheet_file(
        work,
        Both("组包单", "Kit assembly sheet"),
        facts,
        heads,
        rows,
        numbers="1 2",
        signs=(Both("组包人", "Assembled by"), CHECKED),
    )


def _stock_take(work: PaperWork) -> Iterator[PaperFile]:
    warehouse, stock = on_hand(work.actor.organisation, work.request)
    heads = (_ITEM, _BATCH, _EXPIRES, Both("专项", "Fund"), Both("清点数", "Counted"), _REMARKS)
    rows = [
        (row.item_name_zh, (row.item_name_zh, row.batch or "—", day_text(row.expires_on), row.fund_code, "", ""))
        for row in stock
    ]
    note = Both(
        "盲盘：本表不列账面数。两人分别清点，互不看对方的表。",
        "Blind: the books' figures are not shown. Two people count apart and do not see each other's sheet.",
    )
    yield sheet_file(
        work,
        Both("盘点表", "Blind stock-take sheet"),
        [(_WAREHOUSE, warehouse.name_zh)],
        heads,
        rows,
        signs=(Both("清点人", "Counted by"), CHECKED),
        note=note,
    )


def _count_gift(organisation: Organisation, request: PaperRequest) -> int:
    return require_count(_gift(organisation, request).lines.count(), ROWS_MAX)


STOCK_SHEETS = {
    "GOODS_RECEIVED_NOTE": PaperKind(
        "入库单", "Goods-received note", Subject.GOODS, ("gift",), (), _count_gift, _received
    ),
    "ASSEMBLY_SHEET": PaperKind(
        "组包单",
        "Kit assembly sheet",
        Subject.GOODS,
        ("recipe", "quantity"),
        (),
        lambda own, request: _recipe(own, request)[0].lines.count(),
        _assembly,
    ),
    "STOCK_TAKE_SHEET": PaperKind(
        "盘点表(盲盘)", "Blind stock-take sheet", Subject.GOODS, ("warehouse",), (), count_stock, _stock_take
    ),
}
