"""Bundles by the API: asked for once, made by a worker, downloaded by who may read the ledgers."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from logistics.journal.log import UnsealedLeaf
from logistics.journal.sealing import latest_checkpoint
from logistics.press.bundles.bundle import Asked
from logistics.press.bundles.jobs import BUNDLES_WAITING_MAX, BundlesWaiting, ask_for_bundle, make_queued_bundle
from logistics.press.models import BundleJob
from logistics.storage.rows import new_id
from tests.api.conftest import Partner, partner_of
from tests.books import fill_book, seal_all
from tests.cast import World
from tests.looking import nothing_written
from tests.press.bundles import FIRST, LAST, judged

ASKED = {"from": FIRST.isoformat(), "to": LAST.isoformat()}


@pytest.fixture
def filled(world: World) -> World:
    """Sealed books."""
    fill_book(world)
    seal_all(world)
    return world


@pytest.fixture
def auditor(filled: World) -> Partner:
    """A key that reads ledgers and nothing else."""
    return partner_of(filled.county, "ledgers:read", now=timezone.now())


def test_a_bundle_is_asked_for_made_and_downloaded(filled: World, auditor: Partner, tmp_path: Path) -> None:
    answer = auditor.post("/bundles", {**ASKED, "seed": "骰子", "sample_size": 5}, key="once")
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['id']}"
    assert auditor.post("/bundles", {**ASKED, "seed": "骰子", "sample_size": 5}, key="once").json() == answer.json()
    job = BundleJob.objects.get()
    assert DBTaskResult.objects.count() == 1
    assert auditor.get(f"/jobs/{job.id}").json()["state"] == "QUEUED"
    assert auditor.get(f"/bundles/{job.id}/file").json()["code"] == "file_not_ready"
    filled.give_money(900)
    make_queued_bundle(job.id)
    make_queued_bundle(job.id)
    assert not UnsealedLeaf.objects.exists(), "what was posted before it was made is in it"
    told = auditor.get(f"/jobs/{job.id}").json()
    assert (told["state"], told["done"]) == ("DONE", told["total"])
    file = auditor.get(told["result_url"].removeprefix("/api/v1"))
    data = b"".join(file.streaming_content)  # type: ignore[attr-defined] -- it is streamed
    job.refresh_from_db()
    assert hashlib.sha256(data).hexdigest() == job.sha256
    assert file.headers["Content-Type"] == "application/zip"
    assert "sample.csv" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    assert judged(path).code == 0


def test_who_may_not_read_ledgers_gets_none(filled: World, auditor: Partner) -> None:
    job = auditor.post("/bundles", ASKED).json()["id"]
    printing = partner_of(filled.county, "labels:print", now=timezone.now())
    outsider = partner_of(filled.stranger_county, now=timezone.now())
    with nothing_written():
        assert printing.post("/bundles", ASKED).status_code == 403
    assert printing.get(f"/bundles/{job}/file").status_code == 403
    assert printing.get(f"/jobs/{job}").status_code == 404
    assert outsider.get(f"/bundles/{job}/file").status_code == 404
    assert outsider.get(f"/jobs/{job}").status_code == 404
    assert outsider.get(f"/papers/{job}/file").status_code == 404
    assert outsider.post("/bundles", {**ASKED, "organisation": filled.county.code}).status_code == 404


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"from": "2027-01-01"}, 422, "bundle_period_wrong"),
        ({"old_size": 10**9}, 404, "checkpoint_missing"),
        ({"sample_size": 0}, 422, ""),
        ({"seed": "x" * 201}, 422, ""),
        ({"known_at": "yesterday"}, 422, ""),
        ({"from_on": "2026-01-01"}, 422, ""),
        ({"organisation": "nowhere"}, 404, "organisation_missing"),
    ],
)
def test_what_cannot_be_asked_is_refused(auditor: Partner, more: dict[str, object], status: int, code: str) -> None:
    with nothing_written():
        answer = auditor.post("/bundles", {**ASKED, **more})
    assert answer.status_code in (status, 400), answer.content
    assert answer.json()["code"] == (code or answer.json()["code"])


def test_the_old_checkpoint_is_named_by_its_size(auditor: Partner) -> None:
    job = auditor.post("/bundles", {**ASKED, "old_size": latest_checkpoint().size}).json()["id"]
    assert BundleJob.objects.get(id=job).asked["old_checkpoint"] == latest_checkpoint().note
    make_queued_bundle(BundleJob.objects.get(id=job).id)
    assert BundleJob.objects.get(id=job).state == "DONE"


def test_a_bundle_that_cannot_be_made_says_why(filled: World) -> None:
    asked = Asked(organisation=filled.county, from_on=FIRST, to_on=LAST, seed="x")
    job = ask_for_bundle(actor=filled.partner, asked=asked, now=filled.now)
    BundleJob.objects.filter(id=job.id).update(asked={**job.asked, "known_at": "1999-01-01T00:00:00+00:00"})
    make_queued_bundle(job.id)
    job.refresh_from_db()
    assert job.state == "DONE", "a day before all books is a day on which they were empty"


def test_the_same_token_asks_once_and_not_too_many_wait(filled: World) -> None:
    asked, token = Asked(organisation=filled.county, from_on=FIRST, to_on=LAST), new_id()
    jobs = [ask_for_bundle(actor=filled.partner, asked=asked, now=filled.now, token=token) for _ in range(2)]
    assert jobs[0] == jobs[1]
    for _ in range(BUNDLES_WAITING_MAX - 1):
        ask_for_bundle(actor=filled.partner, asked=asked, now=filled.now)
    with nothing_written(), pytest.raises(BundlesWaiting):
        ask_for_bundle(actor=filled.partner, asked=asked, now=filled.now)
