"""An erasure reaches what the way onto a list keeps of a family; who stood where stays, and the log holds."""

from pathlib import Path

import pytest
from django.conf import settings

from logistics.households.erasure import erase_person
from logistics.households.models import ErasureCause
from logistics.journal.committed import texts_of
from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.lists.models import ListEntry, ObjectionState
from logistics.lists.objections import answer_objection, raise_objection
from logistics.storage.erasing import Subject, holdings
from tests.books import seal_all
from tests.lists.conftest import WORDS, Listing


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
