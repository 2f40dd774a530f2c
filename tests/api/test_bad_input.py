"""Every refusal of the contract: its problem document, and nothing written."""

import copy
import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from logistics.parties.changes import change_programme
from logistics.stock.actions import register_item
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written

AT = "2026-01-12T10:00:00+08:00"
Body = dict[str, Any]


def _money() -> Body:
    return {
        "programme": "warm-heart-pack",
        "fund": "warm-2026",
        "donor": {"name": "示例捐赠人", "kind": "PERSON"},
        "money": {"amount": 20_000, "currency": "CNY"},
        "received_at": AT,
        "channel": "WECHAT",
        "reference": "bad-1",
    }


def _goods() -> Body:
    return {
        "programme": "warm-heart-pack",
        "fund": "warm-2026",
        "donor": {"name": "示例捐赠人", "kind": "PERSON"},
        "warehouse": "wh-1",
        "received_at": AT,
        "reference": "bad-2",
        "lines": [
            {"item": "gloves", "quantity": 5, "line_total": {"amount": 500, "currency": "CNY"}, "basis": "INVOICE"}
        ],
    }


def _purchase() -> Body:
    return {
        "fund": "warm-2026",
        "supplier": "sup-1",
        "warehouse": "wh-1",
        "purchased_at": AT,
        "invoice": "F-1",
        "reference": "bad-3",
        "lines": [{"item": "gloves", "quantity": 1, "line_total": 2_000}],
    }


def _parcels() -> Body:
    return {"programme": "warm-heart-pack", "warehouse": "wh-1", "contents": {"kit_recipe": "warm-kit"}, "count": 1}


def _kits() -> Body:
    return {"kit_recipe": "warm-kit", "warehouse": "wh-1", "fund": "warm-2026", "quantity": 1}


BODIES: dict[str, Callable[[], Body]] = {
    "/donations/money": _money,
    "/donations/goods": _goods,
    "/purchases": _purchase,
    "/parcels": _parcels,
    "/kits/assemble": _kits,
}
MISSING = object()
CASES: list[tuple[str, str, Any, int, str]] = [
    ("/donations/money", "money/amount", 200.0, 422, "invalid"),
    ("/donations/money", "money/amount", "20000", 422, "invalid"),
    ("/donations/money", "money/amount", True, 422, "invalid"),
    ("/donations/money", "money/amount", 0, 422, "invalid"),
    ("/donations/money", "money/amount", -1, 422, "invalid"),
    ("/donations/money", "money/amount", 10**15 + 1, 422, "invalid"),
    ("/donations/money", "money/amount", None, 422, "invalid"),
    ("/donations/money", "money/currency", "XXX", 422, "invalid"),
    ("/donations/money", "money/currency", 1, 422, "invalid"),
    ("/donations/money", "money", 20000, 422, "invalid"),
    ("/donations/money", "money", MISSING, 422, "invalid"),
    ("/donations/money", "programme", "nothing", 404, "programme_missing"),
    ("/donations/money", "programme", "spring-bud", 409, "programme_mismatch"),
    ("/donations/money", "fund", "nothing", 404, "fund_missing"),
    ("/donations/money", "unknown", 1, 422, "invalid"),
    ("/donations/money", "donor", {"name": "x", "kind": "DOG"}, 422, "invalid"),
    ("/donations/money", "donor", {"name": "", "kind": "PERSON"}, 422, "invalid"),
    ("/donations/money", "donor", str(uuid.uuid4()), 404, "donor_missing"),
    ("/donations/money", "received_at", "2026-01-12T10:00:00", 422, "invalid"),
    ("/donations/money", "received_at", "2999-01-12T10:00:00+08:00", 422, "received_in_future"),
    ("/donations/money", "received_at", 1, 422, "invalid"),
    ("/donations/money", "channel", "CARRIER_PIGEON", 422, "invalid"),
    ("/donations/money", "reference", "", 422, "invalid"),
    ("/donations/money", "reference", "x" * 121, 422, "invalid"),
    ("/donations/money", "note", "a\x00b", 422, "invalid"),
    ("/donations/money", "note", "a\u202eb", 422, "invalid"),
    ("/donations/money", "anonymous", "yes", 422, "invalid"),
    ("/donations/goods", "lines", [], 422, "lines_out_of_bounds"),
    ("/donations/goods", "lines/0/quantity", 0, 422, "invalid"),
    ("/donations/goods", "lines/0/quantity", 1.5, 422, "invalid"),
    ("/donations/goods", "lines/0/item", "nothing", 404, "item_missing"),
    ("/donations/goods", "lines/0/basis", "NONE", 422, "value_basis_mismatch"),
    ("/donations/goods", "lines/0/line_total", MISSING, 422, "value_basis_mismatch"),
    ("/donations/goods", "lines/0/expires_on", "2025-12-31", 422, "goods_expired"),
    ("/donations/goods", "lines/0/expires_on", "2026-02-30", 422, "invalid"),
    ("/donations/goods", "warehouse", "nothing", 404, "warehouse_missing"),
    ("/purchases", "fund", MISSING, 422, "fund_required"),
    ("/purchases", "fund", "girls-2026", 409, "fund_overspent"),
    ("/purchases", "lines/0/line_total", 10**12, 409, "fund_overspent"),
    ("/purchases", "lines/0/line_total", 0, 422, "invalid"),
    ("/purchases", "supplier", "nothing", 404, "supplier_missing"),
    ("/kits/assemble", "quantity", 100, 409, "stock_short"),
    ("/kits/assemble", "quantity", 0, 422, "invalid"),
    ("/kits/assemble", "fund", "girls-2026", 409, "programme_mismatch"),
    ("/kits/assemble", "kit_recipe", "nothing", 404, "kit_recipe_missing"),
    ("/parcels", "contents", {}, 422, "contents_unclear"),
    (
        "/parcels",
        "contents",
        {"kit_recipe": "warm-kit", "lines": [{"item": "vest", "quantity": 1}]},
        422,
        "contents_unclear",
    ),
    ("/parcels", "contents", {"lines": [{"item": "vest", "quantity": 99}]}, 409, "stock_short"),
    ("/parcels", "count", 0, 422, "invalid"),
    ("/parcels", "count", 1_001, 422, "invalid"),
    ("/parcels", "household", str(uuid.uuid4()), 404, "household_missing"),
    ("/parcels", "programme", "nothing", 404, "programme_missing"),
]


