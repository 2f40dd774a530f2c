"""What people do about a need after it was reported: confirm, withdraw, refer, meet, ask whether it helped."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from logistics.households.models import Household
from logistics.households.standing import require_unerased
from logistics.kernel.need_states import MET, OPEN, REFERRED, leads_on
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.needs.catalogue import require_body
from logistics.needs.holders import NeedClosed, escalate_need, hand_back_need, required_reason
from logistics.needs.models import URGENCY_MAX, MetBy, Need, NeedStep
from logistics.needs.reporting import NeedUnsound, report_need
from logistics.needs.steps import Hand, StepInput, add_steps, conclude, steps_that_count
from logistics.needs.timetables import set_need_timetable
from logistics.needs.visits import record_visits
from logistics.outbox.actions import News, record_events
from logistics.parties.actors import Actor
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

__all__ = ["escalate_need", "hand_back_need", "record_visits", "report_need", "set_need_timetable"]

BY_CODE_LENGTH_MAX = 40
ANSWERS = ("ACCEPTED", "DECLINED", "SERVED")
STEPS_MAX = 500


class ReferralUnanswerable(Conflicting):
    code = "referral_unanswerable"
    zh = "这个需求没有等待答复的转介。"
    en = "This need has no referral that waits for an answer."


class MetByUnknown(Unacceptable):
    code = "met_by_unknown"
    zh = "没有这种满足方式：{by}。"
    en = "There is no such way to meet a need: {by}."


class NeedStepsExhausted(Conflicting):
    code = "need_steps_exhausted"
    zh = "一个需求最多 {most} 条记录。"
    en = "A need has at most {most} steps."


@dataclass(frozen=True)
class By:
    """What met a need: its kind, its id, and the code that people know it by."""

    kind: str
    id: uuid.UUID | None = None
    code: str = ""


@action
def confirm_need(
    *, actor: Actor, need: Need, urgency: int | None = None, now: dt.datetime, token: uuid.UUID | None = None
) -> Need:
    """Confirm that a need still stands, with another urgency where it has changed; it is no longer stale.

    Refuses NeedClosed, NeedUnsound.
    """
    if urgency is not None and not 0 <= urgency <= URGENCY_MAX:
        raise NeedUnsound(field="urgency", pointer="/urgency")
    return _step(actor, need, StepInput(need.id, "CONFIRMED", now, urgency=urgency), token)


@action
def withdraw_need(*, actor: Actor, need: Need, reason: str, now: dt.datetime, token: uuid.UUID | None = None) -> Need:
    """Withdraw a need that is there no more or was never one. Refuses NeedUnexplained, NeedClosed."""
    return _step(actor, need, StepInput(need.id, "WITHDRAWN", now, {"reason": required_reason(reason)}), token)


@action
def reopen_need(
    *, actor: Actor | None, need: Need, reason: str, now: dt.datetime, token: uuid.UUID | None = None
) -> Need:
    """Open a need again: what was to meet it was released, or it was withdrawn by mistake. Nobody opens it, without an
    actor, where what had met it did not stay.

    Refuses NeedUnexplained, NeedClosed (for one that is open).
    """
    return _step(actor, need, StepInput(need.id, "REOPENED", now, {"reason": required_reason(reason)}), token)


@action
def refer_need(
    *, actor: Actor, need: Need, body: str, reason: str, now: dt.datetime, token: uuid.UUID | None = None
) -> Need:
    """Refer a need to another body, named by its code. Refuses BodyUnknown, NeedUnexplained, NeedClosed."""
    require_body(body)
    return _step(
        actor, need, StepInput(need.id, "REFERRED", now, {"reason": required_reason(reason)}, body=body), token
    )


@action
def answer_referral(
    *,
    actor: Actor,
    need: Need,
    answer: str,
    answered_on: dt.date,
    text: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Need:
    """Note what the body answered to the last referral: ACCEPTED, DECLINED (the need is open again) or SERVED (met).

    Refuses ReferralUnanswerable, NeedUnsound, NeedUnexplained, NeedClosed.
    """
    if answer not in ANSWERS:
        raise NeedUnsound(field="answer", pointer="/answer")
    if answered_on > (now + dt.timedelta(days=1)).date():
        raise NeedUnsound(field="answered_on", pointer="/answered_on")
    referral = open_referral(need)
    if referral is None and not _is_done(token):
        raise ReferralUnanswerable
    step = StepInput(
        need.id,
        answer,
        now,
        {"reason": required_reason(text)},
        answers_id=referral.id if referral else None,
        answered_on=answered_on,
    )
    return _step(actor, need, step, token)


@action
def meet_need(
    *, actor: Actor | None, need: Need, by: By, reason: str = "", now: dt.datetime, token: uuid.UUID | None = None
) -> Need:
    """Say that an allocation, a parcel, a grant or something else has met a need. The same `by` again changes nothing.

    Without an actor nobody says so: what `by` names has reached the family.

    Refuses MetByUnknown, NeedClosed.
    """
    if by.kind not in MetBy.values or len(by.code) > BY_CODE_LENGTH_MAX:
        raise MetByUnknown(by=by.kind[:BY_CODE_LENGTH_MAX], pointer="/by")
    if by.kind == MetBy.OTHER:
        required_reason(reason)
    if by.id is not None and _is_met_by(need, by):
        return Need.objects.get(id=need.id)
    step = StepInput(need.id, "MET", now, {"reason": reason.strip()}, by_kind=by.kind, by_id=by.id, by_code=by.code)
    return _step(actor, need, step, token)


@action
def note_whether_it_helped(
    *, actor: Actor, need: Need, has_helped: bool, reason: str = "", now: dt.datetime, token: uuid.UUID | None = None
) -> Need:
    """Note what a re-visit found of a need that was met; one that was not helped is open again. Refuses NeedClosed."""
    step = "HELPED" if has_helped else "NOT_HELPED"
    return _step(actor, need, StepInput(need.id, step, now, {"reason": reason.strip()}), token)


def open_referral(need: Need) -> NeedStep | None:
    """Return the last referral of a need that no answer has settled, or None."""
    steps = steps_that_count([need]).get(need.id, [])
    settled = {step.answers_id for step in steps if step.step in ("DECLINED", "SERVED")}
    waiting = [step for step in steps if step.step == "REFERRED" and step.id not in settled]
    return waiting[-1] if waiting else None


def _is_met_by(need: Need, by: By) -> bool:
    steps = steps_that_count([need]).get(need.id, [])
    last = next((step for step in reversed(steps) if step.step in ("MET", "REOPENED", "NOT_HELPED")), None)
    return last is not None and last.step == "MET" and (last.by_kind, last.by_id) == (by.kind, by.id)


def _is_done(token: uuid.UUID | None) -> bool:
    return token is not None and NeedStep.objects.filter(id=derived_id(token, 0)).exists()


def withdraw_all(needs: "QuerySet[Need]", *, now: dt.datetime) -> None:
    """Withdraw what stands open of somebody who goes, in nobody's name, inside the transaction that holds the family.

    Nothing new is said of them: no word why.
    """
    for need in needs.filter(state__in=(OPEN, REFERRED)).select_related("household").order_by("id"):
        hand = Hand(need.household_id, need.household.organisation_id, None, now)
        add_steps(hand, [StepInput(need.id, "WITHDRAWN", now)])
        conclude([need.id])


def _step(actor: Actor | None, need: Need, step: StepInput, token: uuid.UUID | None) -> Need:
    """Write one step down and conclude from it, one at a time for each family; the same token writes it once.

    Refuses PersonErased.
    """
    Household.objects.select_for_update(no_key=True).get(id=need.household_id)
    # Locked alone: PostgreSQL loses a row from a join whose other side changed while it waited.
    Need.objects.select_for_update().get(id=need.id)
    locked = Need.objects.select_related("holder", "household").get(id=need.id)
    if _is_done(token):
        return locked
    require_unerased([locked.household_id], [locked.member_id] if locked.member_id else [])
    if not leads_on(locked.state, step.step):
        raise NeedClosed(state=locked.state)
    if NeedStep.objects.filter(need_id=need.id).count() >= STEPS_MAX:
        raise NeedStepsExhausted(most=STEPS_MAX)
    step_id = derived_id(token, 0) if token else new_id()
    # Without an actor it is of the body whose family it is: the world moved, and the step names by what.
    body = actor.organisation.id if actor else locked.household.organisation_id
    hand = Hand(locked.household_id, body, actor.holder_id if actor else None, step.happened_at)
    add_steps(hand, [replace(step, step_id=step_id)])
    conclude([locked.id])
    locked.refresh_from_db()
    if locked.state == MET:
        _tell(locked, step)
    return locked


def _tell(need: Need, step: StepInput) -> None:
    payload: Mapping[str, str | int | None] = {
        "need": str(need.id),
        "kind": need.kind,
        "by": step.by_kind or "REFERRAL",
    }
    record_events([News("need.met", need.household.organisation_id, need.id, step.happened_at, payload)])
