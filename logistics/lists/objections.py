"""Object to a public notice, by anyone; answer with a reason, before the list can be approved.

What is said may be the most sensitive thing in this system: it is kept encrypted and apart, read by who decides.
"""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.households.standing import PersonErased, require_unerased
from logistics.journal.committed import keep_texts, texts_of
from logistics.journal.leaves import append_leaves, said
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import leaf_bytes
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Unacceptable
from logistics.lists.applications import drop_application
from logistics.lists.models import Application, ApplicationState, NoticeEntry, Objection, ObjectionState, PublicNotice
from logistics.lists.reasons import OBJECTION_UPHELD, checked_text
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import derived_id, new_id
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

# Few enough from one address that nobody alone shuts out all others, or holds up a list by objecting.
OBJECTIONS_PER_NOTICE_DAY_MAX, OBJECTIONS_PER_SOURCE_DAY_MAX = 200, 20
CONTACT_LENGTH_MAX = 120


class ObjectionMissing(Missing):
    code = "objection_missing"
    zh = "没有找到这条异议。"
    en = "There is no such objection."


class NoticeOver(Conflicting):
    code = "notice_over"
    zh = "公示已于 {ends_on} 结束。如有情况，请联系主办单位。"
    en = "The notice ended on {ends_on}. Please call the body that published it."


class NumberNotOnNotice(Unacceptable):
    code = "number_not_on_notice"
    zh = "这份公示里没有编号 {number}。"
    en = "The number {number} does not stand on this notice."


class ObjectionContactTooLong(Unacceptable):
    code = "objection_contact_too_long"
    zh = "联系方式最多 {most} 个字。"
    en = "How to reach you has at most {most} characters."


class TooManyObjections(Conflicting):
    code = "too_many_objections"
    zh = "这份公示今天收到的异议太多，请明天再提，或直接联系主办单位。"
    en = "Too many objections came in today: try again tomorrow, or call the body that published the notice."


class ObjectionAnswered(Conflicting):
    code = "objection_answered"
    zh = "这条异议已经答复。"
    en = "This objection is answered already."


class ObjectionToNobody(Unacceptable):
    code = "objection_to_nobody"
    zh = "这条异议没有指明编号，只能答复，不能据此取消某户。"
    en = "This objection names no number: it can be answered, but nobody can be taken off for it."


class AnsweredByReviewer(NotAllowed):
    code = "answered_by_reviewer"
    zh = "审核过这份申报的人不能答复对它的异议。"
    en = "Who reviewed the application may not answer what is objected to it."


