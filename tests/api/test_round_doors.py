"""Rounds and packs at the API: for one's own, without a person's name, in a few statements."""

import gzip
import hashlib
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from logistics.codes.actions import issue_codes, replace_code, revoke_code
from logistics.deliveries.round_models import DistributionRound
from logistics.households.collectors import authorise_collector, withdraw_collector
from logistics.journal.models import Lot
from logistics.parcels.actions import relabel_parcel
from logistics.parties.devices import issue_enrolment
from tests.api.conftest import Partner
from tests.cast import NOW, World
from tests.looking import nothing_written, statements

CANARIES = ("示例代领人", "示例家庭", "示例女童", "示例男童", "示例村一组", "13800138000")
DAY = timezone.localdate().isoformat()
PLAN = {"name": "少云镇入户发放", "place": "少云镇", "day": DAY}


@pytest.fixture
def device(world: World, partner: Partner) -> Partner:
    """An enrolled device of the county."""
    _, token = issue_enrolment(organisation=world.county, issued_by=None, now=timezone.now())
    body = {"token": token, "name": "示例手机"}
    return Partner(partner.client.post("/api/v1/devices/enrol", body, "application/json").json()["key"])


def _round(world: World, partner: Partner, count: int = 2) -> str:
    world.stock_kits(count)
    codes = [parcel.code.text for parcel in world.plan(count)]
    answer = partner.post("/rounds", {**PLAN, "parcels": codes})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_a_round_from_plan_to_close(world: World, partner: Partner, device: Partner) -> None:
    key = _round(world, partner)
    assert [row["id"] for row in partner.get("/rounds").json()["items"]] == [key]
    (offered,) = device.get("/devices/me").json()["rounds"]
    assert offered == {
        "id": key,
        "name": "少云镇入户发放",
        "place": "少云镇",
        "day": DAY,
        "state": "PLANNED",
        "parcels": 2,
    }
    assert partner.post(f"/rounds/{key}/open").json()["state"] == "OPEN"
    again = partner.post(f"/rounds/{key}/open")
    assert (again.status_code, again.json()["code"]) == (409, "round_not_planned")
    left = [row["parcel"] for row in partner.get(f"/rounds/{key}").json()["left"]]
    unnamed = partner.post(f"/rounds/{key}/close", {"left": [{"parcel": left[0], "left_as": "STILL_OUT"}]})
    assert (unnamed.status_code, unnamed.json()["code"]) == (409, "left_over_unnamed")
    assert unnamed.json()["facts"]["parcels"] == [left[1]]
    body = {"left": [{"parcel": left[0], "left_as": "STILL_OUT"}], "rest": "TO_BE_RETURNED"}
    closed = partner.post(f"/rounds/{key}/close", body).json()
    assert closed["state"] == "CLOSED"
    assert {row["parcel"]: row["left_as"] for row in closed["left"]} == {
        left[0]: "STILL_OUT",
        left[1]: "TO_BE_RETURNED",
    }
    assert device.get("/devices/me").json()["rounds"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({**PLAN}, 422, "invalid"),
        ({**PLAN, "parcels": [], "filter": {"batch": "x"}}, 422, "invalid"),
        ({**PLAN, "parcels": []}, 422, "round_empty"),
        ({**PLAN, "filter": {"township": "别镇"}}, 422, "round_empty"),
        ({**PLAN, "parcels": ["P"]}, 404, "parcel_missing"),
        ({**PLAN, "parcels": ["P"], "kind": "PARTY"}, 422, "invalid"),
        ({**PLAN, "parcels": ["P"], "day": "tomorrow"}, 422, "invalid"),
        ({**PLAN, "filter": {"household": "x"}}, 422, "invalid"),
    ],
)
def test_it_refuses_a_round_that_is_none(
    world: World, partner: Partner, body: dict[str, object], status: int, code: str
) -> None:
    with nothing_written():
        answer = partner.post("/rounds", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_stranger_finds_no_round_and_takes_no_parcel(world: World, partner: Partner, outsider: Partner) -> None:
    key = _round(world, partner)
    partner.post(f"/rounds/{key}/open")
    assert outsider.get("/rounds").json()["items"] == []
    codes = [row["parcel"] for row in partner.get(f"/rounds/{key}").json()["left"]]
    with nothing_written():
        for path in ("", "/pack"):
            assert outsider.get(f"/rounds/{key}{path}").status_code == 404
        for step, body in (("open", {}), ("close", {"rest": "STILL_OUT"}), ("drop", {"reason": "不是我们的"})):
            assert outsider.post(f"/rounds/{key}/{step}", body).status_code == 404, step
        assert outsider.post("/rounds", {**PLAN, "parcels": codes}).json()["code"] == "parcel_missing"
        assert outsider.post("/rounds", {**PLAN, "filter": {"township": "少云镇"}}).json()["code"] == "round_empty"


def test_a_pack_carries_what_a_door_asks_and_no_person(world: World, partner: Partner, device: Partner) -> None:
    (card,) = issue_codes(kind="HOUSEHOLD_CARD", subjects=[world.family.id], organisation_id=world.county.id, now=NOW)
    world.family.card_code = card
    world.family.save()
    world.gloves.barcode = "6901234567892"
    world.gloves.save()
    collector, gone = (
        authorise_collector(actor=world.partner, household=world.family, name=name, now=NOW)
        for name in ("示例代领人", "示例旧代领人")
    )
    withdraw_collector(actor=world.partner, household=world.family, collector_id=gone.id, now=NOW)
    key = _round(world, partner)
    answer = device.get(f"/rounds/{key}/pack")
    pack = answer.json()
    assert (len(pack["parcels"]), pack["round"]["id"], pack["revoked"]) == (2, key, [])
    (one, _) = pack["parcels"]
    assert one["card"] == hashlib.sha256(card.text.encode()).hexdigest()
    assert one["other_cards"] == []
    assert one["household_reference"] == world.family.reference
    assert one["programme"] == {"zh": "宝贝暖心包", "en": "Warm Heart Pack"}
    assert [(line["item"], line["barcode"], line["quantity"]) for line in one["contents"]] == [
        ("blanket", None, 1),
        ("gloves", "6901234567892", 1),
        ("vest", None, 1),
    ]
    assert one["collector_cards"] == [hashlib.sha256(collector.card_code.text.encode()).hexdigest()]
    assert (one["recalled"], one["needs_two"], one["required_proofs"], one["lots"]) == (False, False, [], [])
    assert pack["valid_until"] > pack["made_at"]
    told = answer.content.decode()
    assert not any(code in told for code in (card.text, collector.card_code.text, gone.card_code.text))
    assert not any(name in told or json.dumps(name)[1:-1] in told for name in CANARIES)


def test_a_parcel_planned_before_lines_kept_their_item_says_only_what_it_is(world: World, partner: Partner) -> None:
    key = _round(world, partner, 1)
    parcel = DistributionRound.objects.get(id=key).places.select_related("parcel").get().parcel
    parcel.contents_text = [{"zh": "手套", "en": "gloves", "quantity": 2}]
    parcel.save()
    (one,) = partner.get(f"/rounds/{key}/pack").json()["parcels"]
    assert one["contents"] == [{"item": None, "barcode": None, "name": {"zh": "手套", "en": "gloves"}, "quantity": 2}]


def test_parcels_are_added_to_a_planned_round_once(world: World, partner: Partner, outsider: Partner) -> None:
    key = _round(world, partner, 1)
    before = DistributionRound.objects.get(id=key)
    world.stock_kits(3)
    codes = [parcel.code.text for parcel in world.plan(3)]
    added = partner.post(f"/rounds/{key}/parcels", {"parcels": codes[:2]})
    assert (added.status_code, added.json()["parcels"]) == (200, 3)
    again = partner.post(f"/rounds/{key}/parcels", {"parcels": codes[:2]})
    assert (again.status_code, again.json()["parcels"]) == (200, 3)
    assert partner.post(f"/rounds/{key}/parcels", {"filter": {"township": "少云镇"}}).json()["parcels"] == 4
    row = DistributionRound.objects.get(id=key)
    listed = sorted(row.places.values_list("parcel__code__text", flat=True))
    assert row.parcels_sha256 == hashlib.sha256("\n".join(listed).encode()).hexdigest() != before.parcels_sha256
    world.stock_kits(1)
    (other,) = world.plan(1)
    taken = partner.post("/rounds", {**PLAN, "parcels": [other.code.text]}).json()["id"]
    with nothing_written():
        assert outsider.post(f"/rounds/{key}/parcels", {"parcels": codes}).status_code == 404
        for body, code in (
            ({}, "invalid"),
            ({"filter": {"township": "别镇"}}, "round_empty"),
            ({"parcels": [other.code.text]}, "parcel_on_another_round"),
        ):
            assert partner.post(f"/rounds/{key}/parcels", body).json()["code"] == code
    partner.post(f"/rounds/{key}/open")
    late = partner.post(f"/rounds/{key}/parcels", {"parcels": codes})
    assert (late.status_code, late.json()["code"]) == (409, "round_not_planned")
    assert taken != key


def test_a_pack_names_revoked_labels_dated_lots_and_two_persons(world: World, partner: Partner) -> None:
    world.warm.required_proofs = ["TWO_PERSONS"]
    world.warm.save()
    key = _round(world, partner, 1)
    place = DistributionRound.objects.get(id=key).places.select_related("parcel__code").get()
    parcel, old = place.parcel, place.parcel.code
    lot = Lot.objects.get(id=parcel.contents[0][0])
    parcel.contents = [[*parcel.contents[0][:4], "2027-01-01"]]
    parcel.save()
    (label,) = issue_codes(kind="LOT", subjects=[lot.id], organisation_id=world.county.id, now=NOW)
    revoke_code(code=old, reason="弄脏了", now=NOW)
    new = replace_code(code=old, reason="弄脏了", now=NOW)
    relabel_parcel(parcel=parcel, code=new)
    pack = partner.get(f"/rounds/{key}/pack").json()
    (one,) = pack["parcels"]
    assert (one["code"], pack["revoked"]) == (new.text, [old.text])
    assert one["lots"] == [{"code": label.text, "lot": str(lot.id), "expires_on": "2027-01-01"}]
    assert one["needs_two"] is True


def test_an_unchanged_pack_is_not_sent_again(world: World, partner: Partner) -> None:
    key = _round(world, partner)
    first = partner.get(f"/rounds/{key}/pack")
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}'):
        same = partner.get(f"/rounds/{key}/pack", **{"If-None-Match": known})
        assert (same.status_code, same.content) == (304, b"")
    partner.post(f"/rounds/{key}/open")
    other = partner.get(f"/rounds/{key}/pack", **{"If-None-Match": etag})
    assert (other.status_code, other.headers["ETag"] != etag) == (200, True)


