"""Correct what is written of a member of a family, with a reason: noted in the family's history, sealed, erasable."""

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from logistics.households.actions import NameMissing, SexUnknown, members_noted
from logistics.households.identity import checked_birth_date, checked_identity_number
from logistics.households.models import Household, Member, Sex
from logistics.journal.revisions import (
    REASON_LENGTH_MAX,
    REASON_LENGTH_MIN,
    ChangeUnexplained,
    MasterValueRefused,
    RevisionStale,
    facts_of,
    note_changed,
    revision_number,
)
from logistics.kernel.canonical import CanonicalValue
from logistics.parties.actors import Actor
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

MEMBER_FIELDS = ("name", "sex", "born_on", "identity_number", "relation", "has_consent")
RELATION_LENGTH_MAX = 24


@action
def correct_member(
    *,
    actor: Actor,
    member: Member,
    changes: Mapping[str, object],
    reason: str,
    number: int | None = None,
    now: dt.datetime,
) -> Member:
    """Correct a member of a family; what stands already changes nothing. Permits that were given stand.

    `number` is the family's revision that the caller saw. Refuses ChangeUnexplained, RevisionStale, MasterValueRefused,
    NameMissing, SexUnknown, BirthDateWrong, IdentityNumberWrong.
    """
    if not REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    # One lock for the family: whoever comes next sees this revision.
    household = Household.objects.select_for_update().get(id=member.household_id)
    standing = revision_number(household)
    if number is not None and number != standing:
        raise RevisionStale(number=standing)
    before = _facts(household)
    locked = household.members.get(id=member.id)
    for name, value in changes.items():
        setattr(locked, name, _checked(name, value, now))
    locked.name_index = blind_index(locked.name, "name")
    identity_number = locked.identity_number
    locked.identity_number_index = blind_index(identity_number, "identity-number") if identity_number else ""
    locked.save(update_fields=[*MEMBER_FIELDS, "name_index", "identity_number_index"])
    note_changed(household, before=before, after=_facts(household), cause=actor.cause(now, reason))
    return locked


def _facts(household: Household) -> dict[str, CanonicalValue]:
    (noted,) = members_noted([household], list(household.members.order_by("id")))
    return {**facts_of(household), **noted}


def _checked(name: str, value: object, now: dt.datetime) -> object:
    """Return a value as it is kept."""
    if name == "name" and isinstance(value, str):
        if not value.strip():
            raise NameMissing(pointer="/name")
        return value.strip()
    if name == "sex":
        if value not in ("", *Sex.values):
            raise SexUnknown(pointer="/sex")
        return value
    if name == "born_on" and (value is None or isinstance(value, dt.date)):
        return checked_birth_date(value, on=timezone.localdate(now), pointer="/born_on")
    if name == "identity_number" and isinstance(value, str):
        return checked_identity_number(value, "/identity_number")
    if name == "relation" and isinstance(value, str) and len(value) <= RELATION_LENGTH_MAX:
        return value
    if name == "has_consent" and isinstance(value, bool):
        return value
    raise MasterValueRefused(field=name, pointer=f"/{name}")
