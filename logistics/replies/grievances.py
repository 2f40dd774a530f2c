"""Grievances: received by telephone, page or visit; answered by a day, or handed up; sensitive ones seen by few."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.codes import ALPHABET
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Person, Role
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.leaves import leaf_of_step
from logistics.replies.models import Channel, Grievance, GrievanceStep, ReaderNaming, StepKind
from logistics.storage.rows import derived_id, new_id
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

TEXT_LENGTH_MIN, TEXT_LENGTH_MAX = 4, 2_000
CONTACT_LENGTH_MAX = 120
STEPS_MAX = 100
# Twelve characters of 32 are 60 bits: nobody finds one by trying.
RECEIPT_LENGTH, RECEIPT_GROUP = 12, 4
# From one address, and from all together, within an hour.
FROM_ONE_SOURCE_MAX, FROM_ALL_MAX = 5, 1_000
WINDOW = dt.timedelta(hours=1)
ANSWERERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
RECORDERS = (*ANSWERERS, Role.LIAISON, Role.KEEPER, Role.COURIER)
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
# After which step each may come; "" is before the first.
_AFTER = {
    StepKind.TAKEN_UP: {"", "ASKED_AGAIN", "ESCALATED"},
    StepKind.ANSWERED: {"", "TAKEN_UP", "ASKED_AGAIN", "ESCALATED"},
    StepKind.ASKED_AGAIN: {"ANSWERED"},
    StepKind.ESCALATED: {"", "TAKEN_UP", "ASKED_AGAIN", "ESCALATED"},
    StepKind.CLOSED: {"ANSWERED"},
}


class GrievanceKindUnknown(Unacceptable):
    code = "grievance_kind_unknown"
    zh = "没有这种反映事项：{kind}。"
    en = "There is no such kind of grievance: {kind}."


class GrievanceTextOutOfBounds(Unacceptable):
    code = "grievance_text_out_of_bounds"
    zh = "请写明情况（{least} 到 {most} 个字）。"
    en = "Say what happened ({least} to {most} characters)."


class GrievanceContactTooLong(Unacceptable):
    code = "grievance_contact_too_long"
    zh = "联系方式最多 {most} 个字。"
    en = "How to reach you has at most {most} characters."


class GrievancesTooFast(Conflicting):
    code = "grievances_too_fast"
    zh = "一小时内提交太多，请稍后再试，或打电话给我们。"
    en = "Too many within an hour; try again later, or call us."


class GrievanceOutOfTurn(Conflicting):
    code = "grievance_out_of_turn"
    zh = "这件事现在不能这样办理（状态：{state}）。"
    en = "This cannot be done now; the grievance is {state}."


class GrievanceNotYours(NotAllowed):
    code = "grievance_not_yours"
    zh = "您的角色不能登记或办理反映事项。"
    en = "Your role neither records nor answers grievances."


class ReaderNamedByThemself(NotAllowed):
    code = "reader_named_by_themself"
    zh = "敏感事项的查看人须由另一位管理员指定。"
    en = "Who reads sensitive grievances is named by another administrator."


@dataclass(frozen=True)
class Told:
    """What somebody complains of. `about` is the one of ours whom it is of, where it is of one."""

    kind: str
    text: str
    contact: str = ""
    parcel: Parcel | None = None
    about: Person | None = None


@action
def receive_grievance(
    *,
    organisation: Organisation,
    told: Told,
    channel: str,
    actor: Actor | None,
    source: str,
    now: dt.datetime,
    token: uuid.UUID,
) -> tuple[Grievance, str]:
    """Receive a grievance; returns it with the receipt number, which is shown once. The same token receives it once.

    Without an actor it came over the page, from `source`. Refuses GrievanceNotYours, GrievanceKindUnknown,
    GrievanceTextOutOfBounds, GrievanceContactTooLong, GrievancesTooFast.
    """
    if actor is not None and (actor.person is None or not actor.person.has_role(*RECORDERS)):
        raise GrievanceNotYours
    grievance_id = derived_id(token, 0)
    receipt = _receipt_of(token)
    standing = Grievance.objects.filter(id=grievance_id).first()
    if standing is not None:
        return standing, receipt
    kind = grievance_kinds().get(told.kind)
    if kind is None:
        raise GrievanceKindUnknown(kind=told.kind[:24], pointer="/kind")
    text = _text(told.text)
    contact = without_hidden_signs(told.contact).strip()
    if len(contact) > CONTACT_LENGTH_MAX:
        raise GrievanceContactTooLong(most=CONTACT_LENGTH_MAX, pointer="/contact")
    source_index = blind_index(source, "grievances.source") if actor is None else ""
    # Locked, so that two at once get two numbers, and so that many at once are counted.
    Organisation.objects.select_for_update().get(id=organisation.id)
    if actor is None:
        _require_slow(source_index, now)
    year = timezone.localdate(now).year
    numbers = Grievance.objects.filter(organisation=organisation, year=year)
    kept = keep_texts({grievance_id: {"text": text, **({"contact": contact} if contact else {})}})[grievance_id]
    row = Grievance.objects.create(
        id=grievance_id,
        organisation=organisation,
        year=year,
        number=(numbers.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind.code,
        is_sensitive=kind.is_sensitive or told.about is not None,
        channel=channel if actor is not None else Channel.PAGE,
        parcel=told.parcel,
        about=told.about,
        receipt_index=receipt_index(receipt),
        source_index=source_index,
        text_commitment=kept["text"],
        contact_commitment=kept.get("contact", ""),
        recorded_by_id=actor.holder_id if actor else None,
        received_at=now,
        due_at=now + dt.timedelta(days=kind.days),
    )
    return row, receipt


@action
def take_up_grievance(*, actor: Actor, grievance: Grievance, now: dt.datetime) -> GrievanceStep:
    """Say that somebody looks into it. Refuses GrievanceNotYours, GrievanceOutOfTurn."""
    return _step(grievance, StepKind.TAKEN_UP, "", now, actor=actor)


@action
def answer_grievance(*, actor: Actor, grievance: Grievance, text: str, now: dt.datetime) -> GrievanceStep:
    """Answer; the complainant reads it by the receipt number.

    Refuses GrievanceNotYours, GrievanceOutOfTurn, GrievanceTextOutOfBounds.
    """
    return _step(grievance, StepKind.ANSWERED, _text(text), now, actor=actor)


@action
def close_grievance(*, actor: Actor, grievance: Grievance, now: dt.datetime) -> GrievanceStep:
    """Close what was answered. Refuses GrievanceNotYours, GrievanceOutOfTurn."""
    return _step(grievance, StepKind.CLOSED, "", now, actor=actor)


@action
def ask_again(*, grievance: Grievance, text: str, now: dt.datetime) -> GrievanceStep:
    """Ask on by the receipt: the answer does not settle it. Refuses GrievanceOutOfTurn, GrievanceTextOutOfBounds."""
    return _step(grievance, StepKind.ASKED_AGAIN, _text(text), now)


def escalate_overdue(*, now: dt.datetime) -> int:
    """Hand everything that should have been answered by now up to the body above; returns how many went up.

    Where there is none above, it stays, overdue.
    """
    last = GrievanceStep.objects.filter(grievance=OuterRef("pk")).order_by("-position")
    rows = Grievance.objects.filter(due_at__lt=now).annotate(
        last_kind=Coalesce(Subquery(last.values("kind")[:1]), Value("")),
        due_now=Coalesce(Subquery(last.values("due_at")[:1]), F("due_at")),
    )
    late = rows.filter(last_kind__in=_AFTER[StepKind.ESCALATED], due_now__lt=now)
    return sum(_hand_up(row_id, now) for row_id in late.order_by("id").values_list("id", flat=True))


@action
def _hand_up(grievance_id: uuid.UUID, now: dt.datetime) -> bool:
    # Locked and looked at again: another worker may have handed it up meanwhile.
    locked = Grievance.objects.select_for_update(of=("self",)).select_related("organisation__parent")
    row = locked.get(id=grievance_id)
    last = last_step(row)
    kind, holder, due_at = (last.kind, last.holder, last.due_at) if last else ("", row.organisation, row.due_at)
    is_late = kind in _AFTER[StepKind.ESCALATED] and due_at < now
    if not is_late or holder.parent is None or (last is not None and last.position + 1 >= STEPS_MAX):
        return False
    _step(row, StepKind.ESCALATED, "", now, holder=holder.parent)
    return True


@action
def name_reader(*, actor: Actor, person: Person, is_reader: bool, now: dt.datetime) -> ReaderNaming:
    """Name somebody who reads sensitive grievances of their body and those below, or no longer.

    Refuses GrievanceNotYours (no administrator, or somebody who answers none), ReaderNamedByThemself.
    """
    if actor.person is None or not actor.person.has_role(Role.ADMINISTRATOR) or not person.has_role(*ANSWERERS):
        raise GrievanceNotYours
    if actor.holder_id == person.id:
        raise ReaderNamedByThemself
    Person.objects.select_for_update().get(id=person.id)
    earlier = ReaderNaming.objects.filter(person=person).count()
    return ReaderNaming.objects.create(
        person=person, position=earlier, is_reader=is_reader, named_by_id=actor.holder_id, named_at=now
    )


def last_step(grievance: Grievance) -> GrievanceStep | None:
    """Return the last step of a grievance, or None."""
    rows = GrievanceStep.objects.filter(grievance=grievance).select_related("holder__parent")
    return rows.order_by("-position").first()


def receipt_index(receipt: str) -> str:
    """Say the keyed hash under which a receipt number is found, however it was typed."""
    return blind_index(receipt.upper().translate(_READ_AS), "grievances.receipt")


def _receipt_of(token: uuid.UUID) -> str:
    """Make the receipt number of a form: sent twice, it is the same; without this house's key nobody can say it."""
    number = int(blind_index(token.hex, "grievances.receipt-of"), 16)
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in range(RECEIPT_LENGTH))
    return "-".join(signs[at : at + RECEIPT_GROUP] for at in range(0, RECEIPT_LENGTH, RECEIPT_GROUP))


