"""The pages of sheets that come back: hand in, watch, decide beside the cut-out box."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from logistics.deliveries.models import ScanEvent
from logistics.parcels.models import Parcel
from logistics.press.returned_models import BoxView, ReturnedPaper, ReturnedRow
from logistics.press.returned_reading import read_returned_paper
from tests.cast import World
from tests.looking import nothing_written
from tests.press.returning import families_with_parcels, flat_photo, printed
from tests.web.conftest import Visitor

MARKS = ("name", "nothing", "tick")


def _sent(officer: Visitor, data: bytes):  # type: ignore[no-untyped-def]
    return officer.send("/returned-sheets", sheets=SimpleUploadedFile("sheet.jpg", data, "image/jpeg"))


@pytest.fixture
def paper(world: World, officer: Visitor) -> ReturnedPaper:
    families_with_parcels(world)
    sent = _sent(officer, flat_photo(printed(world), MARKS))
    found = ReturnedPaper.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/returned-sheets/{found.id}")
    waiting = officer.get(f"/returned-sheets/{found.id}")
    assert waiting.headers["Refresh"] == "1"
    assert "<progress" in waiting.content.decode()
    read_returned_paper(found.id)
    return found


def _rows(paper: ReturnedPaper) -> list[ReturnedRow]:
    return list(paper.rows.order_by("row__position"))


def test_an_officer_decides_beside_each_box(world: World, officer: Visitor, paper: ReturnedPaper) -> None:
    page = officer.get(f"/returned-sheets/{paper.id}").content.decode()
    rows = _rows(paper)
    for row, chosen in zip(rows, ("SIGNED", "EMPTY", ""), strict=True):
        picture = officer.get(f"/returned-sheets/{paper.id}/boxes/{row.id}.jpg")
        assert picture.content.startswith(b"\xff\xd8")
        assert picture.headers["Cache-Control"] == "no-store"
        assert f"boxes/{row.id}.jpg" in page
        checked = page.split(f'name="row-{row.id}" value="{chosen}"')[1].split(">")[0]
        assert "checked" in checked, "what the camera saw plainly is proposed, a doubt is left open"
        assert row.row.parcel.household.reference in page  # type: ignore[union-attr]
    assert "示例家庭" not in page
    assert BoxView.objects.filter(viewer_id=world.officer.id).count() == 3
    seen = " ".join(officer.get(f"/returned-sheets/{paper.id}").content.decode().split())
    assert "示例officer · 3 个方框" in seen and "谁看过这些方框" in seen

    said = {f"row-{rows[0].id}": "SIGNED", f"row-{rows[1].id}": "EMPTY", f"row-{rows[2].id}": ""}
    answer = officer.client.post(
        f"/returned-sheets/{paper.id}", {"handed_over_on": str(timezone.localdate()), **said}, follow=True
    ).content.decode()
    assert "1 次签收" in answer
    states = dict(Parcel.objects.values_list("id", "state"))
    assert [states[row.row.parcel_id] for row in rows] == ["DELIVERED", "DISPATCHED", "DISPATCHED"]
    assert f"/parcels/{rows[0].row.parcel.code.text}/proofs" in answer
    assert f'name="row-{rows[2].id}"' in answer, "what was left for later is still open"
    assert f'name="row-{rows[0].id}"' not in answer


def test_what_was_not_on_the_screen_stays_open(officer: Visitor, paper: ReturnedPaper) -> None:
    rows, path = _rows(paper), f"/returned-sheets/{paper.id}"
    said = {"handed_over_on": str(timezone.localdate()), **{f"row-{row.id}": "SIGNED" for row in rows}}
    page = officer.get(path).content.decode()
    assert page.count("data-box=") == 3 and "web/shown_boxes.js" in page, "the script fetches what is on the screen"
    with nothing_written():
        refused = officer.client.post(path, said)
    assert refused.status_code == 422
    assert "请先看方框再确认：第 1, 2, 3 行" in refused.content.decode()
    officer.get(f"{path}/boxes/{rows[1].id}.jpg")
    answer = officer.client.post(path, said, follow=True).content.decode()
    assert "1 次签收" in answer and "第 1, 3 行" in answer
    assert [row.decision for row in _rows(paper)] == ["", "SIGNED", ""]


def test_a_refusal_stands_on_the_page_and_changes_nothing(officer: Visitor, paper: ReturnedPaper) -> None:
    row = _rows(paper)[0]
    officer.get(f"/returned-sheets/{paper.id}/boxes/{row.id}.jpg")
    for day in ("2001-01-01", "2999-01-01", ""):
        with nothing_written():
            refused = officer.client.post(
                f"/returned-sheets/{paper.id}", {"handed_over_on": day, f"row-{row.id}": "SIGNED"}
            )
        assert refused.status_code == 422
        assert 'role="alert"' in refused.content.decode()
    with nothing_written():
        wrong = {"handed_over_on": str(timezone.localdate()), f"row-{row.id}": "PERHAPS"}
        assert officer.client.post(f"/returned-sheets/{paper.id}", wrong).status_code == 422
    assert not ScanEvent.objects.filter(step="HAND_OVER").exists()


def test_whoever_packed_finds_the_row_closed(world: World, officer: Visitor, paper: ReturnedPaper) -> None:
    row = _rows(paper)[0]
    pack = ScanEvent.objects.get(parcel=row.row.parcel, step="PACK")
    world.record(world.scan(row.row.parcel, "UNDO", undoes=pack.id))
    world.record(world.scan(row.row.parcel, "PACK"), actor=world.as_actor(world.officer))
    page = officer.get(f"/returned-sheets/{paper.id}").content.decode()
    assert f'name="row-{row.id}"' not in page
    assert "由另一人" in page


@pytest.mark.parametrize("data", [b"no picture", b"%PDF-1.4 broken", b""])
def test_a_file_that_is_no_sheet_is_refused_beside_the_field(officer: Visitor, data: bytes) -> None:
    with nothing_written():
        refused = _sent(officer, data)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()


def test_a_sheet_of_others_is_told_as_unknown(world: World, officer: Visitor) -> None:
    families_with_parcels(world)
    data = flat_photo(printed(world), MARKS)
    stranger = Visitor("stranger")
    _sent(stranger, data)
    paper = ReturnedPaper.objects.get()
    read_returned_paper(paper.id)
    assert "第 1 页" in stranger.get(f"/returned-sheets/{paper.id}").content.decode()
    assert officer.get(f"/returned-sheets/{paper.id}").status_code == 404
    with nothing_written():
        assert officer.get(f"/returned-sheets/{paper.id}/boxes/{paper.id}.jpg").status_code == 404


def test_an_empty_list_says_what_to_do_and_others_find_no_such_page(
    officer: Visitor, keeper: Visitor, auditor: Visitor
) -> None:
    assert "/papers" in officer.get("/returned-sheets").content.decode()
    assert keeper.get("/returned-sheets").status_code == 404
    assert auditor.get("/returned-sheets").status_code == 404
