"""The bundle at a page: asked for within the mandate, made by a job, downloaded and checked."""

import datetime as dt
import io
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import pytest
from django.utils import timezone

from logistics.audits.mandates import approve_mandate, end_mandate, grant_mandate
from logistics.journal.sealing import latest_checkpoint, log_verifier_key, seal_leaves
from logistics.press.bundles.jobs import make_queued_bundle
from logistics.press.models import BundleJob
from tests.cast import World
from tests.looking import nothing_written
from tests.web.conftest import Visitor

DAYS = {"over": "示例县", "begin": "2026-01-01", "end": "2026-03-31", "seed": "示例种子", "sample_size": "5"}


def _ask(visitor: Visitor, **more: str) -> BundleJob:
    answer = visitor.send("/audit/bundles", **{**DAYS, "old_checkpoint": "", **more})
    assert answer.status_code == 302, answer.content.decode()
    return BundleJob.objects.get(id=uuid.UUID(answer.headers["Location"].rpartition("/")[2]))


def test_a_bundle_is_asked_for_made_downloaded_and_checked(world: World, auditor: Visitor, tmp_path: Path) -> None:
    world.walk(world.parcel())
    while seal_leaves(now=timezone.now()):
        pass
    kept = latest_checkpoint().note
    job = _ask(auditor, old_checkpoint=kept.replace("\n", "\r\n"))
    page = auditor.get(f"/audit/bundles/{job.id}")
    assert page.context["is_running"] and page.headers["Refresh"] == "1"
    make_queued_bundle(job.id)
    page = auditor.get(f"/audit/bundles/{job.id}")
    assert not page.context["is_running"] and page.context["problem"] == ""
    for words in ("python3 verify.py", log_verifier_key(), "--checkpoint"):
        assert words in page.content.decode()
    file = auditor.get(f"/audit/bundles/{job.id}.zip")
    path = tmp_path / "bundle.zip"
    path.write_bytes(b"".join(file.streaming_content))
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        name = next(name for name in archive.namelist() if name.endswith("verify.py"))
        (tmp_path / "verify.py").write_bytes(archive.read(name))
    (tmp_path / "kept.txt").write_text(kept, encoding="utf-8")
    command = [sys.executable, "verify.py", "bundle.zip", "--key", log_verifier_key(), "--checkpoint", "kept.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_bundle_stays_within_the_mandate(world: World, auditor: Visitor) -> None:
    now = timezone.now()
    end_mandate(actor=world.as_actor(world.administrator), mandate=world.mandate, reason="示例结束了", now=now)
    mandate = grant_mandate(
        actor=world.as_actor(world.administrator),
        person=world.auditor,
        organisation=world.county,
        from_on=dt.date(2026, 1, 1),
        to_on=dt.date(2026, 3, 31),
        expires_at=now + dt.timedelta(days=30),
        reason="只审一季度的账",
        now=now,
    )
    approve_mandate(actor=world.as_actor(world.approver), mandate=mandate, now=now)
    with nothing_written():
        answer = auditor.send("/audit/bundles", **{**DAYS, "end": "2026-04-01"})
    assert answer.status_code == 422
    assert "2026-03-31" in answer.content.decode()
    body = {"from": "2025-12-31", "to": "2026-03-31"}
    api = auditor.client.post("/api/v1/bundles", data=body, content_type="application/json")
    assert (api.status_code, api.json()["code"]) == (403, "outside_mandate")
    assert _ask(auditor).state == "QUEUED"


def test_a_bundle_of_other_days_is_not_opened_under_a_mandate(world: World, auditor: Visitor) -> None:
    job = _ask(Visitor("officer"), begin="2025-01-01")
    assert auditor.get(f"/audit/bundles/{job.id}").status_code == 200
    world.mandate.from_on = dt.date(2026, 1, 1)
    world.mandate.save()
    assert auditor.get(f"/audit/bundles/{job.id}").status_code == 403
    assert auditor.get(f"/audit/bundles/{job.id}.zip").status_code == 403


@pytest.mark.parametrize(
    "change",
    [{"begin": "2026-04-01"}, {"begin": "x"}, {"sample_size": "0"}, {"old_checkpoint": "nonsense"}, {"over": "邻县"}],
)
def test_what_cannot_be_asked_is_refused(world: World, auditor: Visitor, change: dict[str, str]) -> None:
    with nothing_written():
        assert auditor.send("/audit/bundles", **{**DAYS, **change}).status_code == 422


def test_another_bodys_bundle_is_not_there(world: World, auditor: Visitor) -> None:
    job = _ask(auditor)
    stranger = Visitor("stranger")
    for path in (f"/audit/bundles/{job.id}", f"/audit/bundles/{job.id}.zip"):
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_open_in_both_languages(world: World, language: str) -> None:
    visitor = Visitor("auditor", language)
    assert visitor.get("/audit/bundles").status_code == 200
    job = _ask(visitor)
    assert visitor.get("/audit/bundles").status_code == 200
    assert visitor.get(f"/audit/bundles/{job.id}").status_code == 200
