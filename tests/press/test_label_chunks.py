"""Chunks of labels: whole sheets, released as they finish, each once."""

import io
import math
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django_tasks_db.models import DBTaskResult
from PIL import Image

from labels import files
from labels.readback import read_codes
from labels.sheets import SHEETS, find_sheet
from logistics.codes.models import CodePrint
from logistics.press import actions, label_batches, label_chunks
from logistics.press.actions import LabelsOutOfBounds, ask_for_many_labels
from logistics.press.label_batches import draw_batch
from logistics.press.label_chunks import next_chunk
from logistics.press.label_papers import register_printer
from logistics.press.models import LabelBatch
from logistics.press.printable import ParcelNotPrintable
from logistics.press.reads import FileNotReady, chunk_file, first_sheet_picture, labels_file
from tests.cast import World
from tests.looking import nothing_written
from tests.press.chunks import SHEET, asked, print_counts, uris


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
    batch, parcels = asked(world, 7)
    with pytest.raises(FileNotReady):
        first_sheet_picture(batch)
    seen = []

    def look(done: int, total: int) -> None:
        batch.refresh_from_db()
        newest = batch.chunks.order_by("-number")[0]
        seen.append((batch.state, batch.done, total, list(read_codes(chunk_file(batch, newest.number)))))
        assert print_counts(parcels) == [1] * done + [0] * (total - done)
        with pytest.raises(FileNotReady):
            chunk_file(batch, newest.number + 1)

    draw_batch(batch.id, look)
    batch.refresh_from_db()
    said = uris(parcels)
    assert seen == [
        ("RUNNING", 2, 7, said[:2]),
        ("RUNNING", 5, 7, said[2:5]),
        ("RUNNING", 7, 7, said[5:]),
    ]
    assert (batch.state, list(read_codes(labels_file(batch)))) == ("DONE", said)
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
    batch, _ = asked(world, 11)
    draw_batch(batch.id)
    # The two of the first chunk are read at once, and of all eleven four that were drawn by lot.
    assert 4 - 2 <= sum(read) <= 4
    assert LabelBatch.objects.get().state == "DONE"


def test_the_database_keeps_a_released_chunk(world: World) -> None:
    batch, _ = asked(world, 1)
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
    wanted = {
        "actor": world.partner,
        "parcels": parcels,
        "sheet": "A4_3X7",
        "printer": printer,
        "start_position": 5,
        "now": world.now,
    }
    token = printer.id
    batches = ask_for_many_labels(**wanted, token=token)
    assert [(batch.total, batch.start_position) for batch in batches] == [(38, 5), (42, 1), (20, 1)]
    assert [parcel_id for batch in batches for parcel_id in batch.parcel_ids] == [str(one.id) for one in parcels]
    assert sorted(DBTaskResult.objects.values_list("priority", flat=True)) == [-10, -10, 0]
    assert printer.positions.get().position == 21
    with nothing_written():
        assert ask_for_many_labels(**wanted, token=token) == batches
    monkeypatch.setattr(actions, "LABELS_PER_CALL_MAX", 99)
    with nothing_written(), pytest.raises(LabelsOutOfBounds):
        ask_for_many_labels(**wanted)


def test_one_that_cannot_be_printed_stops_all_batches_of_a_call(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LABELS_PER_BATCH_MAX", 2)
    world.stock_kits(5)
    parcels = world.plan(5)
    parcels[4].state = "CANCELLED"
    with nothing_written(), pytest.raises(ParcelNotPrintable):
        ask_for_many_labels(actor=world.partner, parcels=parcels, sheet=SHEET, now=world.now)
