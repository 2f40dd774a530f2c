"""Verification visits: ask for one, record what was found, settle what differs from the books."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.deliveries.models import ScanEvent
from logistics.grants.models import GrantState
from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Role
from logistics.replies.leaves import leaf_of_visit_result
from logistics.replies.models import (
    Arrived,
    DifferenceSettled,
    Said,
    VerificationVisit,
    VisitKind,
    VisitResult,
)
from logistics.replies.subjects import ReplySubject
from logistics.replies.visit_draws import DUE_DAYS_MAX, VisitNotYours, require_asker
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

NOTE_LENGTH_MIN, NOTE_LENGTH_MAX = 4, 1_000
# A visit is written down within so many days.
VISITED_DAYS_MAX = 90
VISITORS = (Role.LIAISON, Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)


class VisitByDeliverer(NotAllowed):
    code = "visit_by_deliverer"
    zh = "经手发放的人不能回访核查这一户，请由别人去。"
    en = "Who handed this over does not verify it; somebody else goes."


class VisitWithoutFamily(Unacceptable):
    code = "visit_without_family"
    zh = "这个包裹或这笔发放没有登记家庭，或还没有送达，不能回访。"
    en = "No family is named for this, or it has not arrived yet: there is nobody to visit."


class VisitTextOutOfBounds(Unacceptable):
    code = "visit_text_out_of_bounds"
    zh = "请写明情况（{least} 到 {most} 个字）。"
    en = "Say what there is to say ({least} to {most} characters)."


class VisitDayOutOfBounds(Unacceptable):
    code = "visit_day_out_of_bounds"
    zh = "日期不对：回访须在最近 {past} 天内，期限须在 {future} 天内。"
    en = "The day cannot be: a visit was within the last {past} days, and is due within {future}."


class VisitAnswerUnknown(Unacceptable):
    code = "visit_answer_unknown"
    zh = "没有这种回答：{value}。"
    en = "There is no such answer: {value}."


class VisitMadeAlready(Conflicting):
    code = "visit_made_already"
    zh = "这次回访已经登记过结果。"
    en = "What this visit found is on record already."


class DifferenceNotOpen(Conflicting):
    code = "difference_not_open"
    zh = "这条差异不存在，或已处理。"
    en = "There is no such difference, or it is settled."


class DifferenceSettledByVisitor(NotAllowed):
    code = "difference_settled_by_visitor"
    zh = "发现差异的人不能自己了结，请由另一人处理。"
    en = "Who found a difference does not settle it; let another person do so."


@action
def ask_for_visit(
    *, actor: Actor, subject: ReplySubject, why: str, due_on: dt.date, now: dt.datetime, token: uuid.UUID
) -> VerificationVisit:
    """Ask that a family be visited, for a reason; the same token asks once.

    Refuses VisitNotYours, VisitWithoutFamily, VisitTextOutOfBounds, VisitDayOutOfBounds.
    """
    require_asker(actor)
    visit_id = derived_id(token, 0)
    standing = VerificationVisit.objects.filter(id=visit_id).first()
    if standing is not None:
        return standing
    household = subject.household
    if household is None or not subject.has_arrived:
        raise VisitWithoutFamily(pointer="/code")
    require_unerased([household.id])
    today = timezone.localdate(now)
    if not today <= due_on <= today + dt.timedelta(days=DUE_DAYS_MAX):
        raise VisitDayOutOfBounds(past=VISITED_DAYS_MAX, future=DUE_DAYS_MAX, pointer="/due_on")
    told = {"why": _text(why, "/why")}
    return VerificationVisit.objects.create(
        id=visit_id,
        organisation=subject.organisation,
        programme=subject.programme,
        household=household,
        parcel=subject.parcel,
        grant=subject.grant,
        kind=VisitKind.TARGETED,
        why_commitment=keep_texts({visit_id: told})[visit_id]["why"],
        due_on=due_on,
        asked_by_id=actor.holder_id,
        asked_at=now,
    )


@action
def record_visit(
    *,
    actor: Actor,
    visit: VerificationVisit,
    visited_on: dt.date,
    arrived: str,
    content_right: str,
    in_time: str,
    helped: str,
    note: str = "",
    now: dt.datetime,
) -> VisitResult:
    """Record what a visit found; where it is not what the books say, it stands on the officer's list.

    Refuses VisitNotYours, VisitByDeliverer, VisitMadeAlready, VisitDayOutOfBounds, VisitAnswerUnknown,
    VisitTextOutOfBounds (also where something differs and nothing is said of it).
    """
    if actor.person is None or not actor.person.has_role(*VISITORS):
        raise VisitNotYours
    require_unerased([visit.household_id])
    locked = VerificationVisit.objects.select_for_update().get(id=visit.id)
    if actor.holder_id in deliverers_of(locked):
        raise VisitByDeliverer
    if VisitResult.objects.filter(visit=locked).exists():
        raise VisitMadeAlready
    today = timezone.localdate(now)
    if not today - dt.timedelta(days=VISITED_DAYS_MAX) <= visited_on <= today:
        raise VisitDayOutOfBounds(past=VISITED_DAYS_MAX, future=DUE_DAYS_MAX, pointer="/visited_on")
    answers = {"content_right": content_right, "in_time": in_time, "helped": helped}
    for name, value in answers.items():
        _require_known(name, value, Said.values)
    _require_known("arrived", arrived, Arrived.values)
    differs = arrived != Arrived.WHOLE or content_right == Said.NO
    told = _text(note, "/note") if note.strip() or differs else ""
    result_id = new_id()
    commitments = keep_texts({result_id: {"note": told}} if told else {})
    row = VisitResult.objects.create(
        id=result_id,
        visit=locked,
        visited_on=visited_on,
        arrived=arrived,
        differs=differs,
        note_commitment=commitments.get(result_id, {}).get("note", ""),
        visited_by_id=actor.holder_id,
        recorded_at=now,
        **answers,
    )
    append_leaves([leaf_of_visit_result(row)])
    return row


@action
def settle_difference(*, actor: Actor, result: VisitResult, text: str, now: dt.datetime) -> DifferenceSettled:
    """Say what was done about a difference; by somebody else than who found it.

    Refuses VisitNotYours, DifferenceNotOpen, DifferenceSettledByVisitor, VisitTextOutOfBounds.
    """
    require_asker(actor)
    locked = VisitResult.objects.select_for_update().get(id=result.id)
    if not locked.differs or DifferenceSettled.objects.filter(result=locked).exists():
        raise DifferenceNotOpen
    if locked.visited_by_id == actor.holder_id:
        raise DifferenceSettledByVisitor
    row_id = new_id()
    kept = keep_texts({row_id: {"text": _text(text, "/text")}})
    return DifferenceSettled.objects.create(
        id=row_id,
        result=locked,
        text_commitment=kept[row_id]["text"],
        visited_by_id=locked.visited_by_id,
        settled_by_id=actor.holder_id,
        settled_at=now,
    )


def deliverers_of(visit: VerificationVisit) -> set[uuid.UUID]:
    """Return who brought it: who scanned the hand-over, with which device, who witnessed it; or who paid the grant."""
    if visit.parcel_id is not None:
        scans = ScanEvent.objects.filter(parcel=visit.parcel_id, step="HAND_OVER")
        rows = scans.values_list("operator_id", "witness_id", "device_id")
        return {one for row in rows for one in row if one is not None}
    grant = visit.grant
    if grant is None or grant.state != GrantState.PAID or grant.entry is None:
        return set()
    return {one for one in (grant.entry.actor_id,) if one is not None}


def _require_known(name: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise VisitAnswerUnknown(value=value[:20], pointer=f"/{name}")


def _text(text: str, pointer: str) -> str:
    told = text.strip()
    if not NOTE_LENGTH_MIN <= len(told) <= NOTE_LENGTH_MAX:
        raise VisitTextOutOfBounds(least=NOTE_LENGTH_MIN, most=NOTE_LENGTH_MAX, pointer=pointer)
    return told
