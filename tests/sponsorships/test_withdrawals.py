"""A letter that was released by mistake is taken back: once, with a reason, sealed, and shown to nobody."""

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.journal.verifying import verified_journal
from logistics.sponsorships.actions import SponsorshipNotYours, begin_sponsorship
from logistics.sponsorships.letters import LetterTextOutOfBounds, keep_back_letter, record_letter, release_letter
from logistics.sponsorships.models import Letter, LetterWithdrawal, Sponsorship
from logistics.sponsorships.reads import sponsor_view_for, sponsorship_view_for
from logistics.sponsorships.withdrawals import (
    REASON_LENGTH_MAX,
    REASON_LENGTH_MIN,
    LetterNotReleased,
    withdraw_letter,
)
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import consent_of


@pytest.fixture
def pair(world: World) -> Sponsorship:
    """A girl and her sponsor."""
    consent_of(world, "SPONSOR", "LETTER")
    return begin_sponsorship(
        actor=world.as_actor(world.officer),
        fund=world.girls_fund,
        donor=world.donor,
        member=world.girl,
        alias="小葵",
        stage="PRIMARY_UPPER",
        yearly_minor=120_000,
        started_on=world.now.date(),
        now=world.now,
        token=new_id(),
    )


def _letter(world: World, pair: Sponsorship, *, is_own: bool = False, is_released: bool = True) -> Letter:
    actor = None if is_own else world.as_actor(world.approver)
    said = {"sponsorship": pair, "direction": "TO_SPONSOR", "text": "我住在河边", "now": world.now, "token": new_id()}
    letter = record_letter(actor=actor, **said)  # type: ignore[arg-type] -- a test's own words
    if is_released:
        release_letter(actor=world.as_actor(world.officer), letter=letter, text="住在河边", now=world.now)
    return letter


def test_what_was_taken_back_is_shown_no_more(world: World, pair: Sponsorship) -> None:
    officer, today = world.as_actor(world.officer), world.now.date()
    for is_own in (False, True):
        letter = _letter(world, pair, is_own=is_own)
        assert [one.decided for one in sponsor_view_for(pair, today=today).letters] == ["住在河边"]
        withdraw_letter(actor=officer, letter=letter, reason="暗示了住址", now=world.now)
        assert sponsor_view_for(pair, today=today).letters == []
    seen = sponsorship_view_for(pair, today=today).letters
    assert {(one.state, one.decided, one.withdrawn_by_id) for one in seen} == {
        ("WITHDRAWN", "暗示了住址", world.officer.id)
    }
    assert verified_journal(progress=lambda done, total: None)[0] is None


def test_only_what_was_released_and_once(world: World, pair: Sponsorship) -> None:
    officer = world.as_actor(world.officer)
    waiting, kept_back = (_letter(world, pair, is_released=False) for _ in range(2))
    keep_back_letter(actor=officer, letter=kept_back, reason="留了地址", now=world.now)
    gone = _letter(world, pair)
    withdraw_letter(actor=officer, letter=gone, reason="暗示了住址", now=world.now)
    for letter in (waiting, kept_back, gone):
        with nothing_written(), pytest.raises(LetterNotReleased):
            withdraw_letter(actor=officer, letter=letter, reason="暗示了住址", now=world.now)


def test_by_an_officer_and_with_a_reason_in_its_bounds(world: World, pair: Sponsorship) -> None:
    letter = _letter(world, pair)
    for person in (world.courier, world.keeper):
        with nothing_written(), pytest.raises(SponsorshipNotYours):
            withdraw_letter(actor=world.as_actor(person), letter=letter, reason="暗示了住址", now=world.now)
    for length in (0, REASON_LENGTH_MIN - 1, REASON_LENGTH_MAX + 1):
        with nothing_written(), pytest.raises(LetterTextOutOfBounds):
            withdraw_letter(actor=world.as_actor(world.officer), letter=letter, reason="长" * length, now=world.now)
    for length in (REASON_LENGTH_MIN, REASON_LENGTH_MAX):
        said = {"letter": _letter(world, pair), "reason": "长" * length, "now": world.now}
        withdraw_letter(actor=world.as_actor(world.approver), **said)  # type: ignore[arg-type] -- a test's own words


def test_it_stays_and_a_change_is_found(world: World, pair: Sponsorship) -> None:
    letter = _letter(world, pair)
    withdraw_letter(actor=world.as_actor(world.officer), letter=letter, reason="暗示了住址", now=world.now)
    for statement in ("DELETE FROM {}", "UPDATE {} SET reason_commitment = 'x'"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(LetterWithdrawal._meta.db_table))
    again = LetterWithdrawal(letter=letter, reason_commitment="x", withdrawn_by_id=new_id(), withdrawn_at=world.now)
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save(force_insert=True)
