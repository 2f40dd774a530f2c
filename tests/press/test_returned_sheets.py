"""Sheets that come back: read in a worker, decided by a person, and only then handed over, each once."""

import datetime as dt
import io
import random
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django_tasks_db.models import DBTaskResult
from PIL import Image

from labels.returned.pages import PdfTooLong
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.proofs import proofs_of
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.press import returned_requests
from logistics.press.models import SheetRow
from logistics.press.reads import FileNotReady
from logistics.press.returned_confirming import (
    BoxNotLookedAt,
    HandOverDayWrong,
    RowDecidedAlready,
    RowNotSeen,
    SheetConfirmedByPacker,
    SheetNeedsPerson,
    confirm_returned_rows,
)
from logistics.press.returned_looks import Looks, look_at_box, looks_at
from logistics.press.returned_models import BoxView, ReturnedFile, ReturnedPaper, ReturnedRow, RowDecision, SheetPage
from logistics.press.returned_reading import read_returned_paper
from logistics.press.returned_reads import (
    ReturnedRowMissing,
    ReturnedSheetMissing,
    count_of_rows_unseen,
    get_returned_paper,
    rows_for,
)
from logistics.press.returned_requests import SheetFilesOutOfBounds, ask_to_read_sheets
from logistics.storage.photos import PhotoTooLarge, PhotoUnreadable
from logistics.storage.rows import new_id
from tests.cast import World
from tests.labels.camera import Shot, photograph
from tests.looking import assert_books_close, nothing_written
from tests.press.returning import (
    families_with_parcels,
    flat_photo,
    look_at_all,
    photo_of,
    printed,
    scan_of,
    signed_page,
)

MARKS = ("signature", "nothing", "tick")


def _read(world: World, *files: bytes, actor: Actor | None = None) -> ReturnedPaper:
    paper = ask_to_read_sheets(actor=actor or world.partner, files=list(files), now=world.now)
    read_returned_paper(paper.id)
    paper.refresh_from_db()
    assert paper.state == "DONE", paper.problem
    return paper


def _verdicts(paper: ReturnedPaper) -> list[str]:
    return [row.verdict for row in paper.rows.order_by("row__position")]


def _confirm(
    world: World, paper: ReturnedPaper, *decisions: str, actor: Actor | None = None, has_looked: bool = True
) -> list[ReturnedRow]:
    rows, actor = paper.rows.order_by("row__position"), actor or world.as_actor(world.officer)
    if has_looked:
        look_at_all(world, paper, actor)
    return confirm_returned_rows(
        actor=actor,
        paper=paper,
        decisions={row.id: said for row, said in zip(rows, decisions, strict=False) if said},
        handed_over_on=dt.date(2026, 1, 13),
        now=world.now + dt.timedelta(days=2),
    )


def test_a_signed_sheet_becomes_hand_overs_with_the_boxes_as_proofs(world: World) -> None:
    parcels = families_with_parcels(world)
    job = printed(world)
    paper = ask_to_read_sheets(actor=world.partner, files=[photo_of(job, MARKS)], now=world.now)
    assert DBTaskResult.objects.filter(task_path__endswith="read_sheets").count() == 1
    assert b"\xff\xd8" not in b"".join(path.read_bytes()[:2] for path in _files())
    told: list[tuple[int, int]] = []
    read_returned_paper(paper.id, lambda done, total: told.append((done, total)))
    read_returned_paper(paper.id)
    paper.refresh_from_db()
    assert (paper.state, paper.pages, told) == ("DONE", [["READ", 3]], [(1, 1)])
    assert _verdicts(paper) == ["MARKED", "EMPTY", "DOUBTFUL"]
    assert not ReturnedFile.objects.exists(), "the photo itself is not kept"
    assert not _files()
    assert not ScanEvent.objects.filter(step="HAND_OVER").exists(), "nothing is handed over before a person says so"

    rows = _confirm(world, paper, "SIGNED", "EMPTY", "SIGNED")
    assert [row.outcome for row in rows] == ["RECORDED", "", "RECORDED"]
    states = [Parcel.objects.get(id=parcel.id).state for parcel in parcels]
    by_row = [row.row.parcel.id for row in rows]
    assert {parcel.id: state for parcel, state in zip(parcels, states, strict=True)} == dict(
        zip(by_row, ["DELIVERED", "DISPATCHED", "DELIVERED"], strict=True)
    )
    for row in rows:
        proofs = proofs_of(row.row.parcel)
        assert [(proof.kind, kept is not None) for proof, kept in proofs] == (
            [("SIGNED_SHEET", True)] if row.decision == "SIGNED" else []
        )
        assert row.picture == "", "a picture is kept once, as the proof"
    assert_books_close()


