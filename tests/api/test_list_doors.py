"""The way onto a list through the API: by keys of different people, each step refused where it must be."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from logistics.lists.models import Allocation, Application, PublicNotice
from logistics.parcels.models import Parcel
from logistics.press.allocation_walk import walk_list
from tests.api.conftest import Partner, partner_of
from tests.cast import PASSWORD, World
from tests.lists.conftest import Listing, make_listing

WORDS = "入户核实过，情况属实。"


@pytest.fixture
def there(world: World) -> Listing:
    """A programme with rules, and kits."""
    found = make_listing(world)
    found.rules()
    world.stock_kits(2)
    return found


def _partners(world: World) -> list[Partner]:
    return [partner_of(world.county, now=timezone.now()) for _ in range(4)]


def _filed(partner: Partner, there: Listing, **more: Any) -> Any:
    family = there.family()
    body = {"programme": "warm-heart-pack", "household": str(family.id), "source": "LIAISON", "text": WORDS, **more}
    return partner.post("/applications", body)


def test_the_whole_way_through_the_api(there: Listing) -> None:
    filer, reviewer, drafter, approver = _partners(there.world)
    filed = _filed(filer, there, urgency=2)
    assert filed.status_code == 201, filed.content
    told = filed.json()
    assert "text" not in told and told["state"] == "FILED"
    review = f"/applications/{told['id']}/review"
    own = filer.post(review, {"decision": "ACCEPT", "text": WORDS})
    assert (own.status_code, own.json()["code"]) == (403, "reviewed_by_filer")
    assert reviewer.post(review, {"decision": "ACCEPT", "text": WORDS}).json()["state"] == "ACCEPTED"
    steps = filer.get(f"/applications/{told['id']}").json()["steps"]
    assert [(step["kind"], step["text"]) for step in steps] == [("FILED", WORDS), ("ACCEPTED", WORDS)]
    notice = drafter.post("/public-notices", {"programme": "warm-heart-pack"}).json()
    entries = drafter.get(f"/public-notices/{notice['id']}/entries").json()["items"]
    assert entries == [{"township": "少云镇", "number": told["reference"]}]
    objections = f"/public-notices/{notice['id']}/objections"
    raised = filer.post(objections, {"text": "不在本村居住", "number": told["reference"]}).json()
    assert "text" not in raised
    assert drafter.get(objections).json()["items"][0]["text"] == "不在本村居住"
    answered = drafter.post(f"/objections/{raised['id']}/answer", {"is_upheld": False, "text": "核实仍在本村"})
    assert answered.json()["state"] == "DISMISSED"
    draft = drafter.post("/distribution-lists", {"notice": notice["id"]}).json()
    assert draft["offers"] == [{"fund": "warm-2026", "item": "warm-kit", "warehouse": "wh-1", "quantity": 2}]
    places = drafter.get(f"/distribution-lists/{draft['id']}/places").json()["items"]
    assert (places[0]["reference"], places[0]["offer"]) == (told["reference"], 0)
    decision = f"/distribution-lists/{draft['id']}/decision"
    by_key = approver.post(decision, {"decision": "APPROVE"})
    assert (by_key.status_code, by_key.json()["code"]) == (403, "list_needs_person")


def test_a_frozen_list_is_allocated_and_released(there: Listing) -> None:
    world = there.world
    there.now = timezone.now() - dt.timedelta(days=10)
    frozen = there.approved(there.family(), there.family())
    partner = partner_of(world.county, now=timezone.now())
    address = f"/distribution-lists/{frozen.id}"
    done = partner.post(f"{address}/allocate", {"kind": "PARCEL", "limit": 1})
    assert (done.status_code, done.json()["planned"]) == (200, 1), done.content
    assert partner.get(address).json()["progress"] == {"places": 2, "to_serve": 2, "allocated": 1, "held_up": 0}
    allocation = partner.get("/allocations").json()["items"][0]
    assert allocation["subject"] == str(Parcel.objects.get().id)
    released = partner.post(f"/allocations/{allocation['id']}/release", {"reason": "地址有误"})
    assert released.json()["released_at"] and Parcel.objects.get().state == "CANCELLED"
    assert not Allocation.objects.filter(released_at=None).exists()
    payer = partner_of(world.county, "grants:write", "needs:write", now=timezone.now())
    assert payer.post(f"{address}/allocate", {"kind": "PARCEL"}).json()["code"] == "scope_missing"
    none = partner.post(f"{address}/allocate", {"kind": "GRANT"})
    assert none.json()["code"] == "nothing_to_allocate"


def test_a_whole_list_is_allocated_by_a_job(there: Listing) -> None:
    world = there.world
    there.now = timezone.now() - dt.timedelta(days=10)
    frozen = there.approved(there.family(), there.family())
    partner = partner_of(world.county, now=timezone.now())
    address = f"/distribution-lists/{frozen.id}/allocation-jobs"
    asked = partner.post(address, {"kind": "PARCEL"})
    assert (asked.status_code, asked.json()["state"], asked.json()["total"]) == (202, "QUEUED", 2), asked.content
    job = asked.json()["id"]
    assert asked.headers["Location"] == f"/api/v1/jobs/{job}"
    assert partner.post(address, {"kind": "PARCEL"}).json()["id"] == job
    payer = partner_of(world.county, "grants:write", now=timezone.now())
    assert payer.post(address, {"kind": "PARCEL"}).json()["code"] == "scope_missing"
    assert payer.post(f"/allocation-jobs/{job}/cancel").json()["code"] == "scope_missing"
    stopped = partner.post(f"/allocation-jobs/{job}/cancel").json()
    assert (stopped["state"], stopped["problem"]["code"]) == ("FAILED", "allocation_cancelled")
    again = partner.post(f"/allocation-jobs/{job}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "allocation_ended")
    job = partner.post(address, {"kind": "PARCEL"}).json()["id"]
    walk_list(uuid.UUID(job))
    done = payer.get(f"/jobs/{job}").json()
    assert (done["state"], done["done"], done["result_url"]) == ("DONE", 2, f"/api/v1/distribution-lists/{frozen.id}")
    assert Parcel.objects.count() == 2
    assert partner.post(address, {"kind": "PARCEL"}).json()["code"] == "nothing_to_allocate"
    reader = partner_of(world.county, "labels:print", now=timezone.now())
    assert reader.get(f"/jobs/{job}").status_code == 404


def test_rules_are_set_previewed_and_changed(there: Listing) -> None:
    row = there.file(there.family())
    owner = partner_of(there.world.province, now=timezone.now())
    address = "/programmes/warm-heart-pack/list-rules"
    got = owner.get(address)
    assert got.json()["notice_days"] == 5
    tried = owner.post(f"{address}/preview", {"eligibility": {"age_to": 3}}).json()
    assert (tried["open"], tried["shut_out"], tried["let_in"]) == (1, 1, 0)
    assert tried["shut_out_applications"][0] == {
        "application": str(row.id),
        "reference": row.reference,
        "rules": ["age_to"],
    }
    bad = owner.post(f"{address}/preview", {"eligibility": {"beauty": 1}})
    assert (bad.status_code, bad.json()["code"]) == (422, "rules_unreadable")
    proposed = owner.post(
        "/programmes/warm-heart-pack/weights",
        {"weights": {"urgency": 9}, "in_force_from": "2026-01-01", "reason": "党组会议定"},
    ).json()
    own = owner.post(f"/programmes/warm-heart-pack/weights/{proposed['number']}/approve")
    assert own.status_code == 403
    other = partner_of(there.world.province, now=timezone.now())
    assert other.post("/programmes/warm-heart-pack/weights/1/approve").json()["state"] == "APPROVED"
    county = partner_of(there.world.county, now=timezone.now())
    refused = county.post(
        "/programmes/warm-heart-pack/weights",
        {"weights": {"urgency": -1}, "in_force_from": "2026-01-01", "reason": "党组会议定"},
    )
    assert refused.status_code == 422


def test_a_stranger_finds_nothing_but_the_notice(there: Listing, outsider: Partner) -> None:
    (row,) = there.accepted(there.family())
    notice = there.notice()
    draft = there.draft(notice)
    for path in (
        f"/applications/{row.id}",
        f"/public-notices/{notice.id}/objections",
        f"/distribution-lists/{draft.id}",
        f"/distribution-lists/{draft.id}/places",
    ):
        assert outsider.get(path).status_code == 404, path
    for path in ("/applications", "/distribution-lists", "/allocations"):
        assert outsider.get(path).json()["items"] == []
    assert outsider.get("/public-notices").json()["items"][0]["number"] == "2026-1"
    assert outsider.post(f"/distribution-lists/{draft.id}/decision", {"decision": "REJECT"}).status_code == 404
    assert Application.objects.get().state == "ON_NOTICE" and PublicNotice.objects.count() == 1


def test_an_approver_decides_by_their_session_too(there: Listing) -> None:
    there.now = timezone.now() - dt.timedelta(days=10)
    there.accepted(there.family())
    draft = there.draft(there.notice())
    client = Client()
    assert client.login(username="approver", password=PASSWORD)
    answer = client.post(
        f"/api/v1/distribution-lists/{draft.id}/decision",
        {"decision": "APPROVE"},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "APPROVED"), answer.content
