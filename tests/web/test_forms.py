"""What people do at the pages: it is booked once, refused in words, and never half written."""

import uuid

import pytest

from logistics.donations.models import Donation
from logistics.grants.models import Grant
from logistics.journal.reads import purse_balance
from logistics.parcels.models import Parcel
from logistics.press.models import LabelBatch, OwnSheet, Printer
from logistics.stock.models import Assembly, Purchase
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.web.conftest import Visitor

GIFT = {
    "fund": "warm-2026",
    "donor_name": "示例捐赠人",
    "donor_kind": "PERSON",
    "amount": "1,234.56",
    "channel": "CASH",
}


def test_a_gift_of_money_is_booked_in_fen_and_once(world: World, officer: Visitor) -> None:
    form = officer.get("/gifts/new")
    values = {"once": form.context["form"]["once"].value(), "received_on": "2026-01-12", **GIFT}
    first = officer.client.post("/gifts/new", values)
    assert first.status_code == 302
    with nothing_written():
        assert officer.client.post("/gifts/new", values).status_code == 302
    gift = Donation.objects.get()
    assert (gift.amount_minor, purse_balance(world.warm_fund.purse_id)) == (123_456, 123_456)
    assert first.headers["Location"] == f"/Q/{gift.code.text}"


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.234", "abc", "1e3x", "NaN", "Infinity", "1" + "0" * 30])
def test_an_amount_that_is_none_is_refused_beside_its_field(world: World, officer: Visitor, amount: str) -> None:
    with nothing_written():
        answer = officer.send("/gifts/new", **{**GIFT, "amount": amount})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"amount"}


def test_a_purchase_that_costs_too_much_is_refused_in_the_page_s_language(world: World) -> None:
    line = {"line-0-item": "gloves", "line-0-quantity": "2", "line-0-line_total": "30"}
    values = {"fund": "warm-2026", "supplier": "sup-1", "warehouse": "wh-1", "invoice": "F-1", **line}
    for language, words in (("en", "does not have"), ("zh-CN", "不足")):
        with nothing_written():
            answer = Visitor("officer", language).send("/purchases/new", **values)
        assert answer.status_code == 422
        errors = " ".join(map(str, answer.context["form"].errors.values()))
        assert words in errors or "3000" in errors, errors
    world.give_money(3_000)
    assert Visitor("officer").send("/purchases/new", **values).status_code == 302
    assert Purchase.objects.get().total_minor == 3_000


def test_goods_are_received_line_by_line(world: World, keeper: Visitor) -> None:
    values = {"fund": "warm-2026", "warehouse": "wh-1", "donor_name": "示例企业", "donor_kind": "ORGANISATION"}
    values |= {"line-0-item": "gloves", "line-0-quantity": "5", "line-0-line_total": "50", "line-0-basis": "INVOICE"}
    values |= {"line-2-item": "vest", "line-2-quantity": "2", "line-2-basis": "NONE"}
    assert keeper.send("/receive", **values).status_code == 302
    gift = Donation.objects.get()
    assert [(line.item.code, line.quantity, line.line_total_minor) for line in gift.lines.order_by("item__code")] == [
        ("gloves", 5, 5_000),
        ("vest", 2, None),
    ]
    page = keeper.get("/stock").content.decode()
    assert "手套" in page
    assert "¥50.00" in page


@pytest.mark.parametrize("line", [{"line-0-item": "gloves"}, {"line-0-quantity": "5"}, {}])
def test_a_line_that_is_half_filled_in_is_refused(world: World, keeper: Visitor, line: dict[str, str]) -> None:
    values = {"fund": "warm-2026", "warehouse": "wh-1", "donor_name": "示例企业", "donor_kind": "ORGANISATION", **line}
    with nothing_written():
        assert keeper.send("/receive", **values).status_code == 422


