"""Grant auditors their mandates: by one, approved by another, for some days of the books, until a moment."""

import datetime as dt
import uuid

from logistics.audits.models import AuditLook, AuditMandate
from logistics.journal.revisions import change_master, facts_of, note_changed, note_registered
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Person, Role
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

MANDATE_DAYS_MAX = 400
REASON_LENGTH_MIN = 4
ADDRESS_LENGTH_MAX = 300


class NotAnAuditor(Unacceptable):
    code = "not_an_auditor"
    zh = "{person} 不是审计员账号，或还有其他角色；审计授权只给专门的审计员账号。"
    en = "{person} is no auditor, or has other roles too; mandates are for accounts that only audit."


class MandateDaysReversed(Unacceptable):
    code = "mandate_days_reversed"
    zh = "账期的起止日期颠倒了。"
    en = "The days of the books end before they begin."


class MandateLifeOutOfBounds(Unacceptable):
    code = "mandate_life_out_of_bounds"
    zh = "授权的到期时间须在将来，最长 {most} 天。"
    en = "A mandate expires in the future, in at most {most} days."


class MandateUnexplained(Unacceptable):
    code = "mandate_unexplained"
    zh = "请写明授权依据（至少 {least} 个字），例如委托书文号。"
    en = "Say why this is granted (at least {least} characters), e.g. the number of the engagement letter."


class MandateApprovedByGranter(NotAllowed):
    code = "mandate_approved_by_granter"
    zh = "授权须由另一人批准，申请人和审计员本人都不行。"
    en = "Another person approves a mandate: neither who granted it nor the auditor."


class MandateNotWaiting(Conflicting):
    code = "mandate_not_waiting"
    zh = "这份授权的状态是 {state}，不能这样操作。"
    en = "This mandate is {state}; this cannot be done now."


@action
def grant_mandate(
    *,
    actor: Actor,
    person: Person,
    organisation: Organisation,
    from_on: dt.date,
    to_on: dt.date,
    expires_at: dt.datetime,
    reason: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> AuditMandate:
    """Grant an auditor the books of an organisation; it opens nothing until another person has approved it.

    The same token grants it once. Refuses NotAnAuditor, MandateDaysReversed, MandateLifeOutOfBounds,
    MandateUnexplained.
    """
    mandate_id = derived_id(token, 0) if token else new_id()
    standing = AuditMandate.objects.filter(id=mandate_id).first()
    if standing is not None:
        return standing
    if not is_bound(person):
        raise NotAnAuditor(person=person.username, pointer="/person")
    if to_on < from_on:
        raise MandateDaysReversed(pointer="/to_on")
    _require_life(expires_at, now)
    if len(reason.strip()) < REASON_LENGTH_MIN:
        raise MandateUnexplained(least=REASON_LENGTH_MIN, pointer="/reason")
    mandate = AuditMandate.objects.create(
        id=mandate_id,
        person=person,
        organisation=organisation,
        from_on=from_on,
        to_on=to_on,
        expires_at=expires_at,
        reason=reason.strip(),
        granted_at=now,
        granted_by_id=actor.holder_id,
    )
    note_registered([mandate], cause=actor.cause(now, reason))
    return mandate


@action
def approve_mandate(*, actor: Actor, mandate: AuditMandate, now: dt.datetime) -> AuditMandate:
    """Approve a mandate: from now on it opens the books. Refuses MandateNotWaiting, MandateApprovedByGranter."""
    locked = AuditMandate.objects.select_for_update().get(id=mandate.id)
    state = locked.state_at(now)
    if state != "GRANTED":
        raise MandateNotWaiting(state=state)
    if actor.holder_id in (locked.granted_by_id, locked.person_id):
        raise MandateApprovedByGranter
    before = facts_of(locked)
    locked.approved_at, locked.approved_by_id = now, actor.holder_id
    locked.save(update_fields=["approved_at", "approved_by_id"])
    note_changed(locked, before=before, cause=actor.cause(now))
    return locked


@action
def extend_mandate(
    *, actor: Actor, mandate: AuditMandate, expires_at: dt.datetime, reason: str, now: dt.datetime
) -> AuditMandate:
    """Let a mandate run on, also one that has expired, by somebody else than the auditor.

    Refuses MandateNotWaiting (an ended one), MandateLifeOutOfBounds, MandateApprovedByGranter, ChangeUnexplained.
    """
    _require_life(expires_at, now)
    if mandate.state_at(now) == "ENDED":
        raise MandateNotWaiting(state="ENDED")
    if actor.holder_id == mandate.person_id:
        raise MandateApprovedByGranter
    cause = actor.cause(now, reason)
    return change_master(mandate, changes={"expires_at": expires_at}, changeable=("expires_at",), cause=cause)


@action
def end_mandate(*, actor: Actor, mandate: AuditMandate, reason: str, now: dt.datetime) -> AuditMandate:
    """End a mandate at once, for ever. Refuses MandateNotWaiting, ChangeUnexplained."""
    if mandate.state_at(now) == "ENDED":
        raise MandateNotWaiting(state="ENDED")
    cause = actor.cause(now, reason)
    return change_master(mandate, changes={"ended_at": now}, changeable=("ended_at",), cause=cause)


def record_look(*, actor: Actor, address: str, now: dt.datetime) -> None:
    """Keep on record what an auditor opens; nothing for whoever is no bound auditor."""
    if actor.reach is not None:
        _note_look(mandate_id=actor.reach.mandate_id, actor=actor, address=address, now=now)


@action
def _note_look(*, mandate_id: uuid.UUID, actor: Actor, address: str, now: dt.datetime) -> None:
    AuditLook.objects.create(
        mandate_id=mandate_id, person_id=actor.holder_id, address=address[:ADDRESS_LENGTH_MAX], looked_at=now
    )


def is_bound(person: Person) -> bool:
    """Tell whether a person audits and does nothing else: such an account opens what a mandate opens, no more."""
    return set(person.roles) == {Role.AUDITOR}


def _require_life(expires_at: dt.datetime, now: dt.datetime) -> None:
    if not now < expires_at <= now + dt.timedelta(days=MANDATE_DAYS_MAX):
        raise MandateLifeOutOfBounds(most=MANDATE_DAYS_MAX, pointer="/expires_at")
