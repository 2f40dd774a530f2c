"""Label batches: queued with the fact, drawn by a worker, released once, refused whole."""

import sys
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django_tasks_db.models import DBTaskResult

from labels.qr_table import QrTable
from labels.readback import read_codes
from logistics.codes.actions import CodeRevoked
from logistics.codes.models import Code, CodePrint
from logistics.journal.revisions import MasterValueRefused
from logistics.kernel.codes import code_uri
from logistics.parcels.actions import cancel_parcel
from logistics.parties.changes import change_programme
from logistics.press import label_batches
from logistics.press.actions import LabelsOutOfBounds, ask_for_labels, reprint_label, revoke_label
from logistics.press.label_batches import draw_batch
from logistics.press.label_papers import register_printer
from logistics.press.models import LabelBatch
from logistics.press.printable import LabelRevoked, ParcelNotPrintable
from logistics.press.reads import FileNotReady, LabelBatchMissing, get_label_batch, labels_file
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written


def _ask(world: World, parcels: list, **more):  # type: ignore[no-untyped-def, type-arg]
    return ask_for_labels(actor=world.partner, parcels=parcels, sheet="A4_3X7", now=world.now, **more)


def test_a_batch_is_drawn_and_counted_once(world: World) -> None:
    world.stock_kits(3)
    parcels = world.plan(3)
    batch = _ask(world, parcels, start_position=20)
    assert DBTaskResult.objects.count() == 1
    with pytest.raises(FileNotReady):
        labels_file(batch)
    draw_batch(batch.id)
    draw_batch(batch.id)
    batch = LabelBatch.objects.get()
    assert (batch.state, batch.done, batch.total) == ("DONE", 3, 3)
    codes = {code_uri(parcel.code.text, settings.CODE_HOST) for parcel in parcels}
    assert set(read_codes(labels_file(batch))) == codes
    assert CodePrint.objects.count() == 3
    assert set(Code.objects.filter(kind="PARCEL").values_list("print_count", flat=True)) == {1}


def test_the_same_token_queues_once(world: World) -> None:
    parcel, token = world.parcel(), new_id()
    assert _ask(world, [parcel], token=token).id == _ask(world, [parcel], token=token).id
    assert DBTaskResult.objects.count() == 1


def test_a_label_that_cannot_be_drawn_fails_the_batch_whole(world: World) -> None:
    world.stock_kits(2)
    good, bad = world.plan(2)
    type(bad).objects.filter(id=bad.id).update(township="很长的乡镇名称" * 8)
    batch = _ask(world, [good, bad])
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert batch.state == "FAILED"
    assert batch.problem["code"] == "label_does_not_fit"
    assert bad.code.text in batch.problem["zh"]
    assert list(Path(settings.MEDIA_ROOT).rglob("*.*")) == []
    assert CodePrint.objects.count() == 0


@pytest.mark.parametrize("harm", ["another code", "a stroke", "nothing at all"])
def test_a_code_that_does_not_read_back_fails_the_batch_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    world.stock_kits(3)
    parcels = world.plan(3)
    printer = register_printer(organisation=world.county, code="p-1", name="示例打印机")
    batch = _ask(world, parcels, printer=printer, start_position=4)
    bad, other = (code_uri(parcel.code.text, settings.CODE_HOST) for parcel in parcels[1:])
    sound = QrTable.bits_of

    def damaged(table: QrTable, text: str) -> int:
        bits = sound(table, text)
        if text != bad:
            return bits
        return {
            "another code": sound(table, other),
            "a stroke": bits & ~(((1 << 400) - 1) << 300),
            "nothing at all": 0,
        }[harm]

    monkeypatch.setattr(QrTable, "bits_of", damaged)
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"]) == ("FAILED", "code_unread")
    assert parcels[1].code.text in batch.problem["zh"] and parcels[0].code.text not in batch.problem["zh"]
    assert CodePrint.objects.count() == 0
    assert list(Path(settings.MEDIA_ROOT).rglob("*.*")) == [], "nothing half made is left"
    assert printer.positions.get().position == 4, "the sheet is as it was"
    monkeypatch.undo()
    settings.MEDIA_ROOT = str(Path(settings.MEDIA_ROOT))
    again = _ask(world, parcels, printer=printer)
    draw_batch(again.id)
    again.refresh_from_db()
    assert (again.state, again.start_position) == ("DONE", 4)


