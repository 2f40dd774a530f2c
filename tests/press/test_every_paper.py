"""Every kind of paper: drawn by a job, tagged, every code read back and of the right kind, and no name on it."""

import pytest
from django.test import Client

from labels.readback import read_codes
from logistics.codes.models import Code, CodePrint
from logistics.codes.reads import get_code
from logistics.donations.models import Donation
from logistics.households.collectors import authorise_collector
from logistics.kernel.refusals import Refusal
from logistics.lists.models import PublicNotice
from logistics.parcels.models import Parcel
from logistics.press.models import PaperJob, SheetRow
from logistics.press.paper_jobs import KINDS, draw_paper_job
from logistics.press.paper_reads import paper_file
from logistics.press.paper_requests import ask_for_paper
from logistics.press.papers import parcels as parcel_papers
from logistics.press.papers.evidence import EVIDENCE_PAPERS
from logistics.press.papers.kinds import PaperEmpty, PaperTooLong
from logistics.stock.count_models import StockTake
from logistics.stock.count_reads import StockTakeMissing
from logistics.stock.counts import StockTakeStateWrong, drop_stock_take, open_stock_take
from logistics.stock.models import Purchase
from logistics.stock.purchase_reads import PurchaseMissing
from logistics.storage.rows import new_id
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.looking import nothing_written
from tests.papers import assert_readable_by_all, give_goods, words_of

# What a kind is asked with, the kinds of codes on it, and words that must stand there.
CASES = {
    "ACKNOWLEDGEMENTS": ({"year": 2026}, {"ACKNOWLEDGEMENT"}, ["捐赠接收凭证", "手套"]),
    "CERTIFICATES": ({"year": 2026}, {"ACKNOWLEDGEMENT"}, ["捐赠证书"]),
    "SIGN_OFF_SHEET": ({"batch": "b-1"}, {"PAPER", "SHEET_ROW"}, ["发放签收表", "示**", "手套 x1", "签字或按指印"]),
    "PACKING_LIST": ({"batch": "b-1"}, {"PAPER"}, ["装箱清单", "毛毯", "仓管员"]),
    "DISPATCH_NOTE": ({"batch": "b-1", "township": "少云镇"}, {"PAPER"}, ["出库单", "少云镇", "2.22 kg", "提货人"]),
    "ROUND_SHEET": ({"batch": "b-1"}, {"PAPER"}, ["配送路线单", "少云镇"]),
    "REPLY_CARDS": ({"batch": "b-1"}, {"REPLY_CARD"}, ["回音卡", "不要写姓名"]),
    "HOUSEHOLD_CARDS": ({"township": "少云镇"}, {"HOUSEHOLD_CARD"}, ["家庭卡", "0990-000000"]),
    "COLLECTOR_CARDS": ({"township": "少云镇"}, {"COLLECTOR_CARD"}, ["代领卡", "0990-000000"]),
    "PUBLIC_NOTICE": ({"notice": ""}, {"PAPER"}, ["公示", "少云镇", "宝贝暖心包", "异议截止", "0990-000000"]),
    "APPLICATION_SLIPS": ({"programme": "warm-heart-pack"}, {"PAPER"}, ["申报回执", "宝贝暖心包", "不写姓名"]),
    "GOODS_RECEIVED_NOTE": ({"gift": ""}, {"PAPER"}, ["入库单", "手套", "实收"]),
    "PURCHASE_RECEIVED_NOTE": (
        {"purchase": ""},
        {"PAPER"},
        ["采购收货单", "毛毯", "示例发票-001", "实收", "示例供应商"],
    ),
    "COUNT_SHEET": ({"stock_take": ""}, {"PAPER"}, ["盘点录入表", "示例仓库", "手套", "不列账面数"]),
    "ASSEMBLY_SHEET": ({"recipe": "warm-kit", "quantity": 12}, {"PAPER"}, ["组包单", "棉马甲", "12"]),
    "STOCK_TAKE_SHEET": ({"warehouse": "wh-1"}, {"PAPER"}, ["盘点表", "示例仓库", "手套", "不列账面数"]),
    "LOT_LABELS": ({"warehouse": "wh-1"}, {"LOT"}, ["手套", "warm-2026"]),
    "BIN_LABELS": ({"warehouse": "wh-1", "names": "甲-01\n甲-02\n甲-01"}, {"BIN"}, ["甲-01", "示例仓库"]),
    "CARTON_LABELS": ({"quantity": 11, "batch": "b-1"}, {"CARTON"}, ["11 / 11", "b-1"]),
}


