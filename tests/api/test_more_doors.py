"""Consents, exceptions, one grant, and the jobs of imports."""

import datetime as dt

from django.utils import timezone

from logistics.funds.money_models import Consent
from logistics.journal.models import Revision
from logistics.press.imports.jobs import ask_to_import
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written
from tests.press.test_imports import HEAD, ROWS, as_csv

SHA = "a" * 64


def test_a_donor_s_consent_is_recorded_once_and_sealed(world: World, partner: Partner, outsider: Partner) -> None:
    path = "/funds/girls-2026/consents"
    body = {"donor": str(world.donor.id), "given_on": "2026-01-10", "document_sha256": SHA, "purpose": "改为购买棉衣"}
    first = partner.post(path, body)
    assert (first.status_code, first.json()["donor"]) == (201, world.donor.reference)
    assert Revision.objects.filter(subject_id=Consent.objects.get().id).count() == 1
    with nothing_written():
        again = partner.post(path, body)
        other = partner.post(path, {**body, "purpose": "别的"})
        late = partner.post(path, {**body, "document_sha256": "b" * 64, "given_on": "2099-01-01"})
        bare = partner.post(path, {**body, "document_sha256": "x"})
        stranger = outsider.post(path, body)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (other.status_code, other.json()["code"]) == (409, "consent_recorded_already")
    assert (late.json()["code"], bare.json()["code"]) == ("signed_in_future", "evidence_required")
    assert stranger.status_code == outsider.get(path).status_code == 404
    assert [row["id"] for row in partner.get(path).json()["items"]] == [first.json()["id"]]


def test_exceptions_are_told_with_their_reasons(world: World, partner: Partner, outsider: Partner) -> None:
    world.stock_kits(4)
    fine, late, disputed, _ = world.plan(4)
    for parcel in (fine, late, disputed):
        world.walk(parcel, "PACK", "SEAL", "DISPATCH")
    world.walk(fine, "HAND_OVER")
    for actor in (world.partner, world.other_device()):
        world.record(world.scan(disputed, "HAND_OVER"), actor=actor)
    late.state_since = timezone.now() - dt.timedelta(days=30)
    late.save(update_fields=["state_since"])
    told = {row["code"]: row["exceptions"] for row in partner.get("/exceptions").json()["items"]}
    assert "LATE" in told[late.code.text]
    assert told[disputed.code.text][0] == "DISPUTED"
    assert fine.code.text not in told
    only = partner.get("/exceptions?kind=DISPUTED").json()["items"]
    assert [row["code"] for row in only] == [disputed.code.text]
    page = partner.get("/exceptions?limit=1").json()
    assert len(page["items"]) == 1 and page["next_cursor"]
    rest = partner.get(f"/exceptions?limit=50&cursor={page['next_cursor']}").json()["items"]
    assert page["items"][0]["code"] not in {row["code"] for row in rest}
    assert partner.get("/exceptions?kind=X").status_code == 400
    assert outsider.get("/exceptions").json()["items"] == []


def test_one_grant_is_read_by_its_own(world: World, partner: Partner, outsider: Partner) -> None:
    body = {
        "fund": "girls-2026",
        "household": str(world.family.id),
        "beneficiary": str(world.girl.id),
        "money": {"amount": 100, "currency": "CNY"},
        "reference": "g-1",
    }
    grant = partner.post("/grants", body).json()
    assert partner.get(f"/grants/{grant['id']}").json() == grant
    assert outsider.get(f"/grants/{grant['id']}").status_code == 404


def test_the_job_of_an_import_is_read_as_every_job(world: World, partner: Partner, outsider: Partner) -> None:
    job = ask_to_import(
        actor=world.as_actor(world.officer),
        kind="GIFTS",
        data=as_csv([HEAD, *ROWS]),
        programme=world.warm,
        now=timezone.now(),
    )
    assert partner.get(f"/jobs/{job.id}").json()["state"] == "QUEUED"
    assert outsider.get(f"/jobs/{job.id}").status_code == 404