def test_the_same_sheet_twice_doubles_nothing(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    first = _read(world, flat_photo(job, MARKS), flat_photo(job, MARKS, turn=180, seed=2))
    assert (first.pages, first.rows.count()) == ([["READ", 3], ["READ", 3]], 3)
    _confirm(world, first, "SIGNED", "EMPTY")
    again = _read(world, flat_photo(job, MARKS, seed=3))
    scans = ScanEvent.objects.count()
    (row,) = _confirm(world, again, "SIGNED")
    assert (row.outcome, ScanEvent.objects.count()) == ("REPEATED", scans)
    # The same answer once more changes nothing either.
    assert _confirm(world, again, "SIGNED") == []
    assert ScanEvent.objects.count() == scans


def test_a_parcel_that_was_scanned_at_the_door_is_not_disputed_by_its_sheet(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    paper = _read(world, flat_photo(job, MARKS))
    row = paper.rows.order_by("row__position")[0]
    world.walk(row.row.parcel, "HAND_OVER")
    (decided,) = _confirm(world, paper, "SIGNED")
    assert decided.outcome == "ALREADY_DELIVERED"
    row.row.parcel.refresh_from_db()
    assert row.row.parcel.state == "DELIVERED"
    box = look_at_box(actor=world.partner, paper=paper, row_id=row.id, now=world.now)
    assert box.startswith(b"\xff\xd8"), "the box stays with the sheet"


def test_a_scan_of_several_pages_is_read_and_what_is_not_ours_is_told(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    page = signed_page(job, MARKS)
    paper = _read(world, scan_of([page, Image.new("L", page.size, "white"), page.rotate(180)]))
    assert paper.pages == [["READ", 3], ["NO_CODE", 0], ["READ", 3]]
    assert _verdicts(paper) == ["MARKED", "EMPTY", "DOUBTFUL"]


def test_another_organisation_s_sheet_is_unknown(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    paper = _read(world, flat_photo(job, MARKS), actor=world.as_actor(world.stranger))
    assert (paper.pages, paper.rows.count()) == ([["UNKNOWN", 0]], 0)
    with pytest.raises(ReturnedSheetMissing):
        get_returned_paper(paper_id=paper.id, organisation=world.county)


def test_two_photos_that_differ_are_for_a_person(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    paper = _read(world, flat_photo(job, ["name", "nothing"]), flat_photo(job, ["nothing", "nothing"]))
    rows = list(paper.rows.order_by("row__position"))
    assert [(row.verdict, row.reason) for row in rows[:2]] == [("DOUBTFUL", "DIFFERS"), ("EMPTY", "")]


def test_a_covered_row_cannot_be_confirmed_as_signed_and_missing_rows_are_counted(world: World) -> None:
    families_with_parcels(world, 12)
    job = printed(world)
    page = signed_page(job, ["name"] * 12)
    page.paste((90, 80, 70), (0, page.height // 3, page.width, page.height))
    paper = _read(world, photograph(page, Shot(noise=2), random.Random(1), (1836, 2448)))
    assert count_of_rows_unseen(paper) == 2, "the second page was not handed in"
    hidden = paper.rows.filter(verdict="NOT_FOUND")[0]
    with nothing_written(), pytest.raises(RowNotSeen):
        confirm_returned_rows(
            actor=world.as_actor(world.officer),
            paper=paper,
            decisions={hidden.id: "SIGNED"},
            handed_over_on=dt.date(2026, 1, 13),
            now=world.now + dt.timedelta(days=2),
        )


def test_whoever_packed_and_whoever_is_no_person_confirms_nothing(world: World) -> None:
    families_with_parcels(world)
    job = printed(world)
    paper = _read(world, flat_photo(job, MARKS))
    packer = world.as_actor(world.officer)
    parcel = SheetRow.objects.order_by("position")[0].parcel
    world.record(world.scan(parcel, "UNDO", undoes=ScanEvent.objects.get(parcel=parcel, step="PACK").id))
    world.record(world.scan(parcel, "PACK"), actor=packer)
    assert [shown.is_packer for shown in rows_for(paper=paper, actor=packer)] == [True, False, False]
    with nothing_written(), pytest.raises(SheetConfirmedByPacker):
        _confirm(world, paper, "SIGNED", "EMPTY", has_looked=False)
    for actor in (world.partner, world.as_actor(world.keeper), world.as_actor(world.courier)):
        with nothing_written(), pytest.raises(SheetNeedsPerson):
            _confirm(world, paper, "SIGNED", actor=actor, has_looked=False)
    assert [row.outcome for row in _confirm(world, paper, "SIGNED", actor=world.as_actor(world.approver))]


def test_what_was_decided_is_not_decided_otherwise(world: World) -> None:
    families_with_parcels(world)
    paper = _read(world, flat_photo(printed(world), MARKS))
    _confirm(world, paper, "SIGNED")
    with nothing_written(), pytest.raises(RowDecidedAlready):
        _confirm(world, paper, "EMPTY", has_looked=False)


def test_nobody_decides_on_a_box_that_they_were_not_shown(world: World) -> None:
    families_with_parcels(world)
    paper = _read(world, flat_photo(printed(world), MARKS))
    officer, rows = world.as_actor(world.officer), list(paper.rows.order_by("row__position"))
    look_at_all(world, paper, world.as_actor(world.approver))
    look_at_box(actor=officer, paper=paper, row_id=rows[0].id, now=world.now)
    for decision in RowDecision:
        with nothing_written(), pytest.raises(BoxNotLookedAt) as refused:
            _confirm(world, paper, "SIGNED", decision, has_looked=False)
        assert refused.value.facts["rows"] == [2], "what another one looked at does not count"
    assert [row.outcome for row in _confirm(world, paper, "SIGNED", has_looked=False)] == ["RECORDED"]


def test_a_row_without_a_box_may_be_called_empty(world: World) -> None:
    families_with_parcels(world)
    paper = _read(world, flat_photo(printed(world), MARKS))
    paper.rows.update(picture="", verdict="NOT_FOUND")
    assert [row.decision for row in _confirm(world, paper, "EMPTY", has_looked=False)] == ["EMPTY"]


def test_days_rows_and_jobs_that_cannot_be_are_refused(world: World) -> None:
    families_with_parcels(world)
    data = flat_photo(printed(world), MARKS)
    waiting = ask_to_read_sheets(actor=world.partner, files=[data], now=world.now)
    with nothing_written(), pytest.raises(FileNotReady):
        _confirm(world, waiting, "SIGNED", has_looked=False)
    paper = _read(world, data)
    officer, row = world.as_actor(world.officer), paper.rows.order_by("row__position")[0]
    now = world.now + dt.timedelta(days=2)
    look_at_all(world, paper, officer)
    for day in (dt.date(2026, 1, 11), dt.date(2026, 1, 15)):
        with nothing_written(), pytest.raises(HandOverDayWrong):
            confirm_returned_rows(actor=officer, paper=paper, decisions={row.id: "SIGNED"}, handed_over_on=day, now=now)
    with nothing_written(), pytest.raises(ReturnedRowMissing):
        confirm_returned_rows(
            actor=officer, paper=paper, decisions={new_id(): "SIGNED"}, handed_over_on=now.date(), now=now
        )
    with nothing_written(), pytest.raises(ReturnedRowMissing):
        look_at_box(actor=officer, paper=paper, row_id=new_id(), now=now)


def _png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("files", "refusal"),
    [
        ([], SheetFilesOutOfBounds),
        ([b"no picture at all"], PhotoUnreadable),
        ([b"GIF89a" + bytes(20)], PhotoUnreadable),
        ([bytes(40 * 1024 * 1024)], PhotoTooLarge),
        ([_png(6_000, 6_000)], PhotoTooLarge),
        ([_png(8, 8)] * (returned_requests.FILES_MAX + 1), SheetFilesOutOfBounds),
        ([b"%PDF-1.4" + bytes(33 * 1024 * 1024)] * 2, SheetFilesOutOfBounds),
        ([_png(8, 8), b"%PDF-1.4 and no more"], Refusal),
    ],
)
def test_what_is_no_photo_or_too_large_is_refused(world: World, files: list[bytes], refusal: type[Refusal]) -> None:
    with nothing_written(), pytest.raises(refusal):
        ask_to_read_sheets(actor=world.partner, files=files, now=world.now)
    assert not _files()


def test_all_files_together_have_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returned_requests, "PAGES_MAX", 2)
    with nothing_written(), pytest.raises(PdfTooLong):
        ask_to_read_sheets(actor=world.partner, files=[_png(8, 8)] * 3, now=world.now)
    token = new_id()
    first, second = (
        ask_to_read_sheets(actor=world.partner, files=[_png(8, 8)] * 2, now=world.now, token=token) for _ in range(2)
    )
    assert first == second


def test_a_worker_that_dies_reads_it_again(world: World) -> None:
    families_with_parcels(world)
    paper = ask_to_read_sheets(actor=world.partner, files=[flat_photo(printed(world), MARKS)], now=world.now)

    def crash(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_returned_paper(paper.id, crash)
    assert not ReturnedRow.objects.exists()
    read_returned_paper(paper.id)
    assert ReturnedRow.objects.count() == 3


def test_where_things_stand_on_paper_never_changes(world: World) -> None:
    families_with_parcels(world)
    printed(world)
    page = SheetPage.objects.get()
    for change in (lambda: SheetPage.objects.update(places={}), page.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert SheetPage.objects.get().places == page.places


def test_who_looks_at_a_box_is_noted_for_good(world: World) -> None:
    families_with_parcels(world)
    paper = _read(world, flat_photo(printed(world), MARKS))
    officer, rows = world.as_actor(world.officer), list(paper.rows.order_by("row__position"))
    later = world.now + dt.timedelta(hours=1)
    assert looks_at(paper) == []
    for actor, row, at in ((officer, rows[0], world.now), (officer, rows[0], later), (officer, rows[1], world.now)):
        look_at_box(actor=actor, paper=paper, row_id=row.id, now=at)
    look_at_box(actor=world.partner, paper=paper, row_id=rows[2].id, now=world.now)
    assert looks_at(paper) == [Looks("示例officer", 2, later), Looks("", 1, world.now)]
    assert BoxView.objects.count() == 4
    for statement in ("UPDATE press_boxview SET viewed_at = NULL", "DELETE FROM press_boxview"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_pictures_of_boxes_are_encrypted(world: World) -> None:
    families_with_parcels(world)
    _read(world, flat_photo(printed(world), MARKS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture FROM press_returnedrow")
        assert {row[0][:3] for row in cursor.fetchall()} == {"v1."}


def _files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).glob("returned/*") if path.is_file()]
