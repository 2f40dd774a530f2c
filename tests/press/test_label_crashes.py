"""Workers that die over labels: what they released stands, the rest is drawn by another, no label twice."""

import signal
import subprocess
import time
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from labels.readback import read_codes
from logistics.codes.models import CodePrint
from logistics.press.actions import ask_for_labels
from logistics.press.label_batches import draw_batch
from logistics.press.models import LabelBatch
from logistics.press.reads import labels_file
from logistics.press.resuming import TRIES_MAX, requeue_lost_jobs
from logistics.storage.holds import held
from tests.cast import World
from tests.press.chunks import asked, other_process, print_counts, uris


def test_a_batch_that_broke_off_goes_on_behind_its_last_chunk(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = asked(world, 7)

    class Killed(BaseException):
        """The process ends here."""

    def die(done: int, total: int) -> None:
        if done == 5:
            raise Killed

    with pytest.raises(Killed):
        draw_batch(batch.id, die)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("RUNNING", 5)
    left = Path(settings.MEDIA_ROOT) / "labels" / f"{batch.id}-half.pdf"
    left.write_bytes(b"%PDF half")
    DBTaskResult.objects.all().delete()
    assert requeue_lost_jobs(now=world.now) == 1
    assert (LabelBatch.objects.get().state, DBTaskResult.objects.count()) == ("QUEUED", 1)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, list(read_codes(labels_file(batch)))) == ("DONE", uris(parcels))
    assert print_counts(parcels) == [1] * 7
    assert [(row.first, row.labels) for row in batch.chunks.order_by("number")] == [(0, 2), (2, 3), (5, 2)]
    assert not left.exists()


def test_a_job_that_kills_every_worker_is_not_tried_for_ever(world: World) -> None:
    batch, _ = asked(world, 1)
    LabelBatch.objects.update(state="RUNNING")
    for _ in range(TRIES_MAX):
        assert requeue_lost_jobs(now=world.now) == 1
        LabelBatch.objects.update(state="RUNNING")
    assert requeue_lost_jobs(now=world.now) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"], batch.tries) == ("FAILED", "job_broken", TRIES_MAX)
    assert requeue_lost_jobs(now=world.now) == 0


def test_a_job_that_somebody_works_on_is_not_lost(committed_world: World, committed_database: str) -> None:
    batch, _ = asked(committed_world, 1)
    LabelBatch.objects.update(state="RUNNING")
    other = other_process(committed_database, "-c", _HOLD, str(batch.id), stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "True\n"
        assert requeue_lost_jobs(now=committed_world.now) == 0
        draw_batch(batch.id)
        assert LabelBatch.objects.get().state == "RUNNING", "the other one draws it"
    finally:
        other.kill()
        other.communicate()
    with held(str(batch.id), patience_seconds=5):
        pass
    assert requeue_lost_jobs(now=committed_world.now) == 1


_HOLD = """
import django; django.setup()
from logistics.storage.holds import held
import sys, time
with held(sys.argv[1]) as is_ours:
    print(is_ours, flush=True)
    time.sleep(60)
"""


def test_what_is_held_is_free_when_its_process_is_killed(committed_database: str) -> None:
    other = other_process(committed_database, "-c", _HOLD, "a job", stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "True\n"
        with held("a job") as is_ours, held("another job") as is_other:
            assert (is_ours, is_other) == (False, True)
        other.send_signal(signal.SIGKILL)
        with held("a job", patience_seconds=5) as is_ours:
            assert is_ours
    finally:
        other.kill()
        other.communicate()


def test_a_worker_that_is_killed_leaves_no_label_twice_and_none_out(
    committed_world: World, committed_database: str
) -> None:
    world = committed_world
    world.stock_kits(220)
    parcels = world.plan(220)
    batch = ask_for_labels(actor=world.partner, parcels=parcels, sheet="A4_3X7", now=world.now)

    def work():  # type: ignore[no-untyped-def]
        return other_process(committed_database, "-m", "django", "work", "--interval", "0.1", "--no-startup-delay")

    first = work()
    try:
        _wait(lambda: batch.chunks.exists())
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert LabelBatch.objects.get().state == "RUNNING"
        second = work()
        try:
            _wait(lambda: LabelBatch.objects.get().state == "DONE")
        finally:
            second.kill()
            second.wait()
    finally:
        first.kill()
        first.wait()
    assert LabelBatch.objects.get().tries == 1
    assert CodePrint.objects.count() == 220
    assert set(print_counts(parcels)) == {1}
    whole = pypdfium2.PdfDocument(labels_file(LabelBatch.objects.get()))
    words = "".join(page.get_textpage().get_text_range() for page in whole).replace("-", "")
    assert all(words.count(parcel.code.text) == 1 for parcel in parcels)


def _wait(is_so) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)