def test_kits_parcels_labels_and_scans_follow_each_other(world: World, keeper: Visitor) -> None:
    world.give_money(40_000)
    world.buy((world.gloves, 2, 4_000), (world.vest, 2, 16_000), (world.blanket, 2, 20_000))
    made = keeper.send("/assemble", recipe="warm-kit", fund="warm-2026", warehouse="wh-1", quantity="2")
    assert (made.status_code, Assembly.objects.get().quantity) == (302, 2)
    path = "/plan?programme=warm-heart-pack&township=少云镇"
    (choice,) = keeper.get(path).context["form"].fields["whom"].choices
    assert "示例" not in choice[1], "who packs need not know names"
    assert keeper.send(path, recipe="warm-kit", warehouse="wh-1", whom=[choice[0]]).status_code == 302
    parcel = Parcel.objects.get()
    assert parcel.household == world.family
    assert keeper.get(path).context["form"].fields["whom"].choices == [], "who has a parcel is not offered again"
    asked = keeper.send("/labels", parcels=[parcel.code.text], sheet="A4_3X7", start_position="4")
    batch = LabelBatch.objects.get()
    assert asked.headers["Location"] == f"/labels/{batch.id}"
    waiting = keeper.get(f"/labels/{batch.id}")
    assert waiting.headers["Refresh"] == "1"
    from logistics.press.label_batches import draw_batch

    draw_batch(batch.id)
    assert "Refresh" not in keeper.get(f"/labels/{batch.id}").headers
    assert keeper.get(f"/labels/{batch.id}.pdf").content.startswith(b"%PDF")
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        page = keeper.send("/scan/plain", step=step, code=parcel.code.text.lower())
        assert page.context["answer"].outcome == "RECORDED"
        assert page.context["tone"] == "good"
    parcel.refresh_from_db()
    assert parcel.state == "DELIVERED"
    assert_books_close()


def test_a_double_click_plans_once(world: World, keeper: Visitor) -> None:
    world.stock_kits(4)
    path = "/plan?programme=warm-heart-pack"
    once = keeper.get(path).context["form"]["once"].value()
    values = {"once": once, "recipe": "warm-kit", "warehouse": "wh-1", "count": "2"}
    assert keeper.client.post(path, values).status_code == 302
    with nothing_written():
        assert keeper.client.post(path, values).status_code == 302
    assert Parcel.objects.count() == 2


def test_a_scan_sent_twice_counts_once_and_can_be_undone(world: World, keeper: Visitor) -> None:
    parcel = world.parcel()
    once = keeper.get("/scan/plain").context["form"]["once"].value()
    values = {"once": once, "step": "PACK", "code": parcel.code.text}
    first = keeper.client.post("/scan/plain", values)
    again = keeper.client.post("/scan/plain", values)
    assert (first.context["answer"].outcome, again.context["answer"].outcome) == ("RECORDED", "MALFORMED")
    scan = first.context["scan"]
    back = {"once": uuid.uuid4(), "code": scan.code, "undoes": scan.scan_id, "step": "PACK"}
    undone = keeper.client.post("/scan/undo", {**back, "scanned_at": scan.scanned_at.isoformat()})
    assert undone.context["answer"].outcome == "RECORDED"
    parcel.refresh_from_db()
    assert parcel.state == "PLANNED"
    with nothing_written():
        late = keeper.client.post("/scan/undo", {**back, "scanned_at": "2020-01-01T00:00:00+08:00"})
    assert late.status_code == 422


def test_looking_up_writes_nothing(world: World, keeper: Visitor) -> None:
    parcel = world.parcel()
    with nothing_written():
        found = keeper.send("/scan/plain", step="LOOK", code=parcel.code.text)
        missing = keeper.send("/scan/plain", step="LOOK", code="nothing")
    assert found.context["parcel"] == parcel
    assert "problem" in missing.context


def test_a_planned_parcel_is_cancelled_and_a_packed_one_is_not(world: World, officer: Visitor) -> None:
    world.stock_kits(2)
    one, two = world.plan(2)
    world.walk(two, "PACK")
    for parcel in (one, two):
        officer.client.post(f"/parcels/{parcel.code.text}/cancel")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == ("CANCELLED", "PACKED")
    assert_books_close()


def test_a_grant_is_planned_by_one_and_approved_by_another(world: World, officer: Visitor) -> None:
    world.give_money(50_000, fund=world.girls_fund)
    values = {"fund": "girls-2026", "beneficiary": world.girl.reference.lower(), "amount": "300", "purpose": "助学金"}
    assert officer.send("/grants", **values).status_code == 302
    grant = Grant.objects.get()
    officer.client.post(f"/grants/{grant.id}/approve")
    grant.refresh_from_db()
    assert grant.state == "PLANNED"
    approver = Visitor("approver")
    approver.client.post(f"/grants/{grant.id}/approve")
    approver.client.post(f"/grants/{grant.id}/pay")
    grant.refresh_from_db()
    assert (grant.state, purse_balance(world.girls_fund.purse_id)) == ("PAID", 20_000)
    with nothing_written():
        boy = officer.send("/grants", **{**values, "beneficiary": world.boy.reference})
        nobody = officer.send("/grants", **{**values, "beneficiary": "M-NOBODY"})
    assert (boy.status_code, nobody.status_code) == (422, 422)


