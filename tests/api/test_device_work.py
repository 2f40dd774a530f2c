"""Work in a warehouse from a device: goods in, kits and counts, each once for ever and under somebody's own name."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from api.device_keys import enrol_by_token
from api.models import StoredAnswer
from logistics.codes.models import Code
from logistics.donations.models import Donation
from logistics.journal.models import JournalEntry, Lot
from logistics.parties.changes import change_person
from logistics.parties.devices import issue_enrolment
from logistics.stock.count_models import Count, StockTake
from logistics.stock.counts import open_stock_take
from logistics.stock.models import PurchaseReceipt
from logistics.storage.rows import new_id
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import ordered


@pytest.fixture
def device(world: World) -> Partner:
    """An enrolled device of the county."""
    now = timezone.now()
    _, token = issue_enrolment(organisation=world.county, issued_by=world.officer, now=now)
    return Partner(enrol_by_token(token=token, name="示例手机", platform="", request_id=None, now=now).key)


def _work(world: World, **more: Any) -> dict[str, Any]:
    made = {"request_id": str(new_id()), "operator": str(world.keeper.id), "done_at": timezone.now().isoformat()}
    return made | more


def _gift(world: World, **more: Any) -> dict[str, Any]:
    donor = {"name": "示例爱心企业", "kind": "ORGANISATION"}
    fields = {"item": "gloves", "quantity": 24, "warehouse": "wh-1", "fund": "warm-2026", "donor": donor}
    return _work(world, **fields) | more


def _refused(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_device_carries_what_work_in_a_warehouse_needs(world: World, device: Partner) -> None:
    world.gloves.barcode = "6901234567892"
    world.gloves.save()
    world.give_money(100_000)
    world.buy((world.gloves, 10, 1_000))
    purchase = ordered(world, (world.vest, 5, 5_000))
    take = open_stock_take(actor=world.as_actor(world.officer), warehouse=world.warehouse, now=world.now)
    told = device.get("/devices/me/warehouse").json()
    assert [row["code"] for row in told["warehouses"]] == ["wh-1"]
    assert {row["code"]: row["barcode"] for row in told["items"]} == {
        "blanket": "",
        "gloves": "6901234567892",
        "vest": "",
    }
    assert [(row["code"], row["programme"]) for row in told["kit_recipes"]] == [("warm-kit", "warm-heart-pack")]
    assert {row["code"]: row["takes_gifts"] for row in told["funds"]} == {"girls-2026": True, "warm-2026": True}
    (order,) = told["orders"]
    assert (order["id"], order["lines"]) == (str(purchase.id), [{"item": "vest", "left": 5}])
    (counted,) = told["stock_takes"]
    (line,) = counted["lines"]
    assert (counted["id"], line["item"], line["counted_by"]) == (str(take.id), "gloves", None)
    assert "10" not in str(line["name"]) and not {"expected", "quantity", "counts"} & set(line), "blind"


def test_a_gift_of_goods_comes_in_once_for_ever(world: World, device: Partner) -> None:
    body = _gift(world, expires_on="2099-01-01", batch="B-7")
    first = device.post("/devices/me/receipts", body, key=body["request_id"])
    assert first.status_code == 201, first.content
    gift, lot = Donation.objects.get(), Lot.objects.get(item_id=world.gloves.id)
    assert (lot.batch, lot.expires_on, lot.basis) == ("B-7", dt.date(2099, 1, 1), "NONE")
    assert JournalEntry.objects.get(id=gift.entry_id).actor_id == world.keeper.id
    assert first.json() == {"id": str(gift.id), "lot": str(lot.id), "lot_code": Code.objects.get(kind="LOT").text}
    assert device.post("/devices/me/receipts", body, key=body["request_id"]).json() == first.json()
    # After two days the stored answer is gone; the request's own id still stands.
    StoredAnswer.objects.all().delete()
    with nothing_written():
        again = device.post("/devices/me/receipts", body, key=body["request_id"])
    assert (again.status_code, again.json()) == (200, first.json())
    assert_books_close()


def test_goods_of_a_purchase_come_in_parts(world: World, device: Partner) -> None:
    world.give_money(10_000)
    purchase = ordered(world, (world.gloves, 10, 3_000))
    body = _work(world, purchase=str(purchase.id), item="gloves", quantity=4)
    first = device.post("/devices/me/receipts", body, key=body["request_id"])
    assert first.status_code == 201, first.content
    StoredAnswer.objects.all().delete()
    assert device.post("/devices/me/receipts", body, key=body["request_id"]).status_code == 200
    assert PurchaseReceipt.objects.get().received_by_id == world.keeper.id
    assert device.get("/devices/me/warehouse").json()["orders"][0]["lines"] == [{"item": "gloves", "left": 6}]
    more = _work(world, purchase=str(purchase.id), item="gloves", quantity=7)
    assert _refused(device.post("/devices/me/receipts", more)) == (409, "received_too_much")
    assert_books_close()


def test_a_clock_that_is_ahead_receives_nothing_in_the_future(world: World, device: Partner) -> None:
    body = _gift(world, done_at=(timezone.now() + dt.timedelta(days=1)).isoformat())
    assert device.post("/devices/me/receipts", body).status_code == 201
    assert Donation.objects.get().received_at <= timezone.now()


def test_kits_are_made_once_for_ever(world: World, device: Partner) -> None:
    world.give_money(100_000)
    world.buy((world.gloves, 9, 900), (world.vest, 9, 900), (world.blanket, 9, 900))
    body = _work(world, kit_recipe="warm-kit", warehouse="wh-1", fund="warm-2026", quantity=3)
    first = device.post("/devices/me/kits", body, key=body["request_id"])
    assert first.status_code == 201, first.content
    StoredAnswer.objects.all().delete()
    assert device.post("/devices/me/kits", body, key=body["request_id"]).json() == first.json()
    assert Lot.objects.get(item_id=world.recipe.item_id).quantity == 3
    more = _work(world, kit_recipe="warm-kit", warehouse="wh-1", fund="warm-2026", quantity=100)
    assert _refused(device.post("/devices/me/kits", more)) == (409, "stock_short")


def _take(world: World) -> tuple[StockTake, Lot]:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    take = open_stock_take(actor=world.as_actor(world.officer), warehouse=world.warehouse, now=world.now)
    return take, Lot.objects.get(item_id=world.gloves.id)


def test_two_people_count_on_one_device_and_nobody_twice_in_a_row(world: World, device: Partner) -> None:
    take, lot = _take(world)
    where = {"stock_take": str(take.id), "lot": str(lot.id), "quantity": 9}
    first = _work(world, **where)
    answer = device.post("/devices/me/counts", first, key=first["request_id"])
    assert answer.json() == {
        "stock_take": str(take.id),
        "state": "OPEN",
        "lot": str(lot.id),
        "is_settled": False,
    }
    assert _refused(device.post("/devices/me/counts", _work(world, **where))) == (403, "counted_by_same")
    second = _work(world, **where, operator=str(world.officer.id))
    assert device.post("/devices/me/counts", second).json()["state"] == "COUNTED"
    # A repeat after the answer was forgotten counts nothing, though the counting is over.
    StoredAnswer.objects.all().delete()
    assert device.post("/devices/me/counts", first, key=first["request_id"]).status_code == 200
    assert list(Count.objects.order_by("number").values_list("counted_by_id", flat=True)) == [
        world.keeper.id,
        world.officer.id,
    ]


@pytest.mark.parametrize(
    ("who", "code"),
    [("courier", "operator_not_allowed"), ("stranger", "operator_unknown"), ("keeper", "operator_unknown")],
)
def test_it_refuses_who_may_not(world: World, device: Partner, who: str, code: str) -> None:
    if who == "keeper":
        change_person(
            person=world.keeper,
            changes={"is_active": False},
            cause=world.as_actor(world.administrator).cause(timezone.now(), "已离队停用"),
        )
    body = _gift(world, operator=str(getattr(world, who).id))
    with nothing_written():
        assert _refused(device.post("/devices/me/receipts", body)) == (422, code)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"quantity": 0}, 422, "invalid"),
        ({"item": "nothing"}, 404, "item_missing"),
        ({"donor": None}, 422, "invalid"),
        ({"purchase": "00000000-0000-7000-8000-000000000001"}, 422, "invalid"),
        ({"expires_on": "2001-01-01"}, 422, "goods_expired"),
        ({"request_id": "1"}, 422, "invalid"),
    ],
)
def test_it_refuses_what_cannot_be(
    world: World, device: Partner, changes: dict[str, Any], status: int, code: str
) -> None:
    with nothing_written():
        assert _refused(device.post("/devices/me/receipts", _gift(world, **changes))) == (status, code)


def test_nothing_is_booked_without_a_key_and_by_nobody_else(world: World, device: Partner, partner: Partner) -> None:
    with nothing_written():
        assert _refused(device.post("/devices/me/receipts", _gift(world), key=None))[1] == "idempotency_key_missing"
    assert _refused(partner.post("/devices/me/receipts", _gift(world))) == (404, "device_missing")
    assert _refused(partner.get("/devices/me/warehouse")) == (404, "device_missing")


def test_another_county_s_warehouse_is_not_there(world: World, device: Partner) -> None:
    now = timezone.now()
    _, token = issue_enrolment(organisation=world.stranger_county, issued_by=world.stranger, now=now)
    beside = Partner(enrol_by_token(token=token, name="邻县手机", platform="", request_id=None, now=now).key)
    assert beside.get("/devices/me/warehouse").json()["warehouses"] == []
    body = _gift(world, operator=str(world.stranger.id))
    with nothing_written():
        assert beside.post("/devices/me/receipts", body).status_code == 404
