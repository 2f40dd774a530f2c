"""Two people decide one row, or one is interrupted: the first word counts, and what is recorded agrees with it."""

import datetime as dt
import threading

import pytest
from django.db import connection

from logistics.deliveries.models import ScanEvent
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.press import returned_confirming
from logistics.press.returned_confirming import RowDecidedAlready, confirm_returned_rows
from logistics.press.returned_models import ReturnedPaper, ReturnedRow
from logistics.press.returned_reading import read_returned_paper
from logistics.press.returned_requests import ask_to_read_sheets
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.press.returning import families_with_parcels, flat_photo, look_at_all, printed

ROWS = 8
SECONDS_MAX = 60


def _paper(world: World, count: int) -> ReturnedPaper:
    families_with_parcels(world, count)
    photo = flat_photo(printed(world), ["name"] * count)
    paper = ask_to_read_sheets(actor=world.partner, files=[photo], now=world.now)
    read_returned_paper(paper.id)
    paper.refresh_from_db()
    for person in (world.officer, world.approver):
        look_at_all(world, paper, world.as_actor(person))
    return paper


def _confirm(world: World, actor: Actor, row: ReturnedRow, decision: str) -> list[ReturnedRow]:
    return confirm_returned_rows(
        actor=actor,
        paper=row.paper,
        decisions={row.id: decision},
        handed_over_on=dt.date(2026, 1, 13),
        now=world.now + dt.timedelta(days=2),
    )


def _decide(
    world: World, actor: Actor, row: ReturnedRow, decision: str, start: threading.Barrier, refused: list[str]
) -> threading.Thread:
    def run() -> None:
        start.wait(SECONDS_MAX)
        try:
            _confirm(world, actor, row, decision)
        except Refusal as refusal:
            refused.append(refusal.code)
        connection.close()

    return threading.Thread(target=run)


def _at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS_MAX)


def test_whoever_is_second_is_told_and_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = _paper(world, 1).rows.select_related("paper").get()
    officer, approver = world.as_actor(world.officer), world.as_actor(world.approver)
    sound = returned_confirming._decide

    def late(**words: object) -> None:
        monkeypatch.setattr(returned_confirming, "_decide", sound)
        _confirm(world, officer, row, "EMPTY")
        sound(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(returned_confirming, "_decide", late)
    with pytest.raises(RowDecidedAlready):
        _confirm(world, approver, row, "SIGNED")
    row.refresh_from_db()
    assert (row.decision, row.decided_by_id, row.outcome) == ("EMPTY", world.officer.id, "")
    assert not ScanEvent.objects.filter(step="HAND_OVER").exists()


def test_of_two_at_once_one_decides_and_the_books_agree(committed_world: World) -> None:
    world = committed_world
    rows = list(_paper(world, ROWS).rows.select_related("paper"))
    people = {"SIGNED": world.as_actor(world.officer), "EMPTY": world.as_actor(world.approver)}
    for row in rows:
        start = threading.Barrier(len(people))
        refused: list[str] = []

        _at_once([_decide(world, actor, row, decision, start, refused) for decision, actor in people.items()])
        row.refresh_from_db()
        state = Parcel.objects.get(id=row.row.parcel_id).state
        assert refused == ["row_decided_already"]
        assert row.decided_by_id == people[row.decision].holder_id
        assert (state, row.outcome, row.picture) == {
            "SIGNED": ("DELIVERED", "RECORDED", ""),
            "EMPTY": ("DISPATCHED", "", ""),
        }[row.decision]
    assert_books_close()


def test_two_who_say_the_same_hand_it_over_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = _paper(world, 1).rows.select_related("paper").get()
    officer, approver = world.as_actor(world.officer), world.as_actor(world.approver)
    sound = returned_confirming._decide

    def late(**words: object) -> None:
        monkeypatch.setattr(returned_confirming, "_decide", sound)
        _confirm(world, officer, row, "SIGNED")
        sound(**words)  # type: ignore[arg-type]

    monkeypatch.setattr(returned_confirming, "_decide", late)
    (told,) = _confirm(world, approver, row, "SIGNED")
    row.refresh_from_db()
    assert (told.outcome, row.outcome, row.decided_by_id) == ("REPEATED", "RECORDED", world.officer.id)
    assert ScanEvent.objects.filter(step="HAND_OVER").count() == 1


@pytest.mark.parametrize("broken", ["keep_proof", "record_scans", "_conclude"])
def test_who_is_interrupted_confirms_once_more(world: World, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    row = _paper(world, 1).rows.select_related("paper").get()
    officer = world.as_actor(world.officer)

    def killed(**words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(returned_confirming, broken, killed)
        with pytest.raises(KeyboardInterrupt):
            _confirm(world, officer, row, "SIGNED")
    row.refresh_from_db()
    assert (row.decision, row.outcome, row.is_unfinished) == ("SIGNED", "", True)
    assert row.picture, "the box is there until the vault has it"
    with nothing_written(), pytest.raises(RowDecidedAlready):
        _confirm(world, officer, row, "EMPTY")
    _confirm(world, world.as_actor(world.approver), row, "SIGNED")
    row.refresh_from_db()
    assert row.outcome == ("REPEATED" if broken == "_conclude" else "RECORDED")
    assert (row.is_open, row.picture, len(row.proof_sha256)) == (False, "", 64)
    assert ScanEvent.objects.filter(step="HAND_OVER").count() == 1
    assert Parcel.objects.get(id=row.row.parcel_id).state == "DELIVERED"