@pytest.fixture
def stocked(world: World) -> World:
    world.stock_kits(5)
    world.give_money(10_000)
    world.buy((world.gloves, 3, 300), (world.vest, 3, 300), (world.blanket, 3, 300))
    return world


@pytest.mark.parametrize(("path", "place", "value", "status", "code"), CASES, ids=lambda part: str(part)[:40])
def test_it_is_refused_and_nothing_is_written(
    stocked: World, partner: Partner, path: str, place: str, value: Any, status: int, code: str
) -> None:
    body = _with(BODIES[path](), place, value)
    with nothing_written():
        answer = partner.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content.decode()
    _assert_problem(answer, status, code)


@pytest.mark.parametrize("path", BODIES)
def test_the_same_bodies_are_taken_when_nothing_is_wrong(stocked: World, partner: Partner, path: str) -> None:
    # The proof that the refusals above are for what each case changes.
    answer = partner.post(path, BODIES[path]())
    assert answer.status_code == 201, answer.content.decode()


def test_a_field_is_pointed_at(partner: Partner, stocked: World) -> None:
    body = _with(_goods(), "lines/0/quantity", "5")
    answer = partner.post("/donations/goods", body).json()
    (error,) = answer["errors"]
    assert (error["pointer"], error["code"]) == ("/lines/0/quantity", "not_whole")


def test_a_purchase_without_fund_names_the_candidates(partner: Partner, stocked: World) -> None:
    answer = partner.post("/purchases", _with(_purchase(), "fund", MISSING)).json()
    assert answer["facts"]["candidates"] == ["warm-2026", "girls-2026"]


def test_a_closed_programme_takes_nothing(partner: Partner, stocked: World) -> None:
    cause = stocked.as_actor(stocked.administrator).cause(stocked.now, "项目已经结束")
    change_programme(programme=stocked.warm, changes={"is_open": False}, cause=cause)
    for path in ("/donations/money", "/donations/goods", "/purchases", "/parcels"):
        with nothing_written():
            answer = partner.post(path, BODIES[path]())
        assert (answer.status_code, answer.json()["code"]) == (409, "programme_closed"), path


def test_goods_of_another_fund_stay_where_they_are(partner: Partner, stocked: World) -> None:
    scarf = register_item(code="scarf", name_zh="围巾")
    stocked.give_money(500, fund=stocked.girls_fund)
    stocked.buy((scarf, 2, 500), fund=stocked.girls_fund)
    body = _parcels() | {"contents": {"lines": [{"item": "scarf", "quantity": 1}]}, "fund": "warm-2026"}
    with nothing_written():
        answer = partner.post("/parcels", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "goods_of_another_fund")


