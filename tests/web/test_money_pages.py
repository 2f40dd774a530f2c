"""Money at the pages: the officer proposes, the approver approves, in both languages, and nothing is half written."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from logistics.donations.goods import LineInput
from logistics.donations.refund_models import Refund
from logistics.funds.money_models import Agreement, Cost, Interest, Reversal
from logistics.journal.reads import purse_balance
from logistics.ledgers.figures import figures_by_programme
from logistics.parcels.actions import plan_parcels
from logistics.stock.actions import register_item
from logistics.stock.models import Knitter, Purchase
from logistics.stock.money_models import Opening, PriceRefund, YarnMove
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import earned_interest, given_goods, ordered, proposed_cost, refunded, reversed_entry
from tests.web.conftest import Visitor

DAY = "2026-01-12"
BYTES = b"%PDF-1.7 made up"


def proof() -> SimpleUploadedFile:
    return SimpleUploadedFile("proof.pdf", BYTES, content_type="application/pdf")


def send(visitor: Visitor, path: str, **values: object):  # type: ignore[no-untyped-def]
    return visitor.send(path, happened_on=DAY, **values)


@pytest.fixture
def approver(world: World) -> Visitor:
    """The approver at a page."""
    return Visitor("approver")


COST = {"fund": "warm-2026", "category": "PRINTING", "amount": "12.30", "payee": "示例印刷"}


def test_a_cost_is_proposed_with_its_document_and_approved_by_another(
    world: World, officer: Visitor, approver: Visitor
) -> None:
    world.give_money(10_000)
    assert send(officer, "/money/new/cost", **COST, evidence_sha256=proof()).status_code == 302
    cost = Cost.objects.get()
    assert (cost.amount_minor, cost.evidence_sha256) == (1_230, hashlib.sha256(BYTES).hexdigest())
    mine, theirs = officer.get("/money").content.decode(), approver.get("/money").content.decode()
    assert "/approve" not in mine
    assert f"/money/cost/{cost.id}/approve" in theirs
    assert "印刷费" in theirs
    assert officer.client.post(f"/money/cost/{cost.id}/approve").status_code == 404
    approver.client.post(f"/money/cost/{cost.id}/approve")
    cost.refresh_from_db()
    assert (cost.state, purse_balance(world.warm_fund.purse_id)) == ("APPROVED", 8_770)
    assert_books_close()


def test_who_proposed_takes_it_back(world: World, officer: Visitor) -> None:
    cost = proposed_cost(world, 100)
    officer.client.post(f"/money/cost/{cost.id}/reject")
    cost.refresh_from_db()
    assert cost.state == "REJECTED"


def test_without_a_document_nothing_is_proposed(world: World, officer: Visitor) -> None:
    for values in ({}, {"evidence_sha256": SimpleUploadedFile("empty.pdf", b"")}):
        with nothing_written():
            answer = send(officer, "/money/new/cost", **COST, **values)
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {"evidence_sha256"}


def test_interest_openings_and_reversals_are_proposed(world: World, officer: Visitor) -> None:
    gift = world.give_money(500)
    common = {"evidence_sha256": proof()}
    assert send(officer, "/money/new/interest", fund="warm-2026", amount="0.37", **common).status_code == 302
    goods = {"line-0-item": "gloves", "line-0-quantity": "5", "line-0-line_total": "50", "line-0-basis": "INVOICE"}
    common = {"evidence_sha256": proof()}
    answer = send(officer, "/money/new/opening", fund="girls-2026", amount="9", warehouse="wh-1", **goods, **common)
    assert answer.status_code == 302
    path = f"/money/new/reversal?entry={gift.entry_id}"
    assert str(gift.entry_id) in officer.get(path).content.decode()
    common = {"evidence_sha256": proof(), "entry": str(gift.entry_id), "reason": "误录"}
    assert send(officer, path, **common).status_code == 302
    assert Interest.objects.get().amount_minor == 37
    assert (Opening.objects.get().amount_minor, Opening.objects.get().lines.get().line_total_minor) == (900, 5_000)
    assert Reversal.objects.get().reverses_id == gift.entry_id
    page = officer.get("/money").content.decode()
    assert all(words in page for words in ("银行利息", "期初余额", "冲正"))
    assert officer.get("/money/new/refund").status_code == 404


def test_a_gift_is_given_back_from_its_page(world: World, officer: Visitor, approver: Visitor) -> None:
    gift = world.give_money(1_000)
    assert f"/gifts/{gift.id}/refund" in officer.get(f"/gifts/{gift.id}").content.decode()
    values = {"amount": "3", "reason": "捐赠人申请", "evidence_sha256": proof()}
    assert send(officer, f"/gifts/{gift.id}/refund", **values).status_code == 302
    approver.client.post(f"/money/refund/{Refund.objects.get().id}/approve")
    assert purse_balance(world.warm_fund.purse_id) == 700
    assert "已退还捐赠人" in officer.get(f"/trace/{gift.code.text}").content.decode()
    with nothing_written():
        values = {"amount": "8", "reason": "捐赠人申请", "evidence_sha256": proof()}
        assert send(officer, f"/gifts/{gift.id}/refund", **values).status_code == 422
        assert Visitor("stranger").get(f"/gifts/{gift.id}/refund").status_code == 404


def test_goods_are_given_back_line_by_line(world: World, officer: Visitor) -> None:
    gift = given_goods(world, LineInput(world.gloves, 5, "INVOICE", 500), LineInput(world.vest, 2, "NONE"))
    line = gift.lines.get(item=world.vest)
    values = {f"line-{line.id}": "2", "reason": "捐赠人申请", "evidence_sha256": proof()}
    assert send(officer, f"/gifts/{gift.id}/refund", **values).status_code == 302
    assert Refund.objects.get().lines == [[str(line.lot_id), 2]]


def test_an_agreement_is_recorded_with_what_was_signed(world: World, officer: Visitor) -> None:
    values = {"fund": "warm-2026", "number": "示例-01", "signed_on": DAY, "cap": "50", "document_sha256": proof()}
    assert officer.send("/agreements", **values).status_code == 302
    row = Agreement.objects.get()
    assert (row.management_cap_per_mille, str(row.signed_on)) == (50, DAY)
    assert "50 ‰" in officer.get("/agreements").content.decode()


def test_a_purchase_is_paid_first_received_and_paid_back(world: World, officer: Visitor) -> None:
    world.give_money(2_000)
    line = {"line-0-item": "gloves", "line-0-quantity": "10", "line-0-line_total": "10"}
    values = {"fund": "warm-2026", "supplier": "sup-1", "warehouse": "wh-1", "invoice": "O-1", "is_prepaid": "on"}
    assert officer.send("/purchases/new", **values, **line).status_code == 302
    purchase = Purchase.objects.get()
    row = purchase.lines.get()
    assert "0/10" in officer.get("/purchases").content.decode()
    came = {f"came-{row.id}": "4", f"price-{row.id}": "5", "invoice": "F-1"}
    assert send(officer, f"/purchases/{purchase.id}/receive", **came).status_code == 302
    assert "4/10" in officer.get("/purchases").content.decode()
    back = {"evidence_sha256": proof()}
    assert send(officer, f"/purchases/{purchase.id}/price-refund", **back).status_code == 302
    assert PriceRefund.objects.get().amount_minor == 500
    assert purse_balance(world.warm_fund.purse_id) == 1_500
    with nothing_written():
        assert send(officer, f"/purchases/{purchase.id}/receive", **came).status_code == 422
    assert_books_close()


def test_more_than_was_ordered_is_refused_beside_its_field(world: World, officer: Visitor) -> None:
    world.give_money(2_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    row = purchase.lines.get()
    with nothing_written():
        answer = send(officer, f"/purchases/{purchase.id}/receive", **{f"came-{row.id}": "11", "invoice": "F-1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [f"came-{row.id}"])


def test_yarn_goes_out_and_garments_come_back(world: World, keeper: Visitor) -> None:
    yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
    register_item(code="sweater", name_zh="毛衣")
    given_goods(world, LineInput(yarn, 1_000, "AGREEMENT", 2_000))
    token = keeper.get("/knitting").context["knitter_form"]["once"].value()
    keeper.client.post("/knitters", {"once": token, "name": "示例志愿者"})
    keeper.client.post("/knitters", {"once": token, "name": "示例志愿者"})
    reference = Knitter.objects.get().reference
    values = {"knitter": reference, "fund": "warm-2026", "warehouse": "wh-1", "yarn": "yarn"}
    assert send(keeper, "/knitting", kind="OUT", quantity="800", **values).status_code == 302
    with nothing_written():
        assert send(keeper, "/knitting", kind="GARMENTS", quantity="500", **values).status_code == 422
    done = send(keeper, "/knitting", kind="GARMENTS", quantity="500", garment="sweater", garments="2", **values)
    assert done.status_code == 302
    page = keeper.get("/knitting").content.decode()
    assert "300 克" in page
    assert [row.kind for row in YarnMove.objects.order_by("id")] == ["OUT", "GARMENTS"]


@pytest.mark.parametrize("path", ["/money", "/money/new/cost", "/money/new/opening", "/agreements", "/purchases"])
def test_pages_speak_english_too_and_keepers_see_only_purchases(world: World, path: str) -> None:
    page = Visitor("officer", "en").get(path)
    assert page.status_code == 200
    text = page.content.decode().split("<main")[1].replace("示例", "").replace("简体中文", "")
    names = ("暖心包专项", "春蕾女童专项", "仓库", "供应商", "手套", "棉马甲", "毛毯")
    for name in names:
        text = text.replace(name, "")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in text)
    assert Visitor("courier").get(path).status_code == 404


def test_goods_without_value_show_no_amount(world: World, keeper: Visitor) -> None:
    given_goods(world, LineInput(world.vest, 2, "NONE"))
    page = keeper.get("/stock").content.decode()
    assert "棉马甲" in page
    assert "¥0.00" not in page.split("<tbody>")[1]


def test_a_gift_without_value_is_followed_in_units(world: World, officer: Visitor) -> None:
    gift = given_goods(world, LineInput(world.vest, 2, "NONE"))
    (parcel,) = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.vest, 1)],
        count=1,
        now=world.now,
    )
    for path in (f"/Q/{gift.code.text}", f"/trace/{gift.code.text}", f"/trace/{parcel.code.text}"):
        page = officer.get(path).content.decode()
        assert "× 1" in page, path
        assert "¥" not in page, path
    assert "¥" not in officer.get(f"/parcels/{parcel.code.text}").content.decode()


def test_the_first_page_counts_what_was_received_and_not_what_went_back(world: World) -> None:
    first, second = world.give_money(1_000), world.give_money(500)
    earned_interest(world, 70)
    refunded(world, first, 400)
    reversed_entry(world, second.entry)
    (row,) = figures_by_programme(world.county, world.now)[-1:]
    assert (row.received_minor, row.money_minor) == (670, 670)
