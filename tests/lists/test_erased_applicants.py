"""An erasure reaches what the way onto a list keeps of a family; who stood where stays, and the log holds."""

from pathlib import Path

import pytest
from django.conf import settings

from logistics.households.erasure import erase_person, export_of, kept_of
from logistics.journal.committed import texts_of
from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.lists.models import ListEntry, ObjectionState
from logistics.lists.objections import (
    NumberNotOnNotice,
    answer_objection,
    raise_objection,
    texts_of_objections,
)
from logistics.storage.erasing import Subject, holdings
from logistics.storage.erasures import ErasureCause
from tests.books import seal_all
from tests.lists.conftest import WORDS, Listing
from tests.looking import nothing_written
from tests.web.conftest import Visitor


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of erasures lies beside the keys: here in a folder of the test's own."""
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def test_texts_points_and_objections_go_and_the_places_stay(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    gone, stays = listing.family(), listing.family()
    listing.accepted(gone, stays)
    notice = listing.notice()
    number = gone.applications.get().reference
    objection = raise_objection(notice=notice, number=number, text="金丝雀家另有住房。", now=listing.now)
    answer_objection(
        actor=listing.approver, objection=objection, is_upheld=False, text="金丝雀家的住房是借的。", now=listing.now
    )
    listing.approve(listing.draft(notice))
    before = CommittedText.objects.count()
    subject = Subject(gone.id, tuple(gone.members.values_list("id", flat=True)), is_whole=True)
    kept = next(holding for holding in holdings() if holding.name == "lists.texts")
    said = [text for row in kept.say(subject) for text in row.values()]
    assert {WORDS, "金丝雀家另有住房。", "金丝雀家的住房是借的。"} <= set(map(str, said))
    erase_person(actor=listing.approver, household=gone, cause=ErasureCause.WITHDRAWN, now=listing.now)
    assert list(kept.say(subject)) == []
    assert CommittedText.objects.count() < before
    entry = ListEntry.objects.get(application__household=stays)
    assert texts_of([entry.id])[entry.id]["parts"]
    assert ListEntry.objects.filter(application__household=gone).exists()
    objection.refresh_from_db()
    assert objection.state == ObjectionState.DISMISSED
    seal_all(listing.world)
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None


def test_an_objection_without_a_number_goes_with_the_family_that_it_names(listing: Listing) -> None:
    listing.rules()
    gone, stays = listing.family(), listing.family()
    listing.accepted(gone, stays)
    notice = listing.notice()
    said = [
        raise_objection(notice=notice, text=f"听说{row.head_name}家有车", contact="13800000009", now=listing.now)
        for row in (gone, stays)
    ]
    answer_objection(
        actor=listing.approver, objection=said[0], is_upheld=False, text="核实过，没有车。", now=listing.now
    )
    assert {part.name: part.count for part in kept_of(gone)}["lists.objections"] == 1
    assert "有车" not in str(export_of(gone)), "it may be of somebody else with the same name"
    erase_person(actor=listing.approver, household=gone, cause=ErasureCause.ASKED, now=listing.now)
    texts = texts_of_objections(said)
    assert texts[said[0].id] == {}
    assert texts[said[1].id]["contact"] == "13800000009"


def test_the_export_does_not_say_how_to_reach_who_objected(listing: Listing) -> None:
    listing.rules()
    family = listing.family()
    listing.accepted(family)
    number = family.applications.get().reference
    raise_objection(notice=listing.notice(), number=number, text="这家有车", contact="13800000009", now=listing.now)
    said = str(export_of(family))
    assert "这家有车" in said
    assert "13800000009" not in said


@pytest.mark.parametrize("whom", ["family", "child"])
def test_a_stranger_is_told_of_nobody_who_was_erased(
    listing: Listing, monkeypatch: pytest.MonkeyPatch, whom: str
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: listing.now)
    world = listing.world
    programme, member = (world.spring, world.girl) if whom == "child" else (world.warm, None)
    listing.rules(programme)
    world.give_money(100_000, fund=world.girls_fund)
    number = listing.accept(listing.file(world.family, member, programme=programme)).reference
    notice = listing.notice(programme)
    page, unknown = f"/notices/{notice.id}", "A-ZZZZZZZZ"
    assert number in Visitor().get(page).content.decode()
    erase_person(actor=listing.approver, household=world.family, member=member, cause="ASKED", now=listing.now)
    with nothing_written(), pytest.raises(NumberNotOnNotice):
        raise_objection(notice=notice, number=number, text="这家有车", now=listing.now)
    assert _answer_to(page, number) == _answer_to(page, unknown)
    assert number not in Visitor().get(page).content.decode()


def _answer_to(page: str, number: str) -> list[str]:
    """Return the lines of the page that refuses an objection to a number, without what is made anew each time."""
    answer = Visitor().send(page, text="这家有车", number=number)
    assert answer.status_code == 422
    lines = answer.content.decode().replace(number, "A").splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line and 'name="once"' not in line]
