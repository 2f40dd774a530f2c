"""An auditor's account: bound to organisations and days, approved by another, and over when it is over."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from logistics.audits.access import MandateAbsent, OutsideMandate, actor_for, days_within, require_day
from logistics.audits.mandates import (
    MANDATE_DAYS_MAX,
    MandateApprovedByGranter,
    MandateDaysReversed,
    MandateLifeOutOfBounds,
    MandateNotWaiting,
    MandateUnexplained,
    NotAnAuditor,
    approve_mandate,
    end_mandate,
    extend_mandate,
    grant_mandate,
    record_look,
)
from logistics.audits.models import AuditLook, AuditMandate
from logistics.audits.reads import get_mandate
from logistics.journal.revisions import ChangeUnexplained, revisions_of
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Missing
from logistics.parties.changes import change_person
from tests.cast import World
from tests.looking import nothing_written

NOW = dt.datetime(2026, 2, 1, 2, 0, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
MONTH = dt.timedelta(days=30)


def _grant(world: World, **more: object) -> AuditMandate:
    values = {
        "actor": world.as_actor(world.administrator),
        "person": world.auditor,
        "organisation": world.county,
        "from_on": FIRST,
        "to_on": LAST,
        "expires_at": NOW + MONTH,
        "reason": "示例审计委托书 2026-1",
        "now": NOW,
        **more,
    }
    return grant_mandate(**values)  # type: ignore[arg-type] -- a test's own words


def _live(world: World, **more: object) -> AuditMandate:
    end_mandate(actor=world.as_actor(world.administrator), mandate=world.mandate, reason="示例结束了", now=NOW)
    return approve_mandate(actor=world.as_actor(world.approver), mandate=_grant(world, **more), now=NOW)


def test_a_mandate_opens_the_books_of_its_organisation_and_days(world: World) -> None:
    mandate = _live(world, organisation=world.stranger_county)
    actor = actor_for(world.auditor, now=NOW)
    assert (actor.organisation, actor.person) == (world.stranger_county, world.auditor)
    assert actor.reach is not None and actor.reach.mandate_id == mandate.id
    assert days_within(actor, None, None) == (FIRST, LAST)
    assert days_within(actor, dt.date(2026, 2, 1), None) == (dt.date(2026, 2, 1), LAST)
    for days in ((dt.date(2025, 12, 31), None), (None, dt.date(2026, 4, 1))):
        with pytest.raises(OutsideMandate) as refusal:
            days_within(actor, *days)
        assert refusal.value.facts == {"from_on": "2026-01-01", "to_on": "2026-03-31"}
    require_day(actor, LAST)
    with pytest.raises(OutsideMandate):
        require_day(actor, dt.date(2026, 4, 1))


def test_others_are_not_bound(world: World) -> None:
    for person in (world.officer, world.stranger):
        actor = actor_for(person, now=NOW)
        assert (actor.organisation, actor.reach) == (person.organisation, None)
        assert days_within(actor, None, None) == (None, None)
        require_day(actor, dt.date(1999, 1, 1))


def test_a_mandate_opens_nothing_before_it_is_approved(world: World) -> None:
    end_mandate(actor=world.as_actor(world.administrator), mandate=world.mandate, reason="示例结束了", now=NOW)
    mandate = _grant(world)
    assert mandate.state_at(NOW) == "GRANTED"
    with pytest.raises(MandateAbsent):
        actor_for(world.auditor, now=NOW)
    approve_mandate(actor=world.as_actor(world.approver), mandate=mandate, now=NOW)
    assert actor_for(world.auditor, now=NOW).organisation == world.county


def test_an_expired_mandate_opens_nothing_and_may_be_extended(world: World) -> None:
    mandate = _live(world)
    at_the_end = NOW + MONTH
    assert actor_for(world.auditor, now=at_the_end - dt.timedelta(seconds=1)).reach is not None
    with pytest.raises(MandateAbsent):
        actor_for(world.auditor, now=at_the_end)
    assert mandate.state_at(at_the_end) == "EXPIRED"
    extended = extend_mandate(
        actor=world.as_actor(world.administrator),
        mandate=mandate,
        expires_at=at_the_end + MONTH,
        reason="审计延长一个月",
        now=at_the_end,
    )
    assert actor_for(world.auditor, now=at_the_end).reach is not None
    assert next(row.reason for row in revisions_of(extended)) == "审计延长一个月"
    require_history()


def test_an_ended_mandate_is_over_for_ever(world: World) -> None:
    mandate = _live(world)
    ended = end_mandate(actor=world.as_actor(world.approver), mandate=mandate, reason="审计提前结束", now=NOW)
    assert ended.state_at(NOW) == "ENDED"
    with pytest.raises(MandateAbsent):
        actor_for(world.auditor, now=NOW)
    administrator = world.as_actor(world.administrator)
    with nothing_written(), pytest.raises(MandateNotWaiting):
        extend_mandate(actor=administrator, mandate=ended, expires_at=NOW + MONTH, reason="再延长一次", now=NOW)
    with nothing_written(), pytest.raises(MandateNotWaiting):
        end_mandate(actor=administrator, mandate=ended, reason="再结束一次", now=NOW)
    with nothing_written(), pytest.raises(MandateNotWaiting):
        approve_mandate(actor=world.as_actor(world.approver), mandate=ended, now=NOW)


def test_another_person_approves_and_the_auditor_approves_nothing(world: World) -> None:
    mandate = _grant(world)
    for person in (world.administrator, world.auditor):
        with nothing_written(), pytest.raises(MandateApprovedByGranter):
            approve_mandate(actor=world.as_actor(person), mandate=mandate, now=NOW)
    with nothing_written(), pytest.raises(MandateApprovedByGranter):
        auditor = world.as_actor(world.auditor)
        extend_mandate(actor=auditor, mandate=mandate, expires_at=NOW + MONTH, reason="自己延长", now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditMandate.objects.filter(id=mandate.id).update(approved_at=NOW, approved_by_id=world.administrator.id)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"to_on": FIRST - dt.timedelta(days=1)}, MandateDaysReversed),
        ({"expires_at": NOW}, MandateLifeOutOfBounds),
        ({"expires_at": NOW + dt.timedelta(days=MANDATE_DAYS_MAX, seconds=1)}, MandateLifeOutOfBounds),
        ({"reason": " 短 "}, MandateUnexplained),
    ],
)
def test_a_mandate_within_bounds(world: World, change: dict[str, object], refusal: type[Exception]) -> None:
    with nothing_written(), pytest.raises(refusal):
        _grant(world, **change)
    assert _grant(world, expires_at=NOW + dt.timedelta(days=MANDATE_DAYS_MAX)).state_at(NOW) == "GRANTED"


def test_only_accounts_that_audit_and_do_nothing_else(world: World) -> None:
    for person in (world.officer, world.stranger):
        with nothing_written(), pytest.raises(NotAnAuditor):
            _grant(world, person=person)


def test_a_form_sent_twice_grants_once(world: World) -> None:
    token = uuid.uuid4()
    assert _grant(world, token=token).id == _grant(world, token=token).id


def test_changes_of_a_mandate_say_why(world: World) -> None:
    mandate = _live(world)
    administrator = world.as_actor(world.administrator)
    with nothing_written(), pytest.raises(ChangeUnexplained):
        extend_mandate(actor=administrator, mandate=mandate, expires_at=NOW + 2 * MONTH, reason="", now=NOW)
    with nothing_written(), pytest.raises(ChangeUnexplained):
        end_mandate(actor=administrator, mandate=mandate, reason=" ", now=NOW)


def test_of_several_mandates_the_auditor_chooses(world: World) -> None:
    first = _live(world)
    second = approve_mandate(
        actor=world.as_actor(world.approver), mandate=_grant(world, organisation=world.stranger_county), now=NOW
    )
    assert actor_for(world.auditor, now=NOW).organisation == world.stranger_county
    assert actor_for(world.auditor, now=NOW, mandate_id=first.id).organisation == world.county
    assert actor_for(world.auditor, now=NOW, mandate_id=uuid.uuid4()).reach.mandate_id == second.id  # type: ignore[union-attr] -- bound


def test_whose_other_roles_grow_is_bound_no_more(world: World) -> None:
    cause = world.as_actor(world.administrator).cause(NOW, "兼任经办人了")
    both = change_person(person=world.auditor, changes={"roles": ["AUDITOR", "OFFICER"]}, cause=cause)
    assert actor_for(both, now=NOW).reach is None


def test_what_an_auditor_looks_at_is_kept(world: World) -> None:
    auditor = actor_for(world.auditor, now=timezone.now())
    record_look(actor=auditor, address="/ledgers/journal?" + "x" * 400, now=NOW)
    record_look(actor=world.as_actor(world.officer), address="/ledgers/journal", now=NOW)
    look = AuditLook.objects.get()
    assert (look.mandate, look.person_id, len(look.address)) == (world.mandate, world.auditor.id, 300)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        AuditLook.objects.update(address="/")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        AuditLook.objects.all()._raw_delete("default")


def test_another_organisations_mandates_are_not_there(world: World) -> None:
    assert get_mandate(mandate_id=world.mandate.id, organisation=world.province) == world.mandate
    with pytest.raises(Missing):
        get_mandate(mandate_id=world.mandate.id, organisation=world.stranger_county)