@action
def raise_objection(
    *,
    notice: PublicNotice,
    number: str = "",
    text: str,
    contact: str = "",
    source: str = "",
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Objection:
    """Object to a notice, or to one number on it, while it runs; nobody need say who they are. The same token once.

    `source` is the address that an unknown person writes from, of which no more than a keyed hash is kept.

    Refuses NoticeOver, NumberNotOnNotice, TextOutOfBounds, ObjectionContactTooLong, TooManyObjections. A stranger is
    told of a family that was erased what anybody is told of a number that never was.
    """
    objection_id = derived_id(token, 0) if token else new_id()
    standing = Objection.objects.filter(id=objection_id).first()
    if standing is not None:
        return standing
    if timezone.localdate(now) > notice.ends_on:
        raise NoticeOver(ends_on=notice.ends_on.isoformat())
    told = {"text": checked_text(text), "contact": without_hidden_signs(contact).strip()}
    if len(told["contact"]) > CONTACT_LENGTH_MAX:
        raise ObjectionContactTooLong(most=CONTACT_LENGTH_MAX, pointer="/contact")
    wanted = number.strip().upper()
    entry = _entry(notice, wanted) if wanted else None
    if wanted and entry is None:
        raise NumberNotOnNotice(number=number.strip()[:24], pointer="/number")
    # Locked, so that the limit holds, and so that a list is not approved meanwhile.
    PublicNotice.objects.select_for_update().get(id=notice.id)
    lately = Objection.objects.filter(notice=notice, raised_at__gt=now - dt.timedelta(days=1))
    source_index = blind_index(source, "objections.source") if source else None
    from_there = lately.filter(source_index=source_index).count() if source_index else 0
    if lately.count() >= OBJECTIONS_PER_NOTICE_DAY_MAX or from_there >= OBJECTIONS_PER_SOURCE_DAY_MAX:
        raise TooManyObjections
    kept = keep_texts({objection_id: {name: value for name, value in told.items() if value}})
    return Objection.objects.create(
        id=objection_id,
        notice=notice,
        application_id=entry.application_id if entry else None,
        raised_at=now,
        text_commitment=kept[objection_id]["text"],
        source_index=source_index,
    )


@action
def answer_objection(*, actor: Actor, objection: Objection, is_upheld: bool, text: str, now: dt.datetime) -> Objection:
    """Answer an objection with a reason; an upheld one takes its application off, which is told to who proposed it.

    Refuses ObjectionAnswered, ObjectionToNobody, AnsweredByReviewer, TextOutOfBounds.
    """
    told = checked_text(text)
    locked = Objection.objects.select_for_update(of=("self",)).select_related("notice").get(id=objection.id)
    if locked.state != ObjectionState.OPEN:
        raise ObjectionAnswered
    if is_upheld and locked.application_id is None:
        raise ObjectionToNobody(pointer="/is_upheld")
    found = Application.objects.select_for_update().get(id=locked.application_id) if locked.application_id else None
    if found is not None and found.reviewed_by_id == actor.holder_id:
        raise AnsweredByReviewer
    owner = answer_owner(locked)
    locked.answer_commitment = keep_texts({owner: {"answer": told}})[owner]["answer"]
    locked.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    locked.answered_at, locked.answered_by_id = now, actor.holder_id
    locked.save(update_fields=["state", "answered_at", "answered_by_id", "answer_commitment"])
    append_leaves([leaf_of_objection(locked)])
    if is_upheld and found is not None and found.state == ApplicationState.ON_NOTICE:
        drop_application(found, actor_id=actor.holder_id, reason=OBJECTION_UPHELD, text=told, now=now)
    return locked


def _entry(notice: PublicNotice, number: str) -> NoticeEntry | None:
    rows = NoticeEntry.objects.select_related("application")
    found = rows.filter(notice=notice, reference=number).first()
    if found is None:
        return None
    whom = found.application.beneficiary_id
    try:
        require_unerased([found.application.household_id], [whom] if whom else [])
    except PersonErased:
        return None
    return found


def answer_owner(objection: Objection) -> uuid.UUID:
    """Return under which id the answer is kept: apart from the objection, so that either can be erased alone."""
    return uuid.uuid5(objection.id, "answer")


def objections_to(notice: PublicNotice) -> "QuerySet[Objection]":
    """Return what was objected to a notice, open ones first, the oldest first."""
    rows = Objection.objects.filter(notice=notice).select_related("application", "notice")
    return rows.order_by("answered_at", "raised_at")


def get_objection(*, objection_id: uuid.UUID, organisation: Organisation) -> Objection:
    """Return an objection to a notice of an organisation or of those below it. Refuses ObjectionMissing."""
    rows = Objection.objects.filter(notice__organisation__in=organisation_ids_below(organisation))
    found = rows.select_related("notice", "application").filter(id=objection_id).first()
    if found is None:
        raise ObjectionMissing
    return found


def texts_of_objections(rows: list[Objection]) -> dict[uuid.UUID, dict[str, str]]:
    """Return what is kept of objections: `text`, `contact` and `answer`."""
    kept = texts_of([*(row.id for row in rows), *(answer_owner(row) for row in rows)])
    return {row.id: {**kept.get(row.id, {}), **kept.get(answer_owner(row), {})} for row in rows}


def leaf_of_objection(row: Objection) -> LeafData:
    """Say an answered objection in canonical bytes, without where it came from, which is forgotten."""
    data = leaf_bytes("OBJECTION", {"objection": said(row, "source_index")})
    return LeafData("OBJECTION", row.id, data, row.notice.organisation_id)