def test_a_pack_travels_compressed(world: World, partner: Partner) -> None:
    key = _round(world, partner, 20)
    plain = partner.get(f"/rounds/{key}/pack")
    small = partner.get(f"/rounds/{key}/pack", **{"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.content))["parcels"] == plain.json()["parcels"]
    assert len(small.content) * 3 < len(plain.content)
    known = {"If-None-Match": small.headers["ETag"], "Accept-Encoding": "gzip"}
    assert partner.get(f"/rounds/{key}/pack", **known).status_code == 304


def test_a_pack_costs_the_same_statements_however_long(world: World, partner: Partner) -> None:
    counts = []
    for size in (1, 25):
        key = _round(world, partner, size)
        partner.get("/rounds")
        with CaptureQueriesContext(connection) as queries:
            assert len(partner.get(f"/rounds/{key}/pack").json()["parcels"]) == size
        counts.append(len(statements(queries)))
    assert counts[0] == counts[1] <= 8


def test_a_code_is_looked_up(world: World, partner: Partner, device: Partner, outsider: Partner) -> None:
    parcel = world.parcel()
    told = device.get(f"/codes/look-up/{parcel.code.text}").json()
    assert (told["kind"], told["revoked"], told["replaced_by"]) == ("PARCEL", False, None)
    assert (told["parcel"]["id"], told["parcel"]["state"]) == (str(parcel.id), "PLANNED")
    assert outsider.get(f"/codes/look-up/{parcel.code.text}").json()["code"] == "code_missing"
    wrong = parcel.code.text[:-1] + ("0" if parcel.code.text[-1] != "0" else "1")
    bad = device.get(f"/codes/look-up/{wrong}")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_check")
    revoke_code(code=parcel.code, reason="弄脏了", now=NOW)
    assert device.get(f"/codes/look-up/{parcel.code.text}").json()["revoked"] is True


def test_cards_and_lots_are_looked_up_without_a_name(world: World, device: Partner) -> None:
    world.give_money()
    world.buy((world.gloves, 5, 500))
    lot = Lot.objects.get(item_id=world.gloves.id)
    made = [("HOUSEHOLD_CARD", world.family.id), ("LOT", lot.id), ("REPLY_CARD", uuid.uuid4())]
    codes = [
        issue_codes(kind=kind, subjects=[subject], organisation_id=world.county.id, now=NOW)[0]
        for kind, subject in made
    ]
    card, label, reply = (device.get(f"/codes/look-up/{code.text}") for code in codes)
    assert card.json()["household_reference"] == world.family.reference
    assert not any(name in card.content.decode() for name in CANARIES)
    assert (label.json()["lot"]["item"], label.json()["lot"]["expires_on"]) == ("gloves", None)
    assert set(reply.json()) == {"kind", "code", "revoked", "replaced_by"}
