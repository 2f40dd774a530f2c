"""Somebody writes of a family and has not committed when it is erased, and the other way round: nothing is left."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from logistics.households.consents import withdraw_member_consent
from logistics.households.duplicates import PairDecided
from logistics.households.erasure import erase_person
from logistics.households.merges import MergedSince
from logistics.households.models import Household
from logistics.households.persons import standing_household
from logistics.households.standing import PersonErased
from logistics.kernel.refusals import Refusal
from logistics.lists.applications import accept_application
from logistics.lists.objections import NumberNotOnNotice, raise_objection
from logistics.replies.cards import record_reply, release_reply
from logistics.replies.subjects import subject_behind
from logistics.sponsorships.actions import end_sponsorship
from logistics.sponsorships.letters import LetterConsentMissing, release_letter
from logistics.storage.erasures import ErasureTooEarly
from logistics.storage.rows import new_id
from tests.cast import World
from tests.households.test_duplicates import again, merged
from tests.households.test_erasure import said_of
from tests.lists.conftest import make_listing
from tests.replies.stage import card_of, consent_of, delivered
from tests.sponsorships.test_sponsorships import _begun, _letter

Work = Callable[[], object]
CANARY = "金丝雀"
# Long enough for a statement that is not held up to be through.
HELD_SECONDS = 1.0

pytestmark = pytest.mark.engine("postgresql")


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of erasures lies beside the keys: here in a folder of the test's own."""
    ring = tmp_path / "data-keys.json"
    ring.write_bytes(Path(settings.DATA_KEYS).read_bytes())
    monkeypatch.setattr(settings, "DATA_KEYS", ring)


def while_open(first: Work, second: Work) -> tuple[object, object]:
    """Begin the second when the first has written and not committed; returns what became of each."""
    has_written, may_commit, ends = threading.Event(), threading.Event(), {}

    def run(name: str, work: Work) -> None:
        try:
            ends[name] = work()
        except Refusal as refusal:
            ends[name] = refusal
        finally:
            has_written.set()
            connection.close()

    def held() -> object:
        with transaction.atomic():
            found = first()
            has_written.set()
            may_commit.wait(30)
            return found

    one, other = (threading.Thread(target=run, args=named) for named in (("first", held), ("second", second)))
    one.start()
    assert has_written.wait(30)
    other.start()
    other.join(HELD_SECONDS)
    may_commit.set()
    one.join()
    other.join()
    return ends["first"], ends["second"]


def _erasing(world: World, family: Household | None = None) -> Work:
    actor = world.as_actor(world.officer)
    return lambda: erase_person(actor=actor, household=family or world.family, cause="ASKED", now=world.now)


def _reply(world: World) -> Work:
    subject = subject_behind(card_of(world, delivered(world)).text, within=world.county)
    courier, officer = world.as_actor(world.courier), world.as_actor(world.officer)
    row = record_reply(actor=courier, subject=subject, text="谢谢", now=world.now, token=new_id())
    return lambda: release_reply(actor=officer, reply=row, text=f"谢谢{CANARY}", has_looked=True, now=world.now)


def _release(world: World) -> Work:
    consent_of(world, "SPONSOR", "LETTER")
    row, officer = _begun(world), world.as_actor(world.officer)
    letter = _letter(world, row, "谢谢阿姨")
    today = timezone.localdate(world.now)
    end_sponsorship(actor=officer, sponsorship=row, reason="GREW_OUT", thanks="", on=today, now=world.now)
    return lambda: release_letter(actor=officer, letter=letter, text=f"谢谢{CANARY}", has_looked=True, now=world.now)


def _reviewed(world: World) -> Work:
    listing = make_listing(world)
    listing.rules()
    filed = listing.file(world.family)
    text = f"{CANARY}家的情况属实，入户看过。"
    return lambda: accept_application(actor=listing.reviewer, application=filed, text=text, now=world.now)


def _objected(world: World) -> Work:
    listing = make_listing(world)
    listing.rules()
    (accepted,) = listing.accepted(world.family)
    notice = listing.notice()
    text = f"{CANARY}家另有住房，请核实。"
    return lambda: raise_objection(notice=notice, number=accepted.reference, text=text, now=world.now)


def _scanned(world: World) -> Work:
    parcel, other = delivered(world), world.other_device()
    scan = world.scan(parcel, "HAND_OVER", detail={"collector": CANARY})
    return lambda: world.record(scan, actor=other)


WRITERS = {
    "reply": _reply,
    "letter": _release,
    "review": _reviewed,
    "objection": _objected,
    "scan": _scanned,
}


@pytest.mark.parametrize("what", WRITERS)
def test_what_is_being_written_goes_too(committed_world: World, what: str) -> None:
    world = committed_world
    written, erased = while_open(WRITERS[what](world), _erasing(world))
    assert not isinstance(written, Refusal), written
    if isinstance(erased, ErasureTooEarly):
        # What was written has opened something: it is finished first.
        return
    assert CANARY not in said_of(world.family)


@pytest.mark.parametrize("what", WRITERS)
def test_what_comes_while_it_is_erased_is_refused(committed_world: World, what: str) -> None:
    world = committed_world
    work = WRITERS[what](world)
    erased, written = while_open(_erasing(world), work)
    assert not isinstance(erased, Refusal), erased
    # A stranger who objects is told what anybody is told of a number that never was.
    refusal = NumberNotOnNotice if what == "objection" else PersonErased
    assert isinstance(written, refusal) or what == "scan", written
    assert CANARY not in said_of(world.family)


def test_a_parcel_that_is_being_planned_is_waited_for(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(1)
    planned, erased = while_open(lambda: world.plan()[0], _erasing(world))
    assert not isinstance(planned, Refusal) and isinstance(erased, ErasureTooEarly)


def test_a_letter_is_not_released_once_the_consent_is_taken_back(committed_world: World) -> None:
    world = committed_world
    release, officer = _release(world), world.as_actor(world.officer)
    _, released = while_open(
        lambda: withdraw_member_consent(actor=officer, member=world.girl, scope="LETTER", now=world.now), release
    )
    assert isinstance(released, LetterConsentMissing)


def test_merges_that_cross_make_no_ring(committed_world: World) -> None:
    """A into B, B into C, C into A, at once: whoever asks for the family ends at one that stands."""
    from logistics.households.duplicate_models import DuplicatePair
    from tests.journal.test_races import _at_once

    world = committed_world
    rows = [again(world, head=f"示例{number}") for number in range(3)]
    pairs = [
        DuplicatePair.objects.create(
            organisation=world.county, first=rows[one], second=rows[other], score=90, agreements=[], found_at=world.now
        )
        for one, other in ((0, 1), (1, 2), (0, 2))
    ]
    sides = ("FIRST", "FIRST", "SECOND")
    results = _at_once(lambda number: merged(world, pairs[number % 3], survivor=sides[number % 3]))
    refused = [result for result in results if isinstance(result, Refusal)]
    assert {type(refusal) for refusal in refused} <= {MergedSince, PairDecided}
    ends = [standing_household(Household.objects.get(id=row.id)) for row in rows]
    assert all(end.merged_into_id is None for end in ends)
