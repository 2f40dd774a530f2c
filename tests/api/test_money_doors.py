"""Money by the API: proposed with one key, approved with another, repeated safely, and nothing for a stranger."""

from typing import Any

import pytest
from django.utils import timezone

from logistics.donations.goods import LineInput
from logistics.funds.money_models import Cost, Interest
from logistics.journal.models import JournalEntry
from logistics.journal.reads import purse_balance
from logistics.stock.actions import register_item
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE, given_goods

AT = "2026-01-12T10:00:00+08:00"
HEAD = {"evidence_sha256": EVIDENCE, "reason": "示例"}


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


@pytest.fixture
def approver(world: World) -> Partner:
    """Another key of the county."""
    return partner_of(world.county, now=timezone.now())


def _bodies(world: World) -> dict[str, dict[str, Any]]:
    gift = world.give_money(10_000)
    line = {"item": "gloves", "warehouse": "wh-1", "quantity": 5, "line_total": 500, "basis": "INVOICE"}
    return {
        "/costs": {"fund": "warm-2026", "category": "PRINTING", "money": money(700), "incurred_at": AT},
        "/interest": {"fund": "warm-2026", "money": money(12), "earned_at": AT},
        "/openings": {"fund": "girls-2026", "money": money(900), "opened_at": AT, "lines": [line]},
        f"/donations/{gift.id}/refund": {"money": money(300), "refunded_at": AT},
        "/reversals": {"entry": str(world.give_money(40).entry_id)},
    }


KINDS = ["costs", "interest", "openings", "refunds", "reversals"]


@pytest.mark.parametrize("kind", KINDS)
def test_one_key_proposes_and_another_approves(
    world: World, partner: Partner, approver: Partner, outsider: Partner, kind: str
) -> None:
    path, body = next(
        (path, body)
        for path, body in _bodies(world).items()
        if kind in path or (kind == "refunds" and "refund" in path)
    )
    body = {**HEAD, **body, "reference": "ref-1"}
    made = partner.post(path, body)
    assert (made.status_code, made.json()["state"], made.json()["entry"]) == (201, "PROPOSED", None), made.content
    row = made.json()
    with nothing_written():
        assert partner.post(path, body).status_code == 200
        assert outsider.post(f"/{kind}/{row['id']}/approve").status_code == 404
        assert outsider.get(f"/{kind}").json()["items"] == []
        assert outsider.get(f"/{kind}/{row['id']}").json()["code"] == "proposal_missing"
        assert partner.get(f"/{kind}/{row['id']}").json() == row
        refused = partner.post(f"/{kind}/{row['id']}/approve")
    assert (refused.status_code, refused.json()["code"]) == (403, "proposal_approved_by_proposer")
    done = approver.post(f"/{kind}/{row['id']}/approve")
    assert (done.status_code, done.json()["state"]) == (200, "APPROVED"), done.content
    assert JournalEntry.objects.filter(id=done.json()["entry"], approver_id=done.json()["decided_by"]).exists()
    assert [item["id"] for item in partner.get(f"/{kind}").json()["items"]] == [row["id"]]
    assert partner.post(f"/{kind}/{row['id']}/reject").json()["code"] == "proposal_decided"
    assert_books_close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_rejected_is_never_booked(world: World, partner: Partner, kind: str) -> None:
    path, body = next(
        (path, body)
        for path, body in _bodies(world).items()
        if kind in path or (kind == "refunds" and "refund" in path)
    )
    row = partner.post(path, {**HEAD, **body, "reference": "ref-1"}).json()
    before = JournalEntry.objects.count()
    assert partner.post(f"/{kind}/{row['id']}/reject").json()["state"] == "REJECTED"
    assert JournalEntry.objects.count() == before


