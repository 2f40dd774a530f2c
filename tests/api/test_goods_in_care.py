"""Moves, hand-downs, stock-takes, holds, recalls and write-offs through the API."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from logistics.journal.models import Lot
from logistics.parties.actions import register_organisation
from logistics.stock.actions import register_warehouse
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

PAPER = "ab" * 32


@pytest.fixture
def second(world: World) -> Partner:
    """Another key of the county."""
    return partner_of(world.county, now=timezone.now())


@pytest.fixture
def lot(world: World) -> str:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    return str(Lot.objects.get(item_id=world.gloves.id).id)


def _made(answer: Any, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def _move(partner: Partner, world: World, quantity: int = 4) -> dict[str, Any]:
    register_warehouse(organisation=world.county, code="wh-2", name_zh="乡镇仓库")
    lines = [{"item": "gloves", "quantity": quantity}]
    body = {"from_warehouse": "wh-1", "to_warehouse": "wh-2", "fund": "warm-2026", "lines": lines}
    return _made(partner.post("/stock/moves", body))


@pytest.mark.usefixtures("lot")
def test_a_move_is_sent_received_in_part_and_settled(partner: Partner, world: World) -> None:
    move = _move(partner, world)
    assert (move["state"], move["lines"][0]["under_way"]) == ("SENT", 4)
    path = f"/stock/moves/{move['id']}"
    part = _made(partner.post(f"{path}/receive", {"lines": [{"received": 2, "damaged": 1}]}), 200)
    assert (part["state"], part["lines"][0]["under_way"]) == ("RECEIVED", 1)
    done = _made(partner.post(f"{path}/receive", {}), 200)
    assert (done["state"], done["lines"][0]["received"]) == ("CONFIRMED", 3)
    assert _made(partner.get(path), 200) == done
    assert [row["id"] for row in partner.get("/stock/moves").json()["items"]] == [move["id"]]
    refused = partner.post(f"{path}/receive", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "transit_state_wrong")
    assert_books_close()


@pytest.mark.usefixtures("lot")
def test_the_same_key_receives_once(partner: Partner, world: World) -> None:
    path = f"/stock/moves/{_move(partner, world)['id']}/receive"
    answers = [partner.post(path, {"lines": [{"received": 1}]}, key="k-1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[1].json()["lines"][0]["received"] == 1


def test_a_hand_down_is_confirmed_by_the_receiver(partner: Partner, world: World) -> None:
    township = register_organisation(
        code="示例镇", name_zh="示例镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county
    )
    below = partner_of(township, now=timezone.now())
    world.give_money(1_000)
    body = {"fund": "warm-2026", "to": "示例镇", "money": {"amount": 600, "currency": "CNY"}, "reference": "拨-1"}
    row = _made(partner.post("/hand-downs", body))
    assert _made(partner.post("/hand-downs", body), 200)["id"] == row["id"]
    path = f"/hand-downs/{row['id']}/confirm"
    for by, lines, code in (
        (partner, [{"received": 600}], "sender_takes_no_receipt"),
        (below, [{"received": 601}], "more_than_sent"),
        (below, [{"returned": 1}], "return_is_the_senders"),
        (below, [], "lines_mismatch"),
    ):
        with nothing_written():
            refused = by.post(path, {"lines": lines})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    done = _made(below.post(path, {}), 200)
    assert (done["state"], done["lines"]) == (
        "CONFIRMED",
        [{"item": None, "sent": 600, "received": 600, "lost": 0, "damaged": 0, "returned": 0, "under_way": 0}],
    )
    bought = below.post(
        "/purchases",
        {
            "fund": "warm-2026",
            "supplier": "sup-1",
            "warehouse": "wh-1",
            "purchased_at": "2026-01-12T10:00:00+08:00",
            "invoice": "镇-1",
            "lines": [{"item": "gloves", "quantity": 1, "line_total": 600}],
        },
    )
    # The county's warehouse is not the township's, nor is its supplier.
    assert bought.status_code == 404
    assert [found["id"] for found in below.get("/hand-downs").json()["items"]] == [row["id"]]
    assert_books_close()


def test_a_hand_down_is_money_or_goods(partner: Partner, world: World, lot: str) -> None:
    assert lot
    register_organisation(code="镇", name_zh="镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county)
    refused = partner.post("/hand-downs", {"fund": "warm-2026", "to": "镇", "reference": "1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "money_or_goods")


def test_a_stock_take_is_blind_until_two_have_counted(
    partner: Partner, second: Partner, world: World, lot: str
) -> None:
    take = _made(partner.post("/stock/counts", {"warehouse": "wh-1"}))
    path = f"/stock/counts/{take['id']}"
    counted = _made(partner.post(f"{path}/lines", {"lines": [{"lot": lot, "quantity": 9}]}), 200)
    for who in (partner, second):
        (line,) = who.get(path).json()["lines"]
        assert (line["expected"], line["counts"], line["is_yours_to_count"]) == (None, [], who is second)
    assert (counted["counted"], counted["settled"]) == (1, 0)
    again = partner.post(f"{path}/lines", {"lines": [{"lot": lot, "quantity": 9}]})
    assert (again.status_code, again.json()["code"]) == (403, "counted_by_same")
    done = _made(second.post(f"{path}/lines", {"lines": [{"lot": lot, "quantity": 9}]}), 200)
    assert (done["state"], done["lines"][0]["expected"], len(done["lines"][0]["counts"])) == ("COUNTED", 10, 2)
    third = partner_of(world.county, now=timezone.now())
    bare = third.post(f"{path}/approve", {})
    assert (bare.status_code, bare.json()["code"]) == (422, "count_reason_missing")
    own = second.post(f"{path}/approve", {"reasons": [{"lot": lot, "reason": "LOST"}]})
    assert (own.status_code, own.json()["code"]) == (403, "approved_by_counter")
    approved = _made(third.post(f"{path}/approve", {"reasons": [{"lot": lot, "reason": "LOST"}]}), 200)
    assert approved["state"] == "APPROVED"
    assert approved["lines"][0]["entry"]
    assert_books_close()


def test_a_stock_take_is_dropped_or_counted_anew(partner: Partner, second: Partner, lot: str) -> None:
    path = f"/stock/counts/{_made(partner.post('/stock/counts', {'warehouse': 'wh-1', 'item': 'gloves'}))['id']}"
    for who in (partner, second):
        who.post(f"{path}/lines", {"lines": [{"lot": lot, "quantity": 3}]})
    assert _made(partner.post(f"{path}/recount", {"lots": [lot]}), 200)["state"] == "OPEN"
    assert _made(partner.post(f"{path}/drop"), 200)["state"] == "DROPPED"
    assert [row["state"] for row in partner.get("/stock/counts").json()["items"]] == ["DROPPED"]


def test_goods_are_held_released_and_written_off(partner: Partner, second: Partner, lot: str) -> None:
    body = {"warehouse": "wh-1", "lot": lot, "quantity": 4, "reason": "DAMAGED", "note": "受潮"}
    hold = _made(partner.post("/stock/holds", body))
    assert hold["left"] == 4
    write_off = {**body, "quantity": 3, "hold": hold["id"], "evidence_sha256": PAPER}
    row = _made(partner.post("/stock/write-offs", write_off))
    path = f"/stock/write-offs/{row['id']}"
    own = partner.post(f"{path}/approve")
    assert (own.status_code, own.json()["code"]) == (403, "disposed_by_proposer")
    done = _made(second.post(f"{path}/approve"), 200)
    assert (done["state"], done["entry"] is not None) == ("APPROVED", True)
    assert _made(partner.get(f"/stock/holds/{hold['id']}"), 200)["left"] == 1
    assert _made(partner.post(f"/stock/holds/{hold['id']}/release"), 200)["left"] == 0
    late = second.post(f"{path}/reject")
    assert (late.status_code, late.json()["code"]) == (409, "disposal_decided")
    assert (
        len(partner.get("/stock/holds").json()["items"]) == len(partner.get("/stock/write-offs").json()["items"]) == 1
    )
    assert_books_close()


def test_unfit_goods_are_sold_to_their_own_fund(partner: Partner, second: Partner, lot: str) -> None:
    body = {
        **{"warehouse": "wh-1", "lot": lot, "quantity": 4, "reason": "UNFIT", "evidence_sha256": PAPER},
        **{"proceeds": {"amount": 100, "currency": "CNY"}, "buyer": "示例回收站"},
    }
    row = _made(partner.post("/stock/write-offs", body))
    assert _made(second.post(f"/stock/write-offs/{row['id']}/approve"), 200)["proceeds_entry"]
    (fund,) = [found for found in partner.get("/ledgers/funds").json()["items"] if found["fund"] == "warm-2026"]
    assert fund["balance"] == 100
    rejected = _made(partner.post("/stock/write-offs", {**body, "quantity": 1}))
    assert _made(second.post(f"/stock/write-offs/{rejected['id']}/reject"), 200)["state"] == "REJECTED"


def test_a_recall_names_parcels_and_families(partner: Partner, second: Partner, world: World) -> None:
    world.stock_kits(3)
    parcel = world.walk(world.plan()[0])
    recall = _made(partner.post("/stock/recalls", {"item": "gloves", "reason": "染色超标"}))
    (found,) = recall["parcels"]
    assert (found["code"], found["household"], found["is_with_family"]) == (
        parcel.code.text,
        world.family.reference,
        True,
    )
    assert [(place["kind"], place["quantity"]) for place in recall["places"]] == [("QUARANTINE", 2)]
    path = f"/stock/recalls/{recall['id']}"
    assert _made(partner.get(path), 200) == recall
    own = partner.post(f"{path}/lift")
    assert (own.status_code, own.json()["code"]) == (403, "lifted_by_recaller")
    assert _made(second.post(f"{path}/lift"), 200)["places"][0]["kind"] == "WAREHOUSE"
    assert len(partner.get("/stock/recalls").json()["items"]) == 1


def test_an_outsider_finds_nothing(partner: Partner, outsider: Partner, world: World, lot: str) -> None:
    move = _move(partner, world, 1)
    take = _made(partner.post("/stock/counts", {"warehouse": "wh-1"}))
    body = {"warehouse": "wh-1", "lot": lot, "quantity": 1, "reason": "DAMAGED"}
    hold = _made(partner.post("/stock/holds", body))
    write_off = _made(partner.post("/stock/write-offs", {**body, "evidence_sha256": PAPER}))
    recall = _made(partner.post("/stock/recalls", {"item": "gloves", "reason": "示例"}))
    pages = {"moves": move, "counts": take, "holds": hold, "write-offs": write_off, "recalls": recall}
    with nothing_written():
        for name, row in pages.items():
            assert outsider.get(f"/stock/{name}").json()["items"] == []
            assert outsider.get(f"/stock/{name}/{row['id']}").status_code == 404
        for path in (
            f"/stock/moves/{move['id']}/receive",
            f"/stock/counts/{take['id']}/drop",
            f"/stock/holds/{hold['id']}/release",
            f"/stock/write-offs/{write_off['id']}/approve",
            f"/stock/recalls/{recall['id']}/lift",
            f"/hand-downs/{uuid.uuid4()}/confirm",
        ):
            assert outsider.post(path, {}).status_code == 404, path
        assert outsider.post("/stock/holds", body).status_code == 404


def test_lists_go_on_by_cursor(partner: Partner, lot: str) -> None:
    body = {"warehouse": "wh-1", "lot": lot, "quantity": 1, "reason": "DAMAGED"}
    ids = [_made(partner.post("/stock/holds", body))["id"] for _ in range(3)]
    first = partner.get("/stock/holds?limit=2").json()
    rest = partner.get(f"/stock/holds?limit=2&cursor={first['next_cursor']}").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_it_needs_an_idempotency_key_and_the_scope(partner: Partner, world: World, lot: str) -> None:
    body = {"warehouse": "wh-1", "lot": lot, "quantity": 1, "reason": "DAMAGED"}
    bare = partner.post("/stock/holds", body, key=None)
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency_key_missing")
    reader = partner_of(world.county, "stock:read", now=timezone.now())
    for path in ("/stock/moves", "/hand-downs", "/stock/counts", "/stock/holds", "/stock/recalls", "/stock/write-offs"):
        assert reader.get(path).status_code == 200
        refused = reader.post(path, {})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