def test_an_expired_lot_is_not_given_out(partner: Partner, stocked: World) -> None:
    milk = register_item(code="milk", name_zh="奶粉")
    stocked.buy((milk, 2, 200), expires_on=dt.date(2026, 1, 13))
    body = _parcels() | {"contents": {"lines": [{"item": "milk", "quantity": 1}]}}
    with nothing_written():
        answer = partner.post("/parcels", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "lot_expired")


def _girls_body(stocked: World, **more: Any) -> Body:
    stocked.give_money(5_000, fund=stocked.girls_fund)
    stocked.buy((stocked.blanket, 2, 500), fund=stocked.girls_fund)
    lines = {"lines": [{"item": "blanket", "quantity": 1}]}
    return {"programme": "spring-bud", "warehouse": "wh-1", "contents": lines, "fund": "girls-2026", **more}


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [("girl", 201, ""), ("boy", 422, "beneficiary_outside_terms"), (None, 422, "beneficiary_required")],
)
def test_a_girls_fund_is_for_girls_on_every_path(
    partner: Partner, stocked: World, who: str | None, status: int, code: str
) -> None:
    whom = {"household": str(stocked.family.id)}
    if who:
        whom["beneficiary"] = str(getattr(stocked, who).id)
    parcel = _girls_body(stocked, **whom)
    grant = {"fund": "girls-2026", **whom, "money": {"amount": 100, "currency": "CNY"}, "reference": f"g-{who}"}
    for path, body in (("/parcels", parcel), ("/grants", grant)):
        answer = partner.post(path, body)
        assert answer.status_code == status, answer.content.decode()
        assert code in ("", answer.json().get("code"))
    if code:
        with nothing_written():
            partner.post("/parcels", parcel)
            partner.post("/grants", grant)


def test_a_member_of_another_family_is_refused(partner: Partner, stocked: World) -> None:
    from logistics.households.actions import MemberInput, record_household

    other = record_household(
        organisation=stocked.county,
        township="少云镇",
        division_code="990101001",
        head_name="示例邻居",
        members=[MemberInput("示例女童二", "FEMALE", dt.date(2014, 1, 1), has_consent=True)],
        now=stocked.now,
    )
    body = _girls_body(stocked, household=str(stocked.family.id), beneficiary=str(other.members.get().id))
    with nothing_written():
        answer = partner.post("/parcels", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "member_missing")


def test_a_bulk_of_a_thousand_and_one_is_refused(partner: Partner, world: World) -> None:
    scan = {"scan_id": str(uuid.uuid4()), "code": "x", "step": "PACK", "scanned_at": AT, "sequence": 1}
    with nothing_written():
        answer = partner.post("/scans", {"scans": [scan] * 1_001})
    assert (answer.status_code, answer.json()["code"]) == (413, "bulk_too_large")


def test_scans_without_scans_are_refused(partner: Partner, world: World) -> None:
    for body in ({}, {"scans": []}, {"scans": {}}, {"scans": "x"}, {"scans": [], "more": 1}):
        with nothing_written():
            answer = partner.post("/scans", body)
        assert answer.status_code == 422, body


def test_a_malformed_scan_is_answered_among_the_others(partner: Partner, world: World) -> None:
    parcel = world.parcel()
    good = {"scan_id": str(uuid.uuid4()), "code": parcel.code.text, "step": "PACK", "scanned_at": AT, "sequence": 1}
    bad = [{**good, "scan_id": "no uuid"}, {**good, "scan_id": str(uuid.uuid4()), "scanned_at": "yesterday"}, 5, {}]
    bad.append({**good, "scan_id": str(uuid.uuid4()), "colour": "red"})
    answer = partner.post("/scans", {"scans": [bad[0], good, *bad[1:]]})
    outcomes = [row["outcome"] for row in answer.json()["outcomes"]]
    assert outcomes == ["MALFORMED", "RECORDED", "MALFORMED", "MALFORMED", "MALFORMED", "MALFORMED"]


def _with(body: Body, place: str, value: Any) -> Body:
    changed = copy.deepcopy(body)
    *steps, last = place.split("/")
    node: Any = changed
    for step in steps:
        node = node[int(step) if step.isdigit() else step]
    if value is MISSING:
        del node[last]
    else:
        node[last] = value
    return changed


def _assert_problem(answer: Any, status: int, code: str) -> None:
    document = answer.json()
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert document["status"] == status
    assert document["type"].endswith(f"#{code}")
    assert document["title"]
    assert document["detail"]
    assert document["instance"].startswith("/api/v1/")
    assert json.dumps(document)
