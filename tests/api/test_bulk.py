"""Many in one call: an answer for each, in order, and one bad item never sinks the rest."""

import copy

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from logistics.donations.models import Donation
from logistics.parties.models import Donor
from tests.api.conftest import Partner, partner_of
from tests.api.test_bad_input import _money
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

PATH = "/donations/money"


def _gifts(count: int) -> list[dict]:  # type: ignore[type-arg]
    return [copy.deepcopy(_money()) | {"reference": f"bulk-{number}"} for number in range(count)]


def test_each_item_is_answered_as_if_it_had_come_alone(world: World, partner: Partner) -> None:
    items = _gifts(5)
    items[1]["money"]["amount"] = "20000"
    items[3]["programme"] = "nothing"
    items[4]["reference"] = "bulk-0"
    answer = partner.post("/donations/money", {"items": items})
    assert answer.status_code == 200
    rows = answer.json()["items"]
    assert [row["index"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["status"] for row in rows] == [201, 422, 201, 404, 200]
    assert rows[1]["problem"]["errors"][0]["pointer"] == "/money/amount"
    assert rows[3]["problem"]["code"] == "programme_missing"
    assert rows[4]["id"] == rows[0]["id"]
    assert Donation.objects.count() == 2
    assert_books_close()


def test_a_bulk_is_repeated_whole(world: World, partner: Partner) -> None:
    first = partner.post("/donations/money", {"items": _gifts(3)}, key="bulk-1")
    with nothing_written():
        again = partner.post("/donations/money", {"items": _gifts(3)}, key="bulk-1")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_thousand_are_taken_and_a_thousand_and_one_are_refused(world: World, partner: Partner) -> None:
    with nothing_written():
        answer = partner.post("/donations/money", {"items": [{}] * 1_001})
    assert (answer.status_code, answer.json()["code"]) == (413, "bulk_too_large")
    rows = partner.post("/donations/money", {"items": [{}] * 1_000}).json()["items"]
    assert {row["status"] for row in rows} == {422}
    for body in ({"items": []}, {"items": {}}, {"items": "x"}, {"items": [], "more": 1}):
        with nothing_written():
            assert partner.post("/donations/money", body).status_code == 422


def test_an_item_that_is_no_object_is_told_so(world: World, partner: Partner) -> None:
    rows = partner.post("/donations/money", {"items": [5, None, [], "x"]}).json()["items"]
    assert [row["status"] for row in rows] == [422] * 4


def test_households_come_in_many_at_once(world: World, partner: Partner) -> None:
    family = {"township": "少云镇", "division_code": "990101001", "head_name": "示例"}
    rows = partner.post("/households", {"items": [family, {**family, "telephone": "1"}]}).json()["items"]
    assert [row["status"] for row in rows] == [201, 422]


def test_a_fund_needs_no_name_and_a_grant_no_reference(world: World, partner: Partner) -> None:
    body = {"code": "bare", "programme": "spring-bud", "owner": "示例县", "holder": "示例县", "basis": "OWN"}
    fund = partner.post("/funds", {**body, "terms": {}})
    assert (fund.status_code, fund.json()["name"]["zh"]) == (201, "bare")
    whom = {"household": str(world.family.id), "beneficiary": str(world.girl.id), "payee": "示例收款人"}
    grant = {"fund": "bare", **whom, "money": {"amount": 1, "currency": "CNY"}}
    first = partner.post("/grants", grant, key="grant-1")
    assert first.status_code == 201, first.content
    assert partner.post("/grants", grant, key="grant-2").json()["id"] != first.json()["id"]
    assert partner_of(world.county, now=timezone.now()).get("/funds").status_code == 200


def test_gifts_that_are_recorded_together_are_judged_alone(world: World, partner: Partner) -> None:
    items = _gifts(40)
    items[3]["received_at"] = "2099-01-01T10:00:00+08:00"
    items[17] = copy.deepcopy(items[5])
    items[18] = copy.deepcopy(items[5]) | {"note": "anders"}
    items[30] |= {"programme": "spring-bud", "fund": "girls-2026"}
    items[31] |= {"programme": "spring-bud", "fund": "warm-2026"}
    items[32] |= {"programme": "spring-bud"}
    items[33]["donor"] = "00000000-0000-7000-8000-000000000000"
    items[34]["donor"] = str(world.donor.id)
    items[35]["donor"] = items[36]["donor"] = {"name": "示例新捐赠人", "kind": "ORGANISATION"}
    items[38] = None
    del items[32]["fund"]
    rows = partner.post(PATH, {"items": items}).json()["items"]
    codes = {row["index"]: row["problem"]["code"] for row in rows if "problem" in row}
    assert codes == {
        3: "received_in_future",
        18: "reference_reused",
        31: "programme_mismatch",
        32: "fund_required",
        33: "donor_missing",
        38: "invalid",
    }
    assert (rows[17]["status"], rows[17]["id"]) == (200, rows[5]["id"])
    alone = partner.post(PATH, items[18]).json()
    assert rows[18]["problem"] | {"request_id": ""} == alone | {"request_id": ""}
    assert Donation.objects.count() == 33
    assert Donation.objects.filter(fund=world.girls_fund).count() == 1
    assert Donor.objects.filter(name="示例新捐赠人").count() == 1
    assert_books_close()


def test_a_refused_gift_leaves_no_donor_behind(world: World, partner: Partner) -> None:
    wrong = {"received_at": "2099-01-01T10:00:00+08:00", "donor": {"name": "无人", "kind": "PERSON"}}
    items = _gifts(3)
    items[1] |= wrong
    assert [row["status"] for row in partner.post(PATH, {"items": items}).json()["items"]] == [201, 422, 201]
    assert not Donor.objects.filter(name="无人").exists()


def test_many_gifts_are_few_statements(world: World, partner: Partner) -> None:
    counts = []
    for size in (20, 400):
        items = [
            gift | {"reference": f"{size}-{number}", "donor": {"name": f"示例{size}-{number}", "kind": "PERSON"}}
            for number, gift in enumerate(_gifts(size))
        ]
        with CaptureQueriesContext(connection) as queries:
            assert {row["status"] for row in partner.post(PATH, {"items": items}).json()["items"]} == {201}
        counts.append(len(queries))
    # The first call also opens the purse; SQLite takes a few hundred rows in one statement.
    assert counts[1] <= counts[0] < 60 if connection.vendor == "postgresql" else counts[1] < 200


def test_a_gift_takes_a_handful_of_statements(committed_world: World) -> None:
    partner = partner_of(committed_world.county, now=timezone.now())
    donors = [{"name": "示例一", "kind": "PERSON"}] * 2 + [{"name": "示例二", "kind": "PERSON"}]
    counts = []
    for number, donor in enumerate(donors):
        with CaptureQueriesContext(connection) as queries:
            assert partner.post(PATH, _money() | {"donor": donor, "reference": f"g-{number}"}).status_code == 201
        counts.append(len(queries))
    # A donor who is known, then one who is new; SQLite writes its tables one by one.
    assert counts[1:] == ([11, 15] if connection.vendor == "postgresql" else [17, 25])