def test_a_check_that_breaks_off_lets_nothing_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = _ask(world, [world.parcel()])
    monkeypatch.setattr(label_batches, "CODES_PER_PROCESS", 0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"]) == ("FAILED", "read_back_impossible")
    assert CodePrint.objects.count() == 0


def test_a_programme_chooses_what_its_labels_tell(world: World) -> None:
    cause = world.as_actor(world.officer).cause(world.now, "卫生用品不宜外露")
    change_programme(programme=world.warm, changes={"label_template": "DISCREET"}, cause=cause)
    with nothing_written(), pytest.raises(MasterValueRefused):
        change_programme(programme=world.warm, changes={"label_template": "PINK"}, cause=cause)
    world.warm.refresh_from_db()
    batch = _ask(world, [world.parcel()])
    draw_batch(batch.id)
    batch.refresh_from_db()
    text = pypdfium2.PdfDocument(labels_file(batch))[0].get_textpage().get_text_range()
    assert "少云镇" in text
    assert "手套" not in text and "毛毯" not in text and "kg" not in text


def test_what_no_label_should_be_printed_for_is_refused(world: World) -> None:
    world.stock_kits(3)
    delivered, cancelled, revoked = world.plan(3)
    world.walk(delivered)
    cancel_parcel(parcel=cancelled, actor=world.partner, now=world.now)
    cancelled.refresh_from_db()
    revoke_label(actor=world.partner, code=revoked.code, reason="糊了", now=world.now)
    revoked.code.refresh_from_db()
    for parcel, refusal in ((delivered, ParcelNotPrintable), (cancelled, ParcelNotPrintable), (revoked, LabelRevoked)):
        with nothing_written(), pytest.raises(refusal):
            _ask(world, [parcel])
    for parcels in ([], [revoked, revoked]):
        with nothing_written(), pytest.raises(LabelsOutOfBounds):
            _ask(world, parcels)


def test_a_revoked_label_is_replaced_by_another_code(world: World) -> None:
    parcel = world.parcel()
    old = parcel.code
    revoke_label(actor=world.partner, code=old, reason="糊了", now=world.now)
    with nothing_written(), pytest.raises(CodeRevoked):
        revoke_label(actor=world.partner, code=old, reason="nochmal", now=world.now)
    parcel.refresh_from_db()
    reprint_label(actor=world.partner, parcel=parcel, sheet="A4_3X7", reason="糊了", now=world.now)
    parcel.refresh_from_db()
    assert parcel.code.text != old.text
    assert [row.outcome for row in world.record(world.scan(old.text, "PACK"), world.scan(parcel, "PACK"))] == [
        "REVOKED_LABEL",
        "RECORDED",
    ]


def test_a_stranger_finds_no_batch(world: World) -> None:
    batch = _ask(world, [world.parcel()])
    with pytest.raises(LabelBatchMissing):
        get_label_batch(batch_id=batch.id, organisation=world.stranger_county)


def test_a_machine_without_pango_says_what_to_run_and_nothing_else_breaks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WithoutPango:
        def find_spec(self, name: str, *args: object) -> None:
            if name in {"labels.stamp", "weasyprint"}:
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "labels.stamp", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutPango(), *sys.meta_path])
    batch = _ask(world, [world.parcel()])
    draw_batch(batch.id)
    batch.refresh_from_db()
    assert (batch.state, batch.problem["code"]) == ("FAILED", "drawing_unavailable")
    assert "apt-get install" in batch.problem["en"]
    assert CodePrint.objects.count() == 0
