"""Apply for a programme's help, or propose a household for it; review with reasons, by another person."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.households.models import Household, Member
from logistics.households.persons import standing_household, standing_household_ids, standing_member
from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import leaf_bytes
from logistics.kernel.ranking import DAYS_MAX, URGENCY_MAX
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.lists.facts import facts_of_one
from logistics.lists.models import Application, ApplicationState, ApplicationStep, Source, StepKind
from logistics.lists.reasons import checked_reason, checked_text
from logistics.lists.rule_reads import get_rules
from logistics.lists.unmet import unmet_of
from logistics.needs.models import Need
from logistics.parties.actions import new_reference, require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

ENDED = (ApplicationState.REFUSED, ApplicationState.WITHDRAWN)


class MemberRequired(Unacceptable):
    code = "member_required"
    zh = "公益项目 {programme} 按人申报，请指明受益人。"
    en = "The programme {programme} is for persons: name the member."


class MemberNotAsked(Unacceptable):
    code = "member_not_asked"
    zh = "公益项目 {programme} 按户申报，不指明受益人。"
    en = "The programme {programme} is for households: name no member."


class AppliedAlready(Conflicting):
    code = "applied_already"
    zh = "本批次已有这个家庭或受益人的申报：{application}。"
    en = "There is an application for them in this round already: {application}."


class UrgencyUnknown(Unacceptable):
    code = "urgency_unknown"
    zh = "紧急程度须为 0 到 {most}。"
    en = "The urgency is 0 to {most}."


class WaitingInFuture(Unacceptable):
    code = "waiting_in_future"
    zh = "等待的起始日期不能在将来。"
    en = "Nobody waits since a day to come."


class WaitingTooLong(Unacceptable):
    code = "waiting_too_long"
    zh = "等待的起始日期不能早于 {most} 天以前。"
    en = "Nobody waits since more than {most} days ago."


class SourceUnknown(Unacceptable):
    code = "source_unknown"
    zh = "申报来源须为家庭申报或网格员提议。"
    en = "An application comes from the household or from a liaison."


class NeedOfAnother(Unacceptable):
    code = "need_of_another"
    zh = "这项需求不属于这个家庭。"
    en = "This need is another household's."


class ReviewedByFiler(NotAllowed):
    code = "reviewed_by_filer"
    zh = "申报人不能审核自己录入的申报。"
    en = "Who filed an application may not review it."


class ApplicationOutOfTurn(Conflicting):
    code = "application_out_of_turn"
    zh = "这份申报的状态是 {state}，现在不能这样做。"
    en = "This application is {state}; this cannot be done now."


class ApplicantNotEligible(Unacceptable):
    code = "applicant_not_eligible"
    zh = "不符合入选条件：{rules}。可按该理由不予通过。"
    en = "The programme's rules are not met: {rules}. Refuse it for that reason."


@action
def file_application(
    *,
    actor: Actor,
    programme: Programme,
    household: Household,
    beneficiary: Member | None = None,
    source: str = Source.HOUSEHOLD,
    text: str,
    urgency: int = 0,
    waiting_since: dt.date | None = None,
    need: Need | None = None,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Application:
    """File an application for this round; the same token files it once. A need that it answers says since when they
    wait, and no application is less urgent than its need.

    Refuses ProgrammeClosed, RulesAbsent, MemberRequired, MemberNotAsked, AppliedAlready, UrgencyUnknown,
    WaitingInFuture, WaitingTooLong, SourceUnknown, NeedOfAnother, TextOutOfBounds, PersonErased.
    """
    application_id = derived_id(token, 0) if token else new_id()
    standing = Application.objects.filter(id=application_id).first()
    if standing is not None:
        return standing
    require_open(programme)
    rules = get_rules(programme)
    told = checked_text(text)
    since = waiting_since or timezone.localdate(need.reported_at if need else now)
    _require_sense(programme, beneficiary, source, urgency, since, timezone.localdate(now))
    family = standing_household(household)
    beneficiary = standing_member(beneficiary) if beneficiary else None
    if need is not None and standing_household_ids([need.household_id])[need.household_id] != family.id:
        raise NeedOfAnother(pointer="/need")
    whom_id = beneficiary.id if beneficiary else family.id
    # Locked, so that two applications for one family meet each other.
    Household.objects.select_for_update(no_key=True).get(id=family.id)
    require_unerased([family.id], [beneficiary.id] if beneficiary else [])
    rows = Application.objects.filter(programme=programme, round_name=rules.round_name, whom_id=whom_id)
    earlier = rows.exclude(state__in=ENDED).first()
    if earlier is not None:
        raise AppliedAlready(application=earlier.reference, pointer="/beneficiary" if beneficiary else "/household")
    row = Application.objects.create(
        id=application_id,
        organisation=household.organisation,
        programme=programme,
        round_name=rules.round_name,
        reference=new_reference("A"),
        household=family,
        beneficiary=beneficiary,
        whom_id=whom_id,
        need_id=need.id if need else None,
        source=source,
        urgency=max(urgency, need.urgency if need else 0),
        waiting_since=since,
        state_since=now,
        filed_at=now,
        filed_by_id=actor.holder_id,
    )
    add_step(row, StepKind.FILED, actor_id=actor.holder_id, text=told, now=now)
    return row


@action
def accept_application(*, actor: Actor, application: Application, text: str, now: dt.datetime) -> Application:
    """Accept an application after review, by another person than filed it.

    Refuses ApplicationOutOfTurn, ReviewedByFiler, ApplicantNotEligible (by the rules as they are now),
    TextOutOfBounds, PersonErased.
    """
    whom = application.beneficiary_id
    require_unerased([application.household_id], [whom] if whom else [])
    locked = _to_review(application, actor)
    told = checked_text(text)
    today = timezone.localdate(now)
    unmet = unmet_of(locked, facts_of_one(locked, on=today), on=today)
    if unmet:
        raise ApplicantNotEligible(rules=list(unmet), pointer="/decision")
    return _decided(locked, StepKind.ACCEPTED, actor, "", told, now)


@action
def refuse_application(
    *, actor: Actor, application: Application, reason: str, text: str, now: dt.datetime
) -> Application:
    """Refuse an application after review, for a reason of the list and in words for whoever proposed it.

    Refuses ApplicationOutOfTurn, ReviewedByFiler, ReasonUnknown, TextOutOfBounds.
    """
    locked = _to_review(application, actor)
    return _decided(locked, StepKind.REFUSED, actor, checked_reason(reason), checked_text(text), now)


@action
def withdraw_application(*, actor: Actor, application: Application, text: str, now: dt.datetime) -> Application:
    """Withdraw an application that stands on no notice yet. Refuses ApplicationOutOfTurn, TextOutOfBounds."""
    locked = _locked(application)
    if locked.state not in (ApplicationState.FILED, ApplicationState.ACCEPTED):
        raise ApplicationOutOfTurn(state=locked.state)
    _moved(locked, ApplicationState.WITHDRAWN, now)
    add_step(locked, StepKind.WITHDRAWN, actor_id=actor.holder_id, text=checked_text(text), now=now)
    return locked


def withdraw_all(applications: "QuerySet[Application]", *, now: dt.datetime) -> None:
    """Withdraw what stands open of somebody who goes, in nobody's name, inside the transaction that holds the family.

    Nothing new is said of them: no word why.
    """
    for row in applications.select_for_update(of=("self",)).exclude(state__in=(*ENDED, ApplicationState.LISTED)):
        _moved(row, ApplicationState.WITHDRAWN, now)
        add_step(row, StepKind.WITHDRAWN, actor_id=None, now=now)


def drop_application(locked: Application, *, actor_id: uuid.UUID, reason: str, text: str, now: dt.datetime) -> None:
    """Refuse an application that had been accepted, inside the caller's action."""
    _moved(locked, ApplicationState.REFUSED, now)
    add_step(locked, StepKind.REFUSED, actor_id=actor_id, reason=reason, text=text, now=now)


