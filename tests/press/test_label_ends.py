"""How a batch ends before its last label: cancelled, failed, a full disk; what is printed and what is not is plain."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from labels.qr_table import QrTable
from labels.readback import read_codes
from logistics.codes.models import CodePrint
from logistics.management.commands import print_labels
from logistics.parcels.models import Parcel
from logistics.press import label_files
from logistics.press.actions import ask_for_labels
from logistics.press.label_batches import draw_batch
from logistics.press.label_ends import LabelBatchEnded, cancel_labels
from logistics.press.label_papers import register_printer
from logistics.press.models import LabelBatch, LabelChunk
from logistics.press.reads import released_file
from tests.cast import World
from tests.looking import nothing_written
from tests.press.chunks import SHEET, asked, files_up_to, print_counts, uris


def test_what_is_cancelled_in_the_middle_is_printed_up_to_there(world: World, small_chunks: None) -> None:
    printer = register_printer(organisation=world.county, code="p-1", name="示例打印机")
    batch, parcels = asked(world, 7, printer=printer)
    cancelled: list[LabelBatch] = []

    def cancel(done: int, total: int) -> None:
        if done == 5:
            cancelled.append(cancel_labels(actor=world.partner, batch=batch, now=world.now))

    draw_batch(batch.id, cancel)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 5, "labels_cancelled")
    assert print_counts(parcels) == [1] * 5 + [0] * 2
    assert list(read_codes(released_file(batch))) == uris(parcels)[:5]
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


@pytest.mark.parametrize("released", [0, 2, 7])
def test_a_disk_that_fills_up_lets_out_only_what_is_whole(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch, released: int
) -> None:
    batch, parcels = asked(world, 7)
    sound, begun = label_files._write, []

    def on_a_small_disk(path: Path, data: bytes) -> None:
        begun.append(path)
        # Pictures and files before the one for which there is no room: one chunk and its picture, or all and the whole.
        room = {0: 0, 2: 2, 7: 4}[released]
        with files_up_to(1 << 30 if len(begun) <= room else len(data) // 2):
            sound(path, data)

    monkeypatch.setattr(label_files, "_write", on_a_small_disk)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", released, "file_unwritten")
    assert "File too large" in batch.problem["en"]
    assert print_counts(parcels) == [1] * released + [0] * (7 - released)
    assert {f"labels/{path.name}" for path in Path(settings.MEDIA_ROOT).rglob("*.pdf")} == {
        row.path for row in batch.chunks.all()
    }


def test_a_code_that_does_not_read_back_stops_its_chunk_and_what_follows(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = asked(world, 7)
    bad = uris(parcels)[3]
    sound = QrTable.bits_of
    monkeypatch.setattr(QrTable, "bits_of", lambda table, text: 0 if text == bad else sound(table, text))
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"]) == ("FAILED", "code_unread")
    assert parcels[3].code.text in batch.problem["zh"]
    assert print_counts(parcels) == [1] * 2 + [0] * 5


def test_a_label_that_does_not_fit_stops_the_batch_before_its_first_sheet(world: World, small_chunks: None) -> None:
    batch, parcels = asked(world, 7)
    Parcel.objects.filter(id=parcels[6].id).update(township="很长的乡镇名称" * 8)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 0, "label_does_not_fit")
    assert parcels[6].code.text in batch.problem["en"]
    assert CodePrint.objects.count() == LabelChunk.objects.count() == 0


def test_a_fault_of_the_program_ends_the_batch_and_is_not_hidden(
    world: World, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, parcels = asked(world, 7)
    sound = QrTable.bits_of

    def broken(table: QrTable, text: str) -> int:
        if text == uris(parcels)[4]:
            raise ZeroDivisionError
        return sound(table, text)

    monkeypatch.setattr(QrTable, "bits_of", broken)
    with pytest.raises(ZeroDivisionError):
        draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.problem["code"]) == ("FAILED", 2, "job_broken")


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
    assert list(read_codes(out.read_bytes())) == uris(parcels)[:5]
    assert print_counts(parcels) == [1] * 5 + [0] * 2
    monkeypatch.undo()
    settings.MEDIA_ROOT = f"{tmp_path}/files"
    call_command("print_labels", organisation=world.county.code, sheet=SHEET, out=out, stderr=said)
    assert list(read_codes(out.read_bytes())) == uris(parcels)[5:]
    with pytest.raises(CommandError, match="No planned parcel"):
        call_command("print_labels", organisation=world.county.code, sheet=SHEET, out=out, stderr=said)