def _require_slow(source_index: str, now: dt.datetime) -> None:
    recent = Grievance.objects.filter(received_at__gt=now - WINDOW).exclude(source_index="")
    if recent.filter(source_index=source_index).count() >= FROM_ONE_SOURCE_MAX or recent.count() >= FROM_ALL_MAX:
        raise GrievancesTooFast


def _step(
    grievance: Grievance,
    kind: StepKind,
    text: str,
    now: dt.datetime,
    *,
    actor: Actor | None = None,
    holder: Organisation | None = None,
) -> GrievanceStep:
    if actor is not None and (
        actor.person is None or not actor.person.has_role(*ANSWERERS) or grievance.about_id == actor.holder_id
    ):
        raise GrievanceNotYours
    locked = Grievance.objects.select_for_update().get(id=grievance.id)
    last = last_step(locked)
    position = last.position + 1 if last else 0
    if (last.kind if last else "") not in _AFTER[kind] or position >= STEPS_MAX:
        raise GrievanceOutOfTurn(state=last.kind if last else "OPEN")
    days = grievance_kinds()[locked.kind].days if locked.kind in grievance_kinds() else 0
    is_new_term = kind in (StepKind.ESCALATED, StepKind.ASKED_AGAIN)
    step_id = new_id()
    kept = keep_texts({step_id: {"text": text}} if text else {})
    row = GrievanceStep.objects.create(
        id=step_id,
        grievance=locked,
        position=position,
        kind=kind,
        holder=holder or (last.holder if last else locked.organisation),
        text_commitment=kept.get(step_id, {}).get("text", ""),
        author_id=actor.holder_id if actor else None,
        due_at=now + dt.timedelta(days=days) if is_new_term else (last.due_at if last else locked.due_at),
        noted_at=now,
    )
    append_leaves([leaf_of_step(row)])
    return row


def _text(text: str) -> str:
    told = without_hidden_signs(text).strip()
    if not TEXT_LENGTH_MIN <= len(told) <= TEXT_LENGTH_MAX:
        raise GrievanceTextOutOfBounds(least=TEXT_LENGTH_MIN, most=TEXT_LENGTH_MAX, pointer="/text")
    return told