def test_another_content_under_a_reference_is_refused(world: World, partner: Partner) -> None:
    world.give_money(10_000)
    body = {**HEAD, "fund": "warm-2026", "category": "AUDIT", "money": money(1), "incurred_at": AT, "reference": "r"}
    assert partner.post("/costs", body).status_code == 201
    with nothing_written():
        answer = partner.post("/costs", {**body, "money": money(2)})
    assert (answer.status_code, answer.json()["code"]) == (409, "reference_reused")
    assert Cost.objects.count() == 1


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"evidence_sha256": "x"}, 422, "evidence_required"),
        ({"category": "BRIBE"}, 422, "invalid"),
        ({"money": {"amount": 1.5, "currency": "CNY"}}, 422, "invalid"),
        ({"fund": "none"}, 404, "fund_missing"),
        ({"reference": None}, 422, "invalid"),
        ({"more": 1}, 422, "invalid"),
    ],
)
def test_bad_input_is_refused_in_words(
    world: World, partner: Partner, other: dict[str, Any], status: int, code: str
) -> None:
    body = {**HEAD, "fund": "warm-2026", "category": "AUDIT", "money": money(1), "incurred_at": AT, "reference": "r"}
    with nothing_written():
        answer = partner.post("/costs", {**body, **other})
    assert answer.status_code == status, answer.content
    if code != "invalid":
        assert answer.json()["code"] == code


def test_a_key_is_needed_and_counts_once(world: World, partner: Partner) -> None:
    body = {**HEAD, "fund": "warm-2026", "money": money(5), "earned_at": AT, "reference": "i-1"}
    assert partner.post("/interest", body, key=None).json()["code"] == "idempotency_key_missing"
    first = partner.post("/interest", body, key="k-1")
    again = partner.post("/interest", body, key="k-1")
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert Interest.objects.count() == 1


def test_goods_go_back_by_item_and_batch(world: World, partner: Partner, approver: Partner) -> None:
    gift = given_goods(world, LineInput(world.gloves, 5, "INVOICE", 500), LineInput(world.vest, 2, "NONE"))
    body = {**HEAD, "refunded_at": AT, "lines": [{"item": "vest", "quantity": 2}], "reference": "g-1"}
    with nothing_written():
        unknown = partner.post(f"/donations/{gift.id}/refund", {**body, "lines": [{"item": "blanket", "quantity": 1}]})
    assert unknown.json()["code"] == "item_missing"
    row = partner.post(f"/donations/{gift.id}/refund", body).json()
    assert approver.post(f"/refunds/{row['id']}/approve").status_code == 200
    said = partner.get(f"/donations/{gift.id}").json()
    assert (said["state"], said["returned"]) == ("PARTLY_RETURNED", 0)
    assert {row["item"] for row in partner.get("/stock").json()["items"]} == {"gloves"}


def test_a_gift_says_what_became_of_it(world: World, partner: Partner, approver: Partner) -> None:
    part, whole, mistake, kept = (world.give_money(1_000) for _ in range(4))
    for number, (gift, amount) in enumerate(((part, 400), (whole, 1_000))):
        body = {**HEAD, "refunded_at": AT, "money": money(amount), "reference": f"b-{number}"}
        row = partner.post(f"/donations/{gift.id}/refund", body).json()
        approver.post(f"/refunds/{row['id']}/approve")
    row = partner.post("/reversals", {**HEAD, "entry": str(mistake.entry_id), "reference": "m"}).json()
    approver.post(f"/reversals/{row['id']}/approve")
    said = {row["id"]: (row["state"], row["returned"]) for row in partner.get("/donations").json()["items"]}
    assert [said[str(gift.id)] for gift in (part, whole, mistake, kept)] == [
        ("PARTLY_RETURNED", 400),
        ("RETURNED", 1_000),
        ("CANCELLED", 1_000),
        ("RECORDED", 0),
    ]
    assert partner.get(f"/donations/{part.id}").json()["returned"] == 400


ORDER = {
    "fund": "warm-2026",
    "supplier": "sup-1",
    "warehouse": "wh-1",
    "purchased_at": AT,
    "invoice": "O-1",
    "reference": "o-1",
    "is_prepaid": True,
    "lines": [{"item": "gloves", "quantity": 10, "line_total": 1_000}],
}


