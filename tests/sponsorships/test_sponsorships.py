"""One sponsor, one child: consent first, never a name, the yearly grant within the fund's terms, letters looked at."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from logistics.grants.actions import approve_grant, pay_grant, return_grant
from logistics.households.consents import record_member_consent, withdraw_member_consent
from logistics.households.eligibility import BeneficiaryOutsideTerms
from logistics.journal.verifying import verified_journal
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.sponsorships.actions import (
    ALIAS_LENGTH_MAX,
    YEARS_MAX,
    AliasTells,
    SponsoredAlready,
    SponsorshipConsentMissing,
    SponsorshipNotYours,
    SponsorshipOutOfBounds,
    SponsorshipOver,
    ThanksTell,
    YearPlanned,
    begin_sponsorship,
    end_sponsorship,
    move_on,
    plan_year,
)
from logistics.sponsorships.letters import (
    WAITING_MAX,
    LetterConsentMissing,
    LetterDecided,
    LetterMarksUnseen,
    LetterReleasedByRecorder,
    LettersWaiting,
    LetterTextOutOfBounds,
    keep_back_letter,
    record_letter,
    release_letter,
)
from logistics.sponsorships.models import Letter, LetterDecision, Sponsorship
from logistics.sponsorships.reads import (
    SponsorshipMissing,
    get_sponsorship,
    letters_waiting,
    outgrown,
    sponsor_view_for,
    sponsorship_view_for,
)
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import consent_of, someone


def _begun(world: World, **more: object) -> Sponsorship:
    values = {
        "actor": world.as_actor(world.officer),
        "fund": world.girls_fund,
        "donor": world.donor,
        "member": world.girl,
        "alias": "小葵",
        "stage": "PRIMARY_UPPER",
        "yearly_minor": 120_000,
        "started_on": world.now.date(),
        "now": world.now,
        "token": new_id(),
        **more,
    }
    return begin_sponsorship(**values)  # type: ignore[arg-type] -- a test's own words


def _letter(world: World, row: Sponsorship, text: str, direction: str = "TO_SPONSOR", *, own: bool = False) -> Letter:
    actor = None if own else world.as_actor(world.approver)
    return record_letter(actor=actor, sponsorship=row, direction=direction, text=text, now=world.now, token=new_id())


def test_no_consent_no_sponsorship(world: World) -> None:
    with nothing_written(), pytest.raises(SponsorshipConsentMissing):
        _begun(world)
    consent_of(world, "SPONSOR")
    token = new_id()
    row = _begun(world, token=token)
    assert _begun(world, token=token) == row
    with nothing_written(), pytest.raises(SponsoredAlready):
        _begun(world)
    with nothing_written(), pytest.raises(SponsorshipNotYours):
        _begun(world, actor=world.as_actor(world.keeper))
    with pytest.raises(SponsorshipMissing):
        get_sponsorship(sponsorship_id=row.id, organisation=world.stranger_county)


def test_an_alias_tells_nothing_and_bounds_are_kept(world: World) -> None:
    consent_of(world, "SPONSOR")
    for alias in ("", "长" * (ALIAS_LENGTH_MAX + 1), "示例女童", "示例\u200b女童", "小童", "示例镇中心小学"):
        with nothing_written(), pytest.raises(AliasTells):
            _begun(world, alias=alias)
    for more in ({"yearly_minor": 0}, {"stage": "KINDERGARTEN"}, {"started_on": dt.date(2020, 1, 1)}):
        with nothing_written(), pytest.raises(SponsorshipOutOfBounds):
            _begun(world, **more)
    _begun(world, alias="葵" * ALIAS_LENGTH_MAX)


def test_each_year_has_its_grant_within_the_fund_s_terms(world: World) -> None:
    consent_of(world, "SPONSOR")
    world.give_money(500_000, fund=world.girls_fund)
    row, officer, today = _begun(world), world.as_actor(world.officer), world.now.date()

    def states(day: dt.date) -> list[str]:
        return [year.state for year in sponsorship_view_for(row, today=day).years]

    assert (states(today), states(today + dt.timedelta(days=1))) == (["DUE"], ["OVERDUE"])
    grant = plan_year(actor=officer, sponsorship=row, year=0, now=world.now)
    assert (grant.amount_minor, grant.beneficiary, states(today)) == (120_000, world.girl, ["PLANNED"])
    with nothing_written(), pytest.raises(YearPlanned):
        plan_year(actor=officer, sponsorship=row, year=0, now=world.now)
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    pay_grant(grant=grant, actor=world.partner, now=world.now)
    assert states(today + dt.timedelta(days=366)) == ["PAID", "OVERDUE"]
    return_grant(grant=grant, actor_id=world.officer.id, now=world.now)
    assert states(today) == ["DUE"]
    assert plan_year(actor=officer, sponsorship=row, year=0, now=world.now) != grant
    for year in (-1, YEARS_MAX):
        with nothing_written(), pytest.raises(SponsorshipOutOfBounds):
            plan_year(actor=officer, sponsorship=row, year=year, now=world.now)


def test_a_girls_fund_refuses_a_boy_also_here(world: World) -> None:
    record_member_consent(
        actor=world.as_actor(world.officer),
        member=world.boy,
        scopes=["SPONSOR"],
        guardian=_guardian(world),
        now=world.now,
    )
    row = _begun(world, member=world.boy)
    with nothing_written(), pytest.raises(BeneficiaryOutsideTerms):
        plan_year(actor=world.as_actor(world.officer), sponsorship=row, year=0, now=world.now)


def _guardian(world: World):  # type: ignore[no-untyped-def]
    from logistics.households.guardians import note_guardian

    officer = world.as_actor(world.officer)
    return note_guardian(actor=officer, ward=world.boy, name="示例奶奶", relation="祖母", now=world.now)


def test_letters_go_through_another_person_both_ways(world: World) -> None:
    consent_of(world, "SPONSOR", "LETTER")
    row, officer = _begun(world), world.as_actor(world.officer)
    own = _letter(world, row, "加我微信abc12345，我去少云镇看你", own=True)
    child = _letter(world, row, "我叫示例女童，我会努力")
    assert list(letters_waiting(world.county)) == [own, child]
    for letter, text in ((own, "加我微信abc12345"), (child, "我叫示例女童"), (child, "我叫示\u200b例女童")):
        with nothing_written(), pytest.raises(LetterMarksUnseen):
            release_letter(actor=officer, letter=letter, text=text, now=world.now)
    with nothing_written(), pytest.raises(LetterReleasedByRecorder):
        release_letter(actor=world.as_actor(world.approver), letter=child, text="我会努力", now=world.now)
    release_letter(actor=officer, letter=child, text="我会努力", now=world.now)
    keep_back_letter(actor=officer, letter=own, reason="留了联系方式", now=world.now)
    with nothing_written(), pytest.raises(LetterDecided):
        release_letter(actor=officer, letter=own, text="你好", now=world.now)
    seen = sponsor_view_for(row, today=world.now.date())
    assert [(one.direction, one.text, one.decided) for one in seen.letters] == [("TO_SPONSOR", "", "我会努力")]
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None
    decision = LetterDecision.objects.get(letter=child)
    decision.pk, decision.decided_by_id = new_id(), decision.recorded_by_id
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        decision.save(force_insert=True)


def test_without_consent_no_letter_of_the_child_is_shown(world: World) -> None:
    consent_of(world, "SPONSOR")
    row, officer = _begun(world), world.as_actor(world.officer)
    letter = _letter(world, row, "我会努力")
    with nothing_written(), pytest.raises(LetterConsentMissing):
        release_letter(actor=officer, letter=letter, text="我会努力", now=world.now)
    consent_of(world, "LETTER")
    release_letter(actor=officer, letter=letter, text="我会努力", now=world.now)
    assert len(sponsor_view_for(row, today=world.now.date()).letters) == 1
    withdraw_member_consent(actor=officer, member=world.girl, scope="SPONSOR", reason="不再愿意", now=world.now)
    assert sponsor_view_for(row, today=world.now.date()).letters == []


def test_a_consent_that_was_withdrawn_ends_letters_and_grants(world: World) -> None:
    consent_of(world, "SPONSOR", "LETTER")
    row, officer = _begun(world), world.as_actor(world.officer)
    _letter(world, row, "我会努力")
    withdraw_member_consent(actor=officer, member=world.girl, scope="SPONSOR", reason="不再愿意", now=world.now)
    for own in (False, True):
        with nothing_written(), pytest.raises(SponsorshipConsentMissing):
            _letter(world, row, "你好", own=own)
    with nothing_written(), pytest.raises(SponsorshipConsentMissing):
        plan_year(actor=officer, sponsorship=row, year=0, now=world.now)


def test_letters_keep_their_bounds(world: World) -> None:
    consent_of(world, "SPONSOR")
    row = _begun(world)
    for text in ("短"[:1], "长" * (TEXT_LENGTH_MAX + 1)):
        with nothing_written(), pytest.raises(LetterTextOutOfBounds):
            _letter(world, row, text)
    with nothing_written(), pytest.raises(SponsorshipNotYours):
        actor = world.as_actor(world.courier)
        record_letter(actor=actor, sponsorship=row, direction="TO_CHILD", text="你好", now=world.now, token=new_id())
    for _ in range(WAITING_MAX):
        _letter(world, row, "长" * TEXT_LENGTH_MAX, own=True)
    with nothing_written(), pytest.raises(LettersWaiting):
        _letter(world, row, "你好", own=True)


def test_a_child_grows_out_and_it_ends_with_thanks(world: World) -> None:
    consent_of(world, "SPONSOR")
    row, officer, today = _begun(world), world.as_actor(world.officer), world.now.date()
    grown = dt.date(2032, 6, 1)
    assert (outgrown(world.county, today), outgrown(world.county, grown)) == ([], [row])
    move_on(actor=officer, sponsorship=row, stage="UNIVERSITY", on=grown, now=world.now)
    assert (outgrown(world.county, grown), sponsorship_view_for(row, today=today).stage) == ([], "UNIVERSITY")
    for thanks in ("示例女童谢谢您", "示\u200b例女童谢谢您", "Shili Nvtong 谢谢您"):
        with nothing_written(), pytest.raises(ThanksTell):
            end_sponsorship(actor=officer, sponsorship=row, reason="GREW_OUT", thanks=thanks, on=grown, now=world.now)
    with nothing_written(), pytest.raises(SponsorshipOutOfBounds):
        end_sponsorship(actor=officer, sponsorship=row, reason="WHIM", thanks="谢谢", on=grown, now=world.now)
    end_sponsorship(
        actor=officer, sponsorship=row, reason="GREW_OUT", thanks="谢谢您六年的陪伴", on=grown, now=world.now
    )
    seen = sponsor_view_for(row, today=grown)
    assert (seen.is_running, seen.thanks, seen.end_reason) == (False, "谢谢您六年的陪伴", "GREW_OUT")
    for step in (
        lambda: move_on(actor=officer, sponsorship=row, stage="UNIVERSITY", on=grown, now=world.now),
        lambda: plan_year(actor=officer, sponsorship=row, year=0, now=world.now),
        lambda: _letter(world, row, "你好"),
    ):
        with nothing_written(), pytest.raises(SponsorshipOver):
            step()
    assert _begun(world) != row


def test_facts_stay(world: World) -> None:
    consent_of(world, "SPONSOR")
    _begun(world)
    someone(world, "liaison", "LIAISON")
    for statement in ("DELETE FROM sponsorships_step", "UPDATE sponsorships_sponsorship SET alias = 'x'"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
