"""Chunks of labels: released as they finish, each once; what stops a batch in the middle leaves no doubt."""

import io
import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django_tasks_db.models import DBTaskResult
from PIL import Image

from labels import files
from labels.qr_table import QrTable
from labels.readback import read_codes
from labels.sheets import SHEETS, find_sheet
from logistics.codes.models import Code, CodePrint
from logistics.kernel.codes import code_uri
from logistics.management.commands import print_labels
from logistics.parcels.models import Parcel
from logistics.press import actions, label_batches, label_chunks, label_files
from logistics.press.actions import LabelsOutOfBounds, ask_for_labels, ask_for_many_labels
from logistics.press.label_batches import draw_batch
from logistics.press.label_chunks import next_chunk
from logistics.press.label_ends import LabelBatchEnded, cancel_labels
from logistics.press.label_papers import register_printer
from logistics.press.models import LabelBatch, LabelChunk
from logistics.press.reads import FileNotReady, chunk_file, first_sheet_picture, labels_file, released_file
from logistics.press.resuming import TRIES_MAX, requeue_lost_jobs
from logistics.storage.holds import held
from tests.cast import World
from tests.looking import nothing_written

SHEET = "THERMAL_60X40"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two labels first, then three at a time."""
    monkeypatch.setattr(label_chunks, "FIRST_LABELS_MAX", 2)
    monkeypatch.setattr(label_chunks, "LABELS_MAX", 3)


def _ask(world: World, count: int, **more):  # type: ignore[no-untyped-def]
    world.stock_kits(count)
    parcels = world.plan(count)
    return ask_for_labels(actor=world.partner, parcels=parcels, sheet=SHEET, now=world.now, **more), parcels


def _uris(parcels: list[Parcel]) -> list[str]:
    return [code_uri(parcel.code.text, settings.CODE_HOST) for parcel in parcels]


def _printed(parcels: list[Parcel]) -> list[int]:
    counts = dict(Code.objects.values_list("id", "print_count"))
    return [counts[parcel.code_id] for parcel in parcels]


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("total", [1, 99, 100, 101, 4_000])
@pytest.mark.parametrize("start", [1, 2, 21])
def test_chunks_are_whole_sheets_and_hold_every_label_once(name: str, total: int, start: int) -> None:
    sheet = find_sheet(name)
    batch = LabelBatch(total=total, start_position=min(start, sheet.positions))
    chunks, chunk = [], next_chunk(batch, sheet, None)
    while chunk:
        chunks.append(chunk)
        chunk = next_chunk(batch, sheet, chunk)
    assert [number for chunk in chunks for number in chunk.run] == list(range(total))
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
    assert len(chunks[0].run) <= label_chunks.FIRST_LABELS_MAX
    assert all(len(chunk.run) <= label_chunks.LABELS_MAX for chunk in chunks)
    for chunk in chunks[:-1]:
        assert (chunk.start_position - 1 + len(chunk.run)) % sheet.positions == 0
    assert {chunk.start_position for chunk in chunks[1:]} <= {1}


def test_the_first_sheets_can_be_had_while_the_rest_is_drawn(world: World, small_chunks: None) -> None:
    batch, parcels = _ask(world, 7)
    with pytest.raises(FileNotReady):
        first_sheet_picture(batch)
    seen = []

    def look(done: int, total: int) -> None:
        batch.refresh_from_db()
        newest = batch.chunks.order_by("-number")[0]
        seen.append((batch.state, batch.done, total, list(read_codes(chunk_file(batch, newest.number)))))
        assert _printed(parcels) == [1] * done + [0] * (total - done)
        with pytest.raises(FileNotReady):
            chunk_file(batch, newest.number + 1)

    draw_batch(batch.id, look)
    batch.refresh_from_db()
    uris = _uris(parcels)
    assert seen == [
        ("RUNNING", 2, 7, uris[:2]),
        ("RUNNING", 5, 7, uris[2:5]),
        ("RUNNING", 7, 7, uris[5:]),
    ]
    assert (batch.state, list(read_codes(labels_file(batch)))) == ("DONE", uris)
    assert CodePrint.objects.count() == 7
    picture = Image.open(io.BytesIO(first_sheet_picture(batch)))
    assert picture.size == (math.ceil(60 / 25.4 * files.PICTURE_DPI), math.ceil(40 / 25.4 * files.PICTURE_DPI))
    assert picture.convert("L").getextrema() == (0, 255)
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*.pdf"))) == 4, "three chunks and the whole"


def test_every_code_of_a_small_batch_and_a_sample_of_a_large_one_are_read(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_batches, "READ_BACK_MAX", 4)
    read: list[int] = []
    sound = label_batches.Reading

    def watched(pdf: Path, marks: list[object], dpi: int) -> object:
        read.append(len(marks))
        return sound(pdf, marks, dpi)  # type: ignore[arg-type]

    monkeypatch.setattr(label_batches, "Reading", watched)
    batch, _ = _ask(world, 11)
    draw_batch(batch.id)
    # The two of the first chunk are read at once, and of all eleven four that were drawn by lot.
    assert 4 - 2 <= sum(read) <= 4
    assert LabelBatch.objects.get().state == "DONE"


def test_what_is_cancelled_in_the_middle_is_printed_up_to_there(world: World, small_chunks: None) -> None:
    printer = register_printer(organisation=world.county, code="p-1", name="示例打印机")
    batch, parcels = _ask(world, 7, printer=printer)
    cancelled: list[LabelBatch] = []

    def cancel(done: int, total: int) -> None:
        if done == 5:
            cancelled.append(cancel_labels(actor=world.partner, batch=batch, now=world.now))

    draw_batch(batch.id, cancel)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 5, "labels_cancelled")
    assert _printed(parcels) == [1] * 5 + [0] * 2
    assert list(read_codes(released_file(batch))) == _uris(parcels)[:5]
    kept = {row.path for row in LabelChunk.objects.all()}
    assert {f"labels/{path.name}" for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")} == kept
    draw_batch(batch.id)
    with nothing_written(), pytest.raises(LabelBatchEnded):
        cancel_labels(actor=world.partner, batch=batch, now=world.now)
    assert LabelChunk.objects.count() == 2


def test_what_is_cancelled_before_a_worker_comes_is_not_drawn(world: World) -> None:
    printer = register_printer(organisation=world.county, code="p-1", name="示例打印机")
    world.stock_kits(3)
    batch = ask_for_labels(
        actor=world.partner, parcels=world.plan(3), sheet="A4_3X7", printer=printer, start_position=5, now=world.now
    )
    assert printer.positions.get().position == 8
    cancel_labels(actor=world.partner, batch=batch, now=world.now)
    assert printer.positions.get().position == 5, "the sheet is as it was"
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, CodePrint.objects.count()) == ("FAILED", 0, 0)


@contextmanager
def _files_up_to(size: int) -> Iterator[None]:
    """Let the kernel refuse every byte of a file beyond a size, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("released", [0, 2, 7])
