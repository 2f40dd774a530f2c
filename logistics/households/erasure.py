"""Erase a person: what every room keeps of a family or one member goes for good, and the books stand.

Entries, scans and leaves name opaque ids and commitments. The salts go with the texts, so that a commitment says
nothing any more, while roots and every proof that was issued hold as before. A list of erasures lies beside the keys,
outside the database: after a backup from before is restored, `replay_erasures` erases the same persons again.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction

from logistics.codes.actions import revoke_code
from logistics.codes.models import CodeState
from logistics.households.erasing import copies_of, subject_of
from logistics.households.indexes import HOUSEHOLD_INDEXES
from logistics.households.models import Erasure, Household, Member
from logistics.journal.revisions import Cause, erase_revision_texts, note_changed
from logistics.kernel.canonical import CanonicalValue
from logistics.parties.actors import Actor
from logistics.storage.erasing import Subject, holdings
from logistics.storage.erasure_list import note_erasure, noted_erasures
from logistics.storage.erasures import ERASED_FIELD, Part, require_cause, require_finished
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

EMPTY_HOUSEHOLD = dict.fromkeys(("head_name", "address", "telephone", *HOUSEHOLD_INDEXES), "")
EMPTY_HEAD = {name: "" for name in EMPTY_HOUSEHOLD if name != "address"}


@dataclass(frozen=True)
class Listed:
    """One line of the list of erasures beside the keys."""

    erasure_id: uuid.UUID
    household_id: uuid.UUID
    member_id: uuid.UUID | None
    cause: str
    erased_at: dt.datetime


def kept_of(household: Household, member: Member | None = None) -> list[Part]:
    """Count what every room keeps of a family or of one member: what an erasure shows before it is confirmed."""
    subjects = [subject_of(*copy) for copy in copies_of(household, member)]
    return [Part(one.name, one.zh, one.en, sum(len(one.say(subject)) for subject in subjects)) for one in holdings()]


def open_things(household: Household, member: Member | None = None) -> list[str]:
    """List by reference what must be finished before an erasure."""
    subjects = [subject_of(*copy) for copy in copies_of(household, member)]
    return [reference for one in holdings() for subject in subjects for reference in one.hinders(subject)]


@action
def erase_person(
    *,
    actor: Actor | None,
    household: Household,
    member: Member | None = None,
    cause: str,
    now: dt.datetime,
    erasure_id: uuid.UUID | None = None,
) -> Erasure:
    """Erase a family, or one member of it, for good, with what was entered twice; the second time changes nothing.

    With `erasure_id` an erasure is done again in a restored database. Without an actor, the installation itself does
    it. Refuses ErasureTooEarly, ErasureCauseUnknown.
    """
    require_cause(cause)
    if erasure_id is not None:
        # Each copy is on the list by itself: a backup may be from before the merge.
        return _erased(actor, household, member, cause, now, erasure_id)
    # In the order of their ids, as merges lock them.
    copies = [household.id, *(copy.id for copy, _ in copies_of(household, member))]
    list(Household.objects.select_for_update().filter(id__in=copies).order_by("id"))
    require_finished(open_things(household, member))
    each: list[tuple[Household, Member | None]] = []
    for copy, members in copies_of(household, member):
        each += [(copy, None)] if members is None else [(copy, row) for row in members]
    rows = [_erased(actor, copy, who, cause, now, None) for copy, who in each]
    return next((row for row in rows if row.household_id == household.id), rows[0])


def _erased(
    actor: Actor | None,
    household: Household,
    member: Member | None,
    cause: str,
    now: dt.datetime,
    erasure_id: uuid.UUID | None,
) -> Erasure:
    locked = Household.objects.select_for_update().get(id=household.id)
    subject = subject_of(locked, [member] if member else None)
    _empty_household(locked, member, actor, now)
    counts: dict[str, CanonicalValue] = {one.name: one.erase(subject, now) for one in holdings()}
    counts["journal.texts"] = erase_revision_texts(row=locked)
    row = Erasure.objects.create(
        id=erasure_id or new_id(),
        household=locked,
        member=member,
        cause=cause,
        counts=counts,
        erased_at=now,
        erased_by_id=actor.holder_id if actor else None,
    )
    if erasure_id is None:
        transaction.on_commit(lambda: _list(row))
    return row


def listed_erasures() -> Iterator[Listed]:
    """Yield the families and members on the list of erasures beside the keys, the oldest first."""
    for said in noted_erasures("household"):
        yield Listed(
            uuid.UUID(said["erasure"]),
            uuid.UUID(said["household"]),
            uuid.UUID(member) if (member := said["member"]) else None,
            str(said["cause"]),
            dt.datetime.fromisoformat(str(said["at"])),
        )


def replay_erasure(listed: Listed) -> bool:
    """Erase again what a restored backup brought back. Returns whether there was something to erase."""
    if Erasure.objects.filter(id=listed.erasure_id).exists():
        return False
    household = Household.objects.filter(id=listed.household_id).first()
    member = Member.objects.filter(id=listed.member_id).first() if listed.member_id else None
    if household is None or (listed.member_id and member is None):
        # The backup is older than the family: nothing of it came back.
        return False
    erase_person(
        actor=None,
        household=household,
        member=member,
        cause=listed.cause,
        now=listed.erased_at,
        erasure_id=listed.erasure_id,
    )
    return True


def export_of(household: Household, member: Member | None = None) -> Mapping[str, CanonicalValue]:
    """Say all that is kept of a family or of one member, by room, in the clear: for the person whom it concerns."""
    subjects: list[Subject] = [subject_of(*copy) for copy in copies_of(household, member)]
    return {one.name: [dict(said) for subject in subjects for said in one.say(subject)] for one in holdings()}


def _empty_household(locked: Household, member: Member | None, actor: Actor | None, now: dt.datetime) -> None:
    """Empty the family's own fields, all with the whole family, those of its head with the head; note who was erased.

    The note names a reference and a moment. One that compared before and after would keep the very words that go.
    """
    said: dict[str, CanonicalValue] = {ERASED_FIELD: member.reference if member else locked.reference}
    if member is None:
        Household.objects.filter(id=locked.id).update(**EMPTY_HOUSEHOLD, erased_at=locked.erased_at or now)
    elif member.is_head or member.name_index == locked.head_name_index:
        Household.objects.filter(id=locked.id).update(**EMPTY_HEAD)
    locked.refresh_from_db()
    card = locked.card_code
    if member is None and card is not None and card.state == CodeState.ACTIVE:
        revoke_code(code=card, reason="erased", now=now)
    if locked.erased_at:
        said["erased_at"] = locked.erased_at.astimezone(dt.UTC).isoformat()
    note_changed(locked, before={}, after=said, cause=actor.cause(now) if actor else Cause(now=now))


def _list(row: Erasure) -> None:
    note_erasure(
        {
            "erasure": str(row.id),
            "household": str(row.household_id),
            "member": str(row.member_id) if row.member_id else None,
            "cause": row.cause,
            "at": row.erased_at.isoformat(),
        }
    )
