"""The way onto a list: filed, reviewed, published, objected to, approved and frozen, each by another person."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from logistics.households.hardships import note_hardship
from logistics.journal.committed import texts_of
from logistics.journal.verifying import verified_journal
from logistics.kernel.ranking import Weights
from logistics.lists.access import visible_applications
from logistics.lists.applications import (
    ApplicantNotEligible,
    ApplicationOutOfTurn,
    AppliedAlready,
    MemberNotAsked,
    MemberRequired,
    ReviewedByFiler,
    UrgencyUnknown,
    WaitingInFuture,
    WaitingTooLong,
    accept_application,
    refuse_application,
    withdraw_application,
)
from logistics.lists.approving import (
    DraftMoved,
    ListApprovedByParty,
    NoticeRunning,
    ObjectionsUnanswered,
    approve_list,
    reject_list,
)
from logistics.lists.drafts import DraftStanding, reckoned
from logistics.lists.models import Application, DistributionList, ListEntry, NoticeEntry, Objection, PublicNotice
from logistics.lists.notices import NobodyAccepted
from logistics.lists.objections import (
    AnsweredByReviewer,
    NoticeOver,
    NumberNotOnNotice,
    ObjectionAnswered,
    ObjectionToNobody,
    answer_objection,
    raise_objection,
)
from logistics.lists.reasons import TEXT_LENGTH_MAX, ReasonUnknown, TextOutOfBounds
from logistics.lists.rule_reads import RulesAbsent
from logistics.lists.weights import approve_weights, propose_weights
from logistics.parties.actions import register_person
from logistics.parties.models import Person
from logistics.parties.proposals import ProposalDecided
from logistics.storage.rows import new_id
from tests.lists.conftest import DAY, WORDS, Listing


def test_the_whole_way(listing: Listing) -> None:
    world = listing.world
    listing.rules()
    world.stock_kits(1)
    first, second = listing.accepted(listing.family(), listing.family(), waiting_since=world.now.date() - 90 * DAY)
    notice = listing.notice()
    assert (notice.count, notice.reference, notice.ends_on) == (2, "2026-1", world.now.date() + 5 * DAY)
    draft = listing.draft(notice)
    found = reckoned(draft)
    assert [place.number for place in found.places] == [1, 2]
    frozen = listing.approve(draft)
    assert (frozen.state, frozen.reference, frozen.count) == ("APPROVED", "2026-1", 2)
    served, other = ListEntry.objects.order_by("place")
    assert (served.offer, served.unserved_reason) == (0, "")
    assert (other.offer, other.unserved_reason) == (None, "all_given")
    states = dict(Application.objects.values_list("reference", "state"))
    assert states == {served.reference: "LISTED", other.reference: "ON_NOTICE"}
    assert set(states) == {first.reference, second.reference}
    assert '"waiting"' in texts_of([served.id])[served.id]["parts"]
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None


def test_whoever_got_nothing_comes_on_the_next_list(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    listing.approved(listing.family(), listing.family())
    listing.world.stock_kits(1)
    offers: list[dict[str, object]] = [{"fund": "warm-2026", "item": "warm-kit", "warehouse": "wh-1", "quantity": 1}]
    again = listing.approve(listing.draft(PublicNotice.objects.get(), offers))
    assert (again.reference, again.count) == ("2026-2", 1)
    assert set(Application.objects.values_list("state", flat=True)) == {"LISTED"}


def test_filing_refuses_what_makes_no_sense(listing: Listing) -> None:
    world, family = listing.world, listing.family()
    with pytest.raises(RulesAbsent):
        listing.file(family)
    listing.rules()
    listing.rules(world.spring)
    member = family.members.get()
    for refusal, values in (
        (TextOutOfBounds, {"text": " 短 "}),
        (TextOutOfBounds, {"text": "长" * (TEXT_LENGTH_MAX + 1)}),
        (UrgencyUnknown, {"urgency": 4}),
        (WaitingInFuture, {"waiting_since": world.now.date() + DAY}),
        (WaitingTooLong, {"waiting_since": dt.date(1, 1, 1)}),
        (MemberRequired, {"programme": world.spring}),
        (MemberNotAsked, {"member": member}),
    ):
        with pytest.raises(refusal):
            listing.file(family, **values)  # type: ignore[arg-type]
    assert not Application.objects.exists()
    assert listing.file(family, text="长" * TEXT_LENGTH_MAX, urgency=3).state == "FILED"
    with pytest.raises(AppliedAlready):
        listing.file(family)
    listing.file(family, member, programme=world.spring)


def test_the_same_token_files_once(listing: Listing) -> None:
    listing.rules()
    family, token = listing.family(), new_id()
    assert listing.file(family, token=token) == listing.file(family, token=token)
    assert Application.objects.count() == 1


def test_review_is_by_another_and_says_why(listing: Listing) -> None:
    listing.rules()
    row = listing.file(listing.family())
    with pytest.raises(ReviewedByFiler):
        accept_application(actor=listing.liaison, application=row, text=WORDS, now=listing.now)
    with pytest.raises(ReasonUnknown):
        refuse_application(actor=listing.reviewer, application=row, reason="because", text=WORDS, now=listing.now)
    refused = refuse_application(
        actor=listing.reviewer, application=row, reason="not_in_need", text="走访未见困难", now=listing.now
    )
    step = refused.steps.get(kind="REFUSED")
    assert (refused.state, step.reason) == ("REFUSED", "not_in_need")
    assert texts_of([step.id])[step.id] == {"text": "走访未见困难"}
    with pytest.raises(ApplicationOutOfTurn):
        listing.accept(row)
    # Refused once, they may apply again.
    assert listing.file(row.household).state == "FILED"


def test_the_rules_of_the_programme_bind_the_reviewer(listing: Listing) -> None:
    listing.rules(eligibility={"age_from": 10, "age_to": 12, "divisions": ["990101"]})
    young = listing.file(listing.family())
    with pytest.raises(ApplicantNotEligible) as refused:
        listing.accept(young)
    assert refused.value.facts["rules"] == ["age_from"]


def test_an_application_is_withdrawn_until_it_stands_on_a_notice(listing: Listing) -> None:
    listing.rules()
    row = listing.file(listing.family())
    withdraw = {"actor": listing.liaison, "text": "家庭主动撤回", "now": listing.now}
    assert withdraw_application(application=row, **withdraw).state == "WITHDRAWN"  # type: ignore[arg-type]
    (other,) = listing.accepted(listing.family())
    listing.notice()
    with pytest.raises(ApplicationOutOfTurn):
        withdraw_application(application=other, **withdraw)  # type: ignore[arg-type]


def test_a_notice_needs_somebody(listing: Listing) -> None:
    listing.rules()
    listing.file(listing.family())
    with pytest.raises(NobodyAccepted):
        listing.notice()
    assert not PublicNotice.objects.exists()


def test_the_list_waits_for_the_last_day_of_the_notice(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    listing.accepted(listing.family())
    draft = listing.draft(listing.notice())
    approve = {"actor": listing.approver, "draft": draft}
    with pytest.raises(NoticeRunning):
        approve_list(now=listing.now + 5 * DAY, **approve)  # type: ignore[arg-type]
    assert not ListEntry.objects.exists()
    assert approve_list(now=listing.now + 6 * DAY, **approve).state == "APPROVED"  # type: ignore[arg-type]


def test_objections_are_answered_first(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    named, _ = listing.accepted(listing.family(), listing.family())
    notice = listing.notice()
    draft = listing.draft(notice)
    one = raise_objection(notice=notice, number=named.reference.lower(), text="这家有汽车", now=listing.now)
    general = raise_objection(notice=notice, text="名单太长了吧", contact="13800138000", now=listing.now)
    assert "汽车" not in str(Objection.objects.values())
    with pytest.raises(ObjectionsUnanswered):
        listing.approve(draft)
    answer = {"text": "经再次入户核实", "now": listing.now}
    with pytest.raises(AnsweredByReviewer):
        answer_objection(actor=listing.reviewer, objection=one, is_upheld=True, **answer)  # type: ignore[arg-type]
    with pytest.raises(ObjectionToNobody):
        answer_objection(actor=listing.drafter, objection=general, is_upheld=True, **answer)  # type: ignore[arg-type]
    answer_objection(actor=listing.drafter, objection=general, is_upheld=False, **answer)  # type: ignore[arg-type]
    answer_objection(actor=listing.drafter, objection=one, is_upheld=True, **answer)  # type: ignore[arg-type]
    with pytest.raises(ObjectionAnswered):
        answer_objection(actor=listing.drafter, objection=one, is_upheld=False, **answer)  # type: ignore[arg-type]
    frozen = approve_list(actor=listing.approver, draft=draft, now=listing.now)
    named.refresh_from_db()
    assert (frozen.count, named.state) == (1, "REFUSED")
    assert named.steps.get(kind="REFUSED").reason == "objection_upheld"


def test_objections_come_while_the_notice_runs_and_name_who_stands_on_it(listing: Listing) -> None:
    listing.rules()
    listing.accepted(listing.family())
    notice = listing.notice()
    with pytest.raises(NumberNotOnNotice):
        raise_objection(notice=notice, number="A-NOBODY", text="不符合条件", now=listing.now)
    raise_objection(notice=notice, text="不符合条件", now=listing.now + 5 * DAY)
    with pytest.raises(NoticeOver):
        raise_objection(notice=notice, text="不符合条件", now=listing.now + 6 * DAY)


@pytest.mark.parametrize("role", ["liaison", "reviewer", "drafter"])
def test_whoever_took_part_may_not_approve(listing: Listing, role: str) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    listing.accepted(listing.family())
    draft = listing.draft(listing.notice())
    with pytest.raises(ListApprovedByParty):
        approve_list(actor=getattr(listing, role), draft=draft, now=listing.now + 6 * DAY)
    assert not ListEntry.objects.exists()


def test_the_database_refuses_an_entry_approved_by_its_reviewer(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    (row,) = listing.accepted(listing.family())
    draft = listing.draft(listing.notice())
    values = {
        "list": draft,
        "place": 1,
        "application": row,
        "reference": row.reference,
        "points": 0,
        "parts_commitment": "",
        "waiting_since": row.waiting_since,
        "offer": 0,
        "filed_by_id": row.filed_by_id,
        "reviewed_by_id": row.reviewed_by_id,
    }
    for who in (row.filed_by_id, row.reviewed_by_id):
        with pytest.raises(DatabaseError), transaction.atomic():
            ListEntry.objects.create(approved_by_id=who, **values)
    assert ListEntry.objects.create(approved_by_id=listing.approver.holder_id, **values)


def test_a_frozen_list_never_changes(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    frozen = listing.approved(listing.family())
    (other,) = listing.accepted(listing.family())
    entry = ListEntry.objects.get()
    for change in (
        lambda: ListEntry.objects.filter(id=entry.id).update(place=2),
        lambda: ListEntry.objects.filter(id=entry.id).delete(),
        lambda: DistributionList.objects.filter(id=frozen.id).update(count=9),
        lambda: NoticeEntry.objects.update(township="别处"),
        lambda: PublicNotice.objects.update(count=9),
        lambda: Application.objects.filter(id=other.id).update(whom_id=new_id()),
        lambda: ListEntry.objects.create(
            list=frozen,
            place=2,
            application=other,
            reference=other.reference,
            points=0,
            waiting_since=other.waiting_since,
            offer=0,
            filed_by_id=new_id(),
            reviewed_by_id=new_id(),
            approved_by_id=new_id(),
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(ProposalDecided):
        approve_list(actor=listing.approver, draft=frozen, now=listing.now)


def test_an_approver_freezes_what_they_saw(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    named, _ = listing.accepted(listing.family(), listing.family())
    notice = listing.notice()
    draft = listing.draft(notice)
    seen = reckoned(draft).sha256()
    one = raise_objection(notice=notice, number=named.reference, text="不在本村居住", now=listing.now)
    answer_objection(actor=listing.drafter, objection=one, is_upheld=True, text="核实无误", now=listing.now)
    values = {"actor": listing.approver, "draft": draft, "now": listing.now + 6 * DAY}
    with pytest.raises(DraftMoved):
        approve_list(seen_sha256=seen, **values)  # type: ignore[arg-type]
    assert approve_list(seen_sha256=reckoned(draft).sha256(), **values).count == 1  # type: ignore[arg-type]


def test_a_rejected_draft_leaves_its_notice_for_another(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(1)
    listing.accepted(listing.family())
    notice = listing.notice()
    draft = listing.draft(notice)
    with pytest.raises(DraftStanding):
        listing.draft(notice)
    rejected = reject_list(actor=listing.approver, draft=draft, reason="请先核对库存", now=listing.now)
    assert (rejected.state, rejected.reference) == ("REJECTED", "")
    assert listing.approve(listing.draft(notice)).reference == "2026-1"


def test_who_is_no_longer_eligible_is_refused_for_that(listing: Listing) -> None:
    rules = listing.rules()
    listing.world.stock_kits(2)
    child, elder = listing.accepted(listing.family(), listing.family(*[]))
    draft = listing.draft(listing.notice())
    type(rules).objects.filter(id=rules.id).update(eligibility={"age_to": 3})
    frozen = listing.approve(draft)
    child.refresh_from_db()
    assert (frozen.count, child.state) == (0, "REFUSED")
    assert child.steps.get(kind="REFUSED").reason == "age_to"
    assert elder.steps.count() == 3


def test_a_stranger_sees_no_application(listing: Listing) -> None:
    listing.rules()
    listing.file(listing.family())
    assert visible_applications(listing.world.county).count() == 1
    assert visible_applications(listing.world.province).count() == 1
    assert not visible_applications(listing.world.stranger_county).exists()


def test_hardships_on_record_put_a_family_first(listing: Listing) -> None:
    """By approved weights; what a family suffers stands nowhere in the clear."""
    world = listing.world
    listing.rules(eligibility={"hardships": ["ORPHAN", "SERIOUS_ILLNESS"]})
    listing.world.stock_kits(1)
    hard, other, without = (listing.family() for _ in range(3))
    for family, kind in ((hard, "ORPHAN"), (other, "SERIOUS_ILLNESS")):
        note_hardship(
            actor=listing.reviewer,
            household=family,
            member=family.members.get(),
            kind_code=kind,
            since_on=world.now.date(),
            now=listing.now,
        )
    with pytest.raises(ApplicantNotEligible):
        listing.accepted(without)
    revision = propose_weights(
        actor=listing.owner,
        programme=world.warm,
        weights=Weights({"ORPHAN": 40, "SERIOUS_ILLNESS": 30}, waiting=1),
        in_force_from=world.now.date(),
        reason="党组会议定",
        now=listing.now,
    )
    approve_weights(actor=world.as_actor(_owner(listing)), revision=revision, now=listing.now)
    frozen = listing.approved(other, hard)
    first, second = ListEntry.objects.filter(list=frozen).order_by("place")
    assert (first.application.household, first.points, first.offer) == (hard, 40, 0)
    assert (second.points, second.unserved_reason) == (30, "all_given")
    assert "ORPHAN" not in str(list(ListEntry.objects.values()))


def _owner(listing: Listing) -> Person:
    return register_person(
        organisation=listing.world.province,
        username="owner-2",
        name="示例",
        roles=["ADMINISTRATOR"],
        password="示例-1234",
    )