def test_a_disk_that_fills_up_lets_out_only_what_is_whole(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch, released: int
) -> None:
    batch, parcels = _ask(world, 7)
    sound, begun = label_files._write, []

    def on_a_small_disk(path: Path, data: bytes) -> None:
        begun.append(path)
        # Pictures and files before the one for which there is no room: one chunk and its picture, or all and the whole.
        room = {0: 0, 2: 2, 7: 4}[released]
        with _files_up_to(1 << 30 if len(begun) <= room else len(data) // 2):
            sound(path, data)

    monkeypatch.setattr(label_files, "_write", on_a_small_disk)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", released, "file_unwritten")
    assert "File too large" in batch.problem["en"]
    assert _printed(parcels) == [1] * released + [0] * (7 - released)
    assert {f"labels/{path.name}" for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")} == {
        row.path for row in batch.chunks.all()
    }


def test_a_code_that_does_not_read_back_stops_its_chunk_and_what_follows(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = _ask(world, 7)
    bad = _uris(parcels)[3]
    sound = QrTable.bits_of
    monkeypatch.setattr(QrTable, "bits_of", lambda table, text: 0 if text == bad else sound(table, text))
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"]) == ("FAILED", "code_unread")
    assert parcels[3].code.text in batch.problem["zh"]
    assert _printed(parcels) == [1] * 2 + [0] * 5


def test_a_label_that_does_not_fit_stops_the_batch_before_its_first_sheet(world: World, small_chunks: None) -> None:
    batch, parcels = _ask(world, 7)
    Parcel.objects.filter(id=parcels[6].id).update(township="很长的乡镇名称" * 8)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 0, "label_does_not_fit")
    assert parcels[6].code.text in batch.problem["en"]
    assert CodePrint.objects.count() == LabelChunk.objects.count() == 0


def test_a_fault_of_the_program_ends_the_batch_and_is_not_hidden(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = _ask(world, 7)
    sound = QrTable.bits_of

    def broken(table: QrTable, text: str) -> int:
        if text == _uris(parcels)[4]:
            raise ZeroDivisionError
        return sound(table, text)

    monkeypatch.setattr(QrTable, "bits_of", broken)
    with pytest.raises(ZeroDivisionError):
        draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 2, "job_broken")


def test_a_batch_that_broke_off_goes_on_behind_its_last_chunk(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = _ask(world, 7)

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
    assert (batch.state, list(read_codes(labels_file(batch)))) == ("DONE", _uris(parcels))
    assert _printed(parcels) == [1] * 7
    assert [(row.first, row.labels) for row in batch.chunks.order_by("number")] == [(0, 2), (2, 3), (5, 2)]
    assert not left.exists()


def test_a_job_that_kills_every_worker_is_not_tried_for_ever(world: World) -> None:
    batch, _ = _ask(world, 1)
    LabelBatch.objects.update(state="RUNNING")
    for _ in range(TRIES_MAX):
        assert requeue_lost_jobs(now=world.now) == 1
        LabelBatch.objects.update(state="RUNNING")
    assert requeue_lost_jobs(now=world.now) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"], batch.tries) == ("FAILED", "job_broken", TRIES_MAX)
    assert requeue_lost_jobs(now=world.now) == 0


def test_the_database_keeps_a_released_chunk(world: World) -> None:
    batch, _ = _ask(world, 1)
    draw_batch(batch.id)
    for change in ("UPDATE press_labelchunk SET labels = 2", "DELETE FROM press_labelchunk"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_many_labels_are_split_into_batches_that_end_with_a_full_sheet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "LABELS_PER_BATCH_MAX", 45)
    world.stock_kits(100)
    parcels = world.plan(100)
    printer = register_printer(organisation=world.county, code="p-1", name="示例打印机")
    asked = {
        "actor": world.partner,
        "parcels": parcels,
        "sheet": "A4_3X7",
        "printer": printer,
        "start_position": 5,
        "now": world.now,
    }
    token = printer.id
    batches = ask_for_many_labels(**asked, token=token)
    assert [(batch.total, batch.start_position) for batch in batches] == [(38, 5), (42, 1), (20, 1)]
    assert [parcel_id for batch in batches for parcel_id in batch.parcel_ids] == [str(one.id) for one in parcels]
    assert sorted(DBTaskResult.objects.values_list("priority", flat=True)) == [-10, -10, 0]
    assert printer.positions.get().position == 21
    with nothing_written():
        assert ask_for_many_labels(**asked, token=token) == batches
    monkeypatch.setattr(actions, "LABELS_PER_CALL_MAX", 99)
    with nothing_written(), pytest.raises(LabelsOutOfBounds):
        ask_for_many_labels(**asked)


def test_one_that_cannot_be_printed_stops_all_batches_of_a_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LABELS_PER_BATCH_MAX", 2)
    world.stock_kits(5)
    parcels = world.plan(5)
    parcels[4].state = "CANCELLED"
    with nothing_written(), pytest.raises(actions.ParcelNotPrintable):
        ask_for_many_labels(actor=world.partner, parcels=parcels, sheet=SHEET, now=world.now)


def test_ctrl_c_leaves_a_file_of_what_is_printed_and_says_so(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.stock_kits(7)
    parcels = world.plan(7)

    def interrupt(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(print_labels, "progress_bar", lambda title: interrupt)
    out, said = tmp_path / "labels.pdf", io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("print_labels", organisation=world.county.code, sheet=SHEET, out=out, stderr=said)
    assert ended.value.code == 130
    assert "5 / 7 labels" in said.getvalue()
    assert list(read_codes(out.read_bytes())) == _uris(parcels)[:5]
    assert _printed(parcels) == [1] * 5 + [0] * 2
    monkeypatch.undo()
    settings.MEDIA_ROOT = f"{tmp_path}/files"
    call_command("print_labels", organisation=world.county.code, sheet=SHEET, out=out, stderr=said)
    assert list(read_codes(out.read_bytes())) == _uris(parcels)[5:]
    with pytest.raises(CommandError, match="No planned parcel"):
        call_command("print_labels", organisation=world.county.code, sheet=SHEET, out=out, stderr=said)


def test_a_job_that_somebody_works_on_is_not_lost(committed_world: World, committed_database: str) -> None:
    batch, _ = _ask(committed_world, 1)
    LabelBatch.objects.update(state="RUNNING")
    other = _other_process(committed_database, "-c", _HOLD, str(batch.id), stdout=subprocess.PIPE, text=True)
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


def _other_process(url: str, *command: str, **more):  # type: ignore[no-untyped-def]
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    env |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.files_apart", "NUANLIU_FILES": settings.MEDIA_ROOT}
    return subprocess.Popen([sys.executable, *command], env=env, **more)


def test_what_is_held_is_free_when_its_process_is_killed(committed_database: str) -> None:
    other = _other_process(committed_database, "-c", _HOLD, "a job", stdout=subprocess.PIPE, text=True)
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
        return _other_process(committed_database, "-m", "django", "work", "--interval", "0.1", "--no-startup-delay")

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
    assert set(_printed(parcels)) == {1}
    whole = pypdfium2.PdfDocument(labels_file(LabelBatch.objects.get()))
    words = "".join(page.get_textpage().get_text_range() for page in whole).replace("-", "")
    assert all(words.count(parcel.code.text) == 1 for parcel in parcels)


def _wait(is_so) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)