def test_the_auditor_reads_filters_downloads_and_traces(world: World, auditor: Visitor) -> None:
    parcel = world.walk(world.parcel())
    page = auditor.get("/ledgers/distribution?fund=warm-2026&place=少云镇")
    assert parcel.code.text in page.content.decode()
    assert "没有记录" in auditor.get("/ledgers/distribution?place=别处").content.decode()
    for form in ("csv", "json", "jsonl"):
        body = b"".join(auditor.get(f"/ledgers/distribution?format={form}").streaming_content)
        assert parcel.code.text.encode() in body
    assert auditor.get("/ledgers/distribution?from=2026-02-30").status_code == 302
    trace = auditor.get(f"/trace/{parcel.code.text}")
    assert trace.context["total"] == 20_000
    gift = Donation.objects.get()
    told = auditor.get(f"/trace/{gift.code.text}")
    assert (told.context["total"], told.context["stages"]) == (20_000, [("DELIVERED", 20_000)])
    assert auditor.get("/trace/nonsense").status_code == 404


def test_a_printer_is_registered_set_and_goes_on_where_it_ended(world: World, keeper: Visitor) -> None:
    assert keeper.send(
        "/labels/printers", code="hp-1", name="示例打印机", dots_per_inch="300", offset_x_um="0", offset_y_um="0"
    )
    assert keeper.send("/labels/printers/hp-1", dots_per_inch="300", offset_x_um="-1.5", offset_y_um="0.25")
    printer = Printer.objects.get()
    assert (printer.dots_per_inch, printer.offset_x_um, printer.offset_y_um) == (300, -1_500, 250)
    page = keeper.get("/labels/printers").content.decode()
    assert "-1.5 · 0.25" in page
    with nothing_written():
        assert (
            keeper.send("/labels/printers/hp-1", dots_per_inch="300", offset_x_um="21", offset_y_um="0").status_code
            == 422
        )
    world.stock_kits(2)
    for parcel in world.plan(2):
        keeper.send("/labels", parcels=[parcel.code.text], sheet="A4_3X7", printer="hp-1")
    assert sorted(LabelBatch.objects.values_list("start_position", flat=True)) == [1, 2]
    assert "A4_3X7: 3" in keeper.get("/labels/printers").content.decode()
    assert keeper.get("/labels/papers/A4_3X7.pdf?printer=hp-1").content.startswith(b"%PDF")
    assert keeper.get("/labels/papers/A4_3X7.pdf?printer=none").status_code == 302


def test_an_own_paper_is_registered_in_millimetres(world: World, keeper: Visitor) -> None:
    values = {"name": "own-8", "page_width_um": "210", "page_height_um": "297", "columns": "2", "rows": "4"}
    values |= {"label_width_um": "99.06", "label_height_um": "67.7", "margin_left_um": "4.7", "margin_top_um": "13.1"}
    values |= {"gutter_x_um": "2.5", "gutter_y_um": "0"}
    with nothing_written():
        assert keeper.send("/labels/papers/new", **{**values, "columns": "3"}).status_code == 422
    assert keeper.send("/labels/papers/new", **values).status_code == 302
    assert OwnSheet.objects.get().label_width_um == 99_060
    assert "own-8" in keeper.get("/labels/printers").content.decode()


def test_a_label_is_printed_once_more_and_revoked_on_its_page(world: World, keeper: Visitor) -> None:
    parcel = world.parcel()
    path = f"/parcels/{parcel.code.text}/label"
    asked = keeper.send(path, reason="打歪了", sheet="A4_3X7")
    batch = LabelBatch.objects.get()
    assert (asked.headers["Location"], batch.reason) == (f"/labels/{batch.id}", "打歪了")
    token = keeper.get(path).context["revocation"]["once"].value()
    with nothing_written():
        assert keeper.client.post(f"{path}/revoke", {"once": token, "reason": ""}).status_code == 422
    assert keeper.client.post(f"{path}/revoke", {"once": token, "reason": "丢失"}).status_code == 302
    page = keeper.get(path).content.decode()
    assert "丢失" in page and "示例keeper" in page
