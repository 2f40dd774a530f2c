"""An erasure reaches the boxes of signed sheets too, also while somebody is recording them."""

import datetime as dt

import pytest
from django.core.files.storage import default_storage

from logistics.deliveries.models import ScanEvent
from logistics.deliveries.proofs import erasures_of
from logistics.households.erasure import erase_person
from logistics.households.proof_models import KeptProof
from logistics.households.reasons import ReasonMissing
from logistics.press import returned_confirming
from logistics.press.erasing import erase_kept_of
from logistics.press.returned_confirming import RowNotSeen, confirm_returned_rows
from logistics.press.returned_looks import look_at_box
from logistics.press.returned_models import ReturnedPaper, ReturnedRow
from logistics.press.returned_reading import read_returned_paper
from logistics.press.returned_reads import ReturnedRowMissing
from logistics.press.returned_requests import ask_to_read_sheets
from tests.cast import World
from tests.looking import nothing_written
from tests.press.returning import families_with_parcels, flat_photo, look_at_all, printed


@pytest.fixture
def paper(world: World) -> ReturnedPaper:
    families_with_parcels(world)
    photo = flat_photo(printed(world), ("name", "nothing", "tick"))
    asked = ask_to_read_sheets(actor=world.partner, files=[photo], now=world.now)
    read_returned_paper(asked.id)
    asked.refresh_from_db()
    look_at_all(world, asked, world.as_actor(world.officer))
    return asked


def _row(paper: ReturnedPaper) -> ReturnedRow:
    return paper.rows.select_related("row__parcel__household").order_by("row__position")[0]


def _erase(world: World, row: ReturnedRow, reason: str = "家属要求删除") -> int:
    family = row.row.parcel.household
    assert family
    return erase_kept_of(actor=world.as_actor(world.officer), household=family, reason=reason, now=world.now)


def _confirm(world: World, row: ReturnedRow) -> list[ReturnedRow]:
    return confirm_returned_rows(
        actor=world.as_actor(world.officer),
        paper=row.paper,
        decisions={row.id: "SIGNED"},
        handed_over_on=dt.date(2026, 1, 13),
        now=world.now + dt.timedelta(days=2),
    )


def test_the_box_of_a_family_goes_and_those_of_others_stay(world: World, paper: ReturnedPaper) -> None:
    row = _row(paper)
    with nothing_written(), pytest.raises(ReasonMissing):
        _erase(world, row, " ")
    assert _erase(world, row) == 1
    assert [bool(one.picture) for one in paper.rows.order_by("row__position")] == [False, True, True]
    (told,) = erasures_of(row.row.parcel.household)  # type: ignore[arg-type]
    assert told.after == {"scans_erased": 1}
    with nothing_written(), pytest.raises(ReturnedRowMissing):
        look_at_box(actor=world.as_actor(world.officer), paper=paper, row_id=row.id, now=world.now)
    with nothing_written(), pytest.raises(RowNotSeen):
        _confirm(world, row)


def test_a_box_whose_parcel_was_handed_over_at_the_door_goes_too(world: World, paper: ReturnedPaper) -> None:
    row = _row(paper)
    world.walk(row.row.parcel, "HAND_OVER")
    assert _confirm(world, row)[0].outcome == "ALREADY_DELIVERED"
    assert _row(paper).picture
    assert _erase(world, row) >= 1
    assert not _row(paper).picture


def test_a_recorded_box_goes_as_a_proof(world: World, paper: ReturnedPaper) -> None:
    row = _row(paper)
    _confirm(world, row)
    assert _erase(world, row) == 1
    proof = KeptProof.objects.get()
    assert (proof.file_key, default_storage.exists(proof.path)) == ("", False)


@pytest.mark.parametrize("before", ["keep_proof", "_is_erased", "record_scans", "_conclude"])
def test_an_erasure_while_it_is_recorded_leaves_no_picture(
    world: World, paper: ReturnedPaper, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    row, sound = _row(paper), getattr(returned_confirming, before)

    def late(*given: object, **words: object) -> object:
        _erase(world, row)
        return sound(*given, **words)

    monkeypatch.setattr(returned_confirming, before, late)
    if before in {"keep_proof", "_is_erased"}:
        with pytest.raises(RowNotSeen):
            _confirm(world, row)
        assert not ScanEvent.objects.filter(step="HAND_OVER").exists()
    else:
        _confirm(world, row)
    assert not _row(paper).picture
    proof = KeptProof.objects.get()
    assert (proof.file_key, default_storage.exists(proof.path)) == ("", False)


def test_a_photo_that_waited_while_a_family_was_erased_keeps_no_box_of_it(world: World) -> None:
    parcel = families_with_parcels(world)[0]
    photo = flat_photo(printed(world), ("name", "name", "name"))
    asked = ask_to_read_sheets(actor=world.partner, files=[photo], now=world.now)
    world.walk(parcel, "HAND_OVER")
    family = parcel.household
    assert family
    erase_person(actor=world.as_actor(world.officer), household=family, cause="ASKED", now=world.now)
    read_returned_paper(asked.id)
    kept = {row.row.parcel_id: bool(row.picture) for row in asked.rows.select_related("row")}
    assert kept.pop(parcel.id) is False
    assert list(kept.values()) == [True, True]