@pytest.fixture
def stage(world: World) -> World:
    """Goods on the shelf, a gift of goods and three parcels of one batch."""
    world.stock_kits(3)
    Donation.objects.filter(id=give_goods(world).id).get()
    open_stock_take(actor=world.partner, warehouse=world.warehouse, now=world.now)
    for name in ("示例代领人", "示例邻居"):
        authorise_collector(actor=world.partner, household=world.family, name=name, now=world.now)
    for parcel in world.plan(3):
        Parcel.objects.filter(id=parcel.id).update(batch="b-1", township="少云镇", weight_grams=2_220)
    listing = make_listing(world)
    listing.rules()
    # Families whose names, and children whose names, stand on no paper.
    listing.accepted(listing.family(), listing.family(township="河湾镇"), world.family)
    listing.notice()
    return world


def _job(world: World, kind: str, **request: object) -> PaperJob:
    said = {name: value or _there(name) for name, value in {**CASES[kind][0], **request}.items()}
    return ask_for_paper(actor=world.partner, kind=kind, request=said, now=world.now)  # type: ignore[arg-type]


def _there(name: str) -> str:
    """Name what the stage has of a kind."""
    if name == "gift":
        return Donation.objects.get(kind="GOODS").code.text
    if name == "notice":
        return PublicNotice.objects.get().reference
    return str({"purchase": Purchase, "stock_take": StockTake}[name]._default_manager.get().id)


def _drawn(job: PaperJob) -> bytes:
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("DONE", None)
    return paper_file(job)[0]


def test_every_kind_is_tested() -> None:
    # The evidence file has tests of its own: test_evidence.py.
    assert {*CASES, *EVIDENCE_PAPERS} == set(KINDS)


@pytest.mark.parametrize("kind", CASES)
def test_a_paper_is_whole(stage: World, kind: str) -> None:
    _, kinds, wanted = CASES[kind]
    job = _job(stage, kind)
    pdf = _drawn(job)
    assert_readable_by_all(pdf, paper_title(pdf))
    words = words_of(pdf)
    for part in wanted:
        assert part in words, part
    rows = [get_code(text) for text in read_codes(pdf)]
    assert {row.kind for row in rows} == kinds
    assert len({row.text for row in rows}) == len(rows), "no code stands twice"
    printed = set(CodePrint.objects.filter(batch_id=job.id).values_list("code__text", flat=True))
    assert printed == {row.text for row in rows}
    # A certificate is one page, and hangs on a wall.
    assert (" / " in words) == (kind != "CERTIFICATES"), "pages are numbered"
    for secret in ("示例代领人", "示例家庭", "示例女童", "示例村", "13800138000"):
        assert secret not in words


def paper_title(pdf: bytes) -> str:
    """Return a PDF's own title, which every paper has."""
    import pypdfium2

    title = pypdfium2.PdfDocument(pdf).get_metadata_value("Title")
    assert title
    return str(title)


def test_a_blind_sheet_shows_no_figure_of_the_books(stage: World) -> None:
    words = words_of(_drawn(_job(stage, "STOCK_TAKE_SHEET")))
    # Five gloves and three blankets were given.
    assert not {"5", "3"} & set(words.replace("1 / 1", "").replace("warm-2026", "").split())
    assert "¥" not in words


def test_the_sheets_of_a_stock_take_are_as_blind_and_lead_to_it(stage: World, client: Client) -> None:
    take = StockTake.objects.get()
    for line, quantity in zip(take.lines.order_by("lot_id"), (7_001, 7_002), strict=False):
        type(line).objects.filter(id=line.id).update(expected=quantity)
    first, second = (_drawn(_job(stage, "COUNT_SHEET")) for _ in range(2))
    words = words_of(first)
    assert not {"7001", "7,001", "7002", "7,002", "¥"} & set(words.split())
    (code,) = set(read_codes(first))
    assert [code] == list(read_codes(second)), "whoever counts second has a sheet of the same stock-take"
    path = f"/q/{get_code(code).text}"
    assert client.get(path).status_code == 200
    client.force_login(stage.courier)
    assert client.get(path).status_code == 200
    client.force_login(stage.stranger)
    assert client.get(path).status_code == 200
    client.force_login(stage.keeper)
    assert client.get(path).headers["Location"] == f"/counts/{take.id}"


def test_a_stock_take_that_is_over_has_no_sheet_and_what_is_no_id_names_nothing(stage: World) -> None:
    drop_stock_take(actor=stage.partner, stock_take=StockTake.objects.get(), now=stage.now)
    for kind, request, refusal in (
        ("COUNT_SHEET", {}, StockTakeStateWrong),
        ("COUNT_SHEET", {"stock_take": "nothing"}, StockTakeMissing),
        ("PURCHASE_RECEIVED_NOTE", {"purchase": "nothing"}, PurchaseMissing),
        ("PURCHASE_RECEIVED_NOTE", {"purchase": str(new_id())}, PurchaseMissing),
    ):
        with nothing_written(), pytest.raises(refusal):
            _job(stage, kind, **request)