def test_a_purchase_is_paid_received_and_settled(world: World, partner: Partner, outsider: Partner) -> None:
    world.give_money(2_000)
    made = partner.post("/purchases", ORDER)
    purchase = made.json()
    assert (made.status_code, purchase["state"], purchase["lots"]) == (201, "ORDERED", [])
    assert partner.post("/purchases", ORDER).status_code == 200
    path = f"/purchases/{purchase['id']}"
    body = {"invoice": "F-1", "received_at": AT, "reference": "f-1", "lines": [{"item": "gloves", "quantity": 4}]}
    receipt = partner.post(f"{path}/receipts", body)
    assert (receipt.status_code, receipt.json()["lines"][0]["line_total"]) == (201, 400)
    assert partner.post(f"{path}/receipts", body).status_code == 200
    dear = {**body, "reference": "f-2", "lines": [{"item": "gloves", "quantity": 5, "line_total": 700}]}
    with nothing_written():
        assert partner.post(f"{path}/receipts", dear).json()["code"] == "prepayment_short"
        assert outsider.get(path).status_code == 404
        assert outsider.post(f"{path}/receipts", body).status_code == 404
    assert partner.post(f"{path}/receipts", {**dear, "may_pay_more": True}).status_code == 201
    assert len(partner.get(f"{path}/receipts").json()["items"]) == 2
    said = partner.get(path).json()
    assert (said["state"], said["total"], said["lines"][0]["received"]) == ("ORDERED", 1_100, 9)
    back = {"money": money(50), "refunded_at": AT, "evidence_sha256": EVIDENCE, "reference": "b-1"}
    assert partner.post(f"{path}/price-refund", back).json()["amount"] == 50
    assert partner.get("/purchases").json()["items"][0]["refunded"] == 50
    assert_books_close()


def test_the_rest_of_an_order_is_cancelled(world: World, partner: Partner) -> None:
    world.give_money(2_000)
    path = f"/purchases/{partner.post('/purchases', ORDER).json()['id']}"
    body = {"refunded_at": AT, "evidence_sha256": EVIDENCE, "reference": "b-1"}
    answer = partner.post(f"{path}/price-refund", body)
    assert (answer.status_code, answer.json()["state"], answer.json()["amount"]) == (201, "DROPPED", 1_000)
    assert partner.post(f"{path}/price-refund", body).status_code == 200
    assert purse_balance(world.warm_fund.purse_id) == 2_000


def test_yarn_goes_out_and_garments_come_back(world: World, partner: Partner, outsider: Partner) -> None:
    yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
    register_item(code="sweater", name_zh="毛衣", size="120")
    given_goods(world, LineInput(yarn, 1_000, "AGREEMENT", 2_000))
    knitter = partner.post("/knitters", {"name": "示例志愿者"}).json()["reference"]
    body = {
        "knitter": knitter,
        "fund": "warm-2026",
        "warehouse": "wh-1",
        "yarn": "yarn",
        "quantity": 800,
        "happened_at": AT,
        "reference": "y-1",
    }
    assert partner.post("/knitting/yarn-out", body).status_code == 201
    assert partner.post("/knitting/yarn-out", body).status_code == 200
    garments = {**body, "quantity": 500, "garment": "sweater", "garments": 2, "reference": "y-2"}
    assert partner.post("/knitting/garments", garments).json()["garments"] == 2
    assert partner.post("/knitting/yarn-back", {**body, "quantity": 200, "reference": "y-3"}).status_code == 201
    lost = {name: value for name, value in body.items() if name != "warehouse"}
    assert partner.post("/knitting/yarn-lost", {**lost, "quantity": 60, "reference": "y-4"}).status_code == 201
    assert partner.get("/knitting/held").json()["items"] == [
        {"knitter": knitter, "yarn": "yarn", "fund": "warm-2026", "quantity": 40}
    ]
    assert [row["kind"] for row in partner.get("/knitting").json()["items"]] == ["LOST", "BACK", "GARMENTS", "OUT"]
    with nothing_written():
        assert outsider.post("/knitting/yarn-back", body).status_code == 404
        assert outsider.get("/knitters").json()["items"] == []
    assert_books_close()