def add_step(
    application: Application,
    kind: str,
    *,
    actor_id: uuid.UUID | None,
    reason: str = "",
    text: str = "",
    now: dt.datetime,
) -> ApplicationStep:
    """Note and seal what happened to an application, inside the caller's action; the text is kept apart."""
    step_id = new_id()
    kept = keep_texts({step_id: {"text": text}}) if text else {}
    step = ApplicationStep.objects.create(
        id=step_id,
        application=application,
        kind=kind,
        reason=reason,
        author_id=actor_id,
        text_commitment=kept[step_id]["text"] if text else "",
        taken_at=now,
    )
    append_leaves([leaf_of_step(step)])
    return step


def leaf_of_step(step: ApplicationStep) -> LeafData:
    """Say a step in canonical bytes, with the number, programme and round of its application."""
    row = step.application
    about = {"reference": row.reference, "programme": str(row.programme_id), "round": row.round_name}
    data = leaf_bytes("APPLICATION", {"step": said(step), "application": about})
    return LeafData("APPLICATION", step.id, data, row.organisation_id)


def _require_sense(
    programme: Programme, beneficiary: Member | None, source: str, urgency: int, since: dt.date, today: dt.date
) -> None:
    if programme.is_for_persons != (beneficiary is not None):
        refusal = MemberRequired if programme.is_for_persons else MemberNotAsked
        raise refusal(programme=programme.code, pointer="/beneficiary")
    if isinstance(urgency, bool) or not 0 <= urgency <= URGENCY_MAX:
        raise UrgencyUnknown(most=URGENCY_MAX, pointer="/urgency")
    if since > today:
        raise WaitingInFuture(pointer="/waiting_since")
    if (today - since).days > DAYS_MAX:
        raise WaitingTooLong(most=DAYS_MAX, pointer="/waiting_since")
    if source not in Source.values:
        raise SourceUnknown(pointer="/source")


def _to_review(application: Application, actor: Actor) -> Application:
    locked = _locked(application)
    if locked.state != ApplicationState.FILED:
        raise ApplicationOutOfTurn(state=locked.state)
    if locked.filed_by_id == actor.holder_id:
        raise ReviewedByFiler
    return locked


def _decided(
    locked: Application, kind: StepKind, actor: Actor, reason: str, text: str, now: dt.datetime
) -> Application:
    locked.reviewed_by_id = actor.holder_id
    _moved(locked, ApplicationState(kind.value), now)
    add_step(locked, kind, actor_id=actor.holder_id, reason=reason, text=text, now=now)
    return locked


def _moved(locked: Application, state: str, now: dt.datetime) -> None:
    locked.state, locked.state_since = state, now
    locked.save(update_fields=["state", "state_since", "reviewed_by_id"])


def _locked(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("programme", "household", "organisation")
    return rows.get(id=application.id)