def test_a_sign_off_sheet_has_its_own_code_for_each_row_however_often_it_is_drawn(stage: World) -> None:
    job = _job(stage, "SIGN_OFF_SHEET")

    def crash(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_paper_job(job.id, crash)
    first = set(SheetRow.objects.values_list("code__text", flat=True))
    assert len(first) == 3
    _drawn(job)
    assert set(SheetRow.objects.values_list("code__text", flat=True)) == first
    assert Code.objects.filter(kind="SHEET_ROW").count() == 3
    other = _job(stage, "SIGN_OFF_SHEET")
    _drawn(other)
    assert SheetRow.objects.count() == 6


def test_a_thing_keeps_its_code_when_its_label_is_printed_again(stage: World) -> None:
    for kind, code_kind in (("LOT_LABELS", "LOT"), ("BIN_LABELS", "BIN"), ("REPLY_CARDS", "REPLY_CARD")):
        codes = [sorted(read_codes(_drawn(_job(stage, kind)))) for _ in range(2)]
        assert codes[0] == codes[1]
        assert set(Code.objects.filter(kind=code_kind).values_list("print_count", flat=True)) == {2}
    cartons = [set(read_codes(_drawn(_job(stage, "CARTON_LABELS")))) for _ in range(2)]
    assert not cartons[0] & cartons[1], "other cartons have other codes"


def test_a_revoked_code_is_not_printed_again(stage: World) -> None:
    first = set(read_codes(_drawn(_job(stage, "BIN_LABELS"))))
    Code.objects.filter(kind="BIN").update(state="REVOKED")
    assert not first & set(read_codes(_drawn(_job(stage, "BIN_LABELS"))))


def test_what_is_handed_over_or_cancelled_stands_on_no_sheet(stage: World) -> None:
    done, *_ = Parcel.objects.filter(batch="b-1")
    Parcel.objects.filter(id=done.id).update(state="DELIVERED")
    job = _job(stage, "SIGN_OFF_SHEET")
    assert job.total == 2
    Parcel.objects.update(state="CANCELLED")
    with nothing_written(), pytest.raises(PaperEmpty):
        _job(stage, "PACKING_LIST")


@pytest.mark.parametrize(
    ("kind", "request_", "code"),
    [
        ("PACKING_LIST", {"batch": "nothing"}, "paper_empty"),
        ("PACKING_LIST", {"batch": "b-1", "township": "别处"}, "paper_empty"),
        ("STOCK_TAKE_SHEET", {"warehouse": "nothing"}, "warehouse_missing"),
        ("ASSEMBLY_SHEET", {"recipe": "nothing"}, "kit_recipe_missing"),
        ("GOODS_RECEIVED_NOTE", {"gift": "P7K"}, "bad_check"),
        ("CARTON_LABELS", {"quantity": 1_001}, "paper_too_long"),
        ("BIN_LABELS", {"names": "\n \n"}, "paper_empty"),
    ],
)
def test_what_is_not_there_is_refused_at_once(stage: World, kind: str, request_: dict[str, object], code: str) -> None:
    with nothing_written(), pytest.raises(Refusal) as refused:
        _job(stage, kind, **request_)
    assert refused.value.code == code


def test_a_gift_of_money_has_no_goods_received_note(stage: World) -> None:
    money = stage.give_money()
    with nothing_written(), pytest.raises(Refusal):
        _job(stage, "GOODS_RECEIVED_NOTE", gift=money.code.text)


def test_a_sheet_has_a_bound(stage: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel_papers, "ROWS_MAX", 2)
    with nothing_written(), pytest.raises(PaperTooLong):
        _job(stage, "ROUND_SHEET")


@pytest.mark.parametrize("name", ["W" * 40, "甲😀", "a\u202eb"])
def test_what_does_not_fit_fails_the_job_whole_and_names_the_row(stage: World, name: str) -> None:
    job = _job(stage, "BIN_LABELS", names=f"甲-01\n{name}")
    draw_paper_job(job.id)
    job.refresh_from_db()
    assert job.state == "FAILED"
    assert name in job.problem["zh"]
    assert CodePrint.objects.count() == 0


def test_a_stranger_prints_nothing_of_ours(stage: World) -> None:
    stranger = stage.as_actor(stage.stranger)
    for kind in (
        "SIGN_OFF_SHEET",
        "STOCK_TAKE_SHEET",
        "PURCHASE_RECEIVED_NOTE",
        "COUNT_SHEET",
        "HOUSEHOLD_CARDS",
        "COLLECTOR_CARDS",
        "PUBLIC_NOTICE",
        "APPLICATION_SLIPS",
        "GOODS_RECEIVED_NOTE",
    ):
        said = {name: value or _there(name) for name, value in CASES[kind][0].items()}
        with nothing_written(), pytest.raises(Refusal):
            ask_for_paper(actor=stranger, kind=kind, request=said, now=stage.now, token=new_id())