def test_hours_are_listed_and_in_no_ledger(world: World, partner: Partner) -> None:
    body = {
        "programme": "warm-heart-pack",
        "served_on": "2026-01-10",
        "volunteers": 3,
        "minutes": 540,
        "activity": "组包",
    }
    assert partner.post("/volunteer-hours", body).status_code == 201
    assert partner.get("/volunteer-hours").json()["items"][0]["minutes"] == 540
    assert partner.get("/fund-statement").json()["bases"] == {"OWN": [], "AGENCY": [], "APPROPRIATION": []}


def test_goods_without_value_show_none(world: World, partner: Partner) -> None:
    given_goods(world, LineInput(world.vest, 2, "NONE"))
    (row,) = partner.get("/unvalued-goods").json()["items"]
    assert (row["item"], row["in_care"], row["value"]) == ("vest", 2, None)
    assert partner.get("/stock").json()["items"][0]["value"] is None
    gift = partner.get("/donations").json()["items"][0]
    assert gift["amount"] is None
    trace = partner.get(f"/donations/{gift['id']}/trace").json()
    assert (trace["total"], trace["stages"], trace["units"]["IN_STOCK"]) == (None, {}, 2)
    assert [share["value"] for share in trace["shares"]] == [None]
    contents = {"lines": [{"item": "vest", "quantity": 1}]}
    body = {"programme": "warm-heart-pack", "warehouse": "wh-1", "contents": contents, "count": 1}
    (parcel,) = partner.post("/parcels", body).json()["items"]
    assert parcel["value"] is None
    read = partner.get(f"/parcels/{parcel['code']}").json()
    assert [piece["value"] for piece in read["lots"]] == [None]
    assert partner.get(f"/traces/{parcel['code']}").json()["gifts"][0]["value"] is None


def test_agreements_and_rules_are_read_with_what_they_allow(
    world: World, partner: Partner, approver: Partner, outsider: Partner
) -> None:
    world.give_money(10_000)
    agreement = {
        "fund": "warm-2026",
        "number": "A-1",
        "donor": str(world.donor.id),
        "signed_on": "2026-01-02",
        "document_sha256": EVIDENCE,
        "management_cap_per_mille": 30,
    }
    assert partner.post("/agreements", agreement).status_code == 201
    assert partner.post("/agreements", agreement).status_code == 200
    rule = {
        "organisation_kind": "FEDERATION",
        "base": "YEAR_EXPENDITURE",
        "per_mille": 100,
        "source": "示例规则",
        "is_example": True,
        "in_force_from": "2026-01-01",
    }
    assert partner.post("/cost-rules", rule).json()["code"] == "root_required"
    assert partner_of(world.province, now=timezone.now()).post("/cost-rules", rule).status_code == 201
    cost = {**HEAD, "fund": "warm-2026", "category": "MANAGEMENT", "incurred_at": AT}
    with nothing_written():
        over = partner.post("/costs", {**cost, "money": money(301), "reference": "c-1"})
    assert (over.status_code, over.json()["code"]) == (409, "management_cost_over_cap")
    row = partner.post("/costs", {**cost, "money": money(300), "reference": "c-2"}).json()
    approver.post(f"/costs/{row['id']}/approve")
    found = partner.get("/management-cost?year=2026").json()
    assert (found["spent"], found["years"][0]["cap"], found["years"][0]["is_within"]) == (300, 30, False)
    assert (found["funds"][0]["cap"], found["funds"][0]["source"]) == (300, "A-1")
    assert partner.get("/agreements?fund=warm-2026").json()["items"][0]["donor"] == world.donor.reference
    assert outsider.get("/agreements").json()["items"] == []
    assert partner.get("/cost-rules").json()["items"][0]["is_example"] is True
    statement = partner.get("/fund-statement").json()["bases"]["AGENCY"][0]
    assert (statement["in"]["received"], statement["costs"], statement["balance"]) == (
        10_000,
        {"MANAGEMENT": 300},
        9_700,
    )
    for query in ("year=26", "as_of=x", "known_at=x", "more=1"):
        assert partner.get(f"/management-cost?{query}").status_code == 400
