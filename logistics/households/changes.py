"""Correct what is written of a family and its members, with a reason: noted in its history, sealed, erasable."""

import datetime as dt
import re
from collections.abc import Mapping

from django.utils import timezone

from logistics.households.actions import HeadsOutOfBounds, NameMissing, SexUnknown, is_head_of
from logistics.households.consents import declare_consent, follow_consents
from logistics.households.facts import noting
from logistics.households.identity import agreed, checked_birth_date, checked_identity_number, checked_telephone
from logistics.households.indexes import HOUSEHOLD_INDEXES, MEMBER_INDEXES, index_household, index_member
from logistics.households.models import Household, Member, Sex
from logistics.journal.revisions import (
    REASON_LENGTH_MAX,
    REASON_LENGTH_MIN,
    ChangeUnexplained,
    MasterValueRefused,
    RevisionStale,
    revision_number,
)
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

MEMBER_FIELDS = ("name", "sex", "born_on", "identity_number", "telephone", "relation", "is_head", "has_consent")
RELATION_LENGTH_MAX = 24
# With the most characters of each.
HOUSEHOLD_FIELDS = {"head_name": 60, "address": 200, "telephone": 24, "township": 60, "division_code": 12}
# GB/T 2260 and what is built on it: county, township, village.
DIVISION_CODE = re.compile(r"\d{6}(\d{3}|\d{6})?")


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
    """Correct a member of a family; what stands already changes nothing. Where a sex or birth date is corrected, a
    permit that was given and not used is judged anew before goods or money reach the family.

    `number` is the family's revision that the caller saw. Refuses ChangeUnexplained, RevisionStale, MasterValueRefused,
    NameMissing, SexUnknown, BirthDateWrong, IdentityNumberWrong, IdentityNumberDisagrees, TelephoneWrong,
    HeadsOutOfBounds.
    """
    if not REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    with noting(member.household, member=member, actor=actor, reason=reason, now=now) as household:
        standing = revision_number(household)
        if number is not None and number != standing:
            raise RevisionStale(number=standing)
        locked = household.members.get(id=member.id)
        for name, value in changes.items():
            setattr(locked, name, _checked(name, value, now))
        _agree(locked, changes, now)
        index_member(locked).save(update_fields=[*MEMBER_FIELDS, *MEMBER_INDEXES])
        if "has_consent" in changes:
            declare_consent(locked, is_given=locked.has_consent, now=now, by=actor.holder_id)
        elif "born_on" in changes or "identity_number" in changes:
            follow_consents(locked, timezone.localdate(now))
    return locked


@action
def correct_household(
    *,
    actor: Actor,
    household: Household,
    changes: Mapping[str, object],
    reason: str,
    number: int | None = None,
    now: dt.datetime,
) -> Household:
    """Correct what is written of a family itself; what stands already changes nothing.

    Refuses ChangeUnexplained, RevisionStale, MasterValueRefused, NameMissing, TelephoneWrong.
    """
    if not REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    with noting(household, actor=actor, reason=reason, now=now) as locked:
        standing = revision_number(locked)
        if number is not None and number != standing:
            raise RevisionStale(number=standing)
        for name, value in changes.items():
            setattr(locked, name, _checked_of_household(name, value))
        index_household(locked).save(update_fields=[*HOUSEHOLD_FIELDS, *HOUSEHOLD_INDEXES])
    return locked


def _checked_of_household(name: str, value: object) -> str:
    """Return a value as it is kept."""
    if not isinstance(value, str) or name not in HOUSEHOLD_FIELDS or len(value) > HOUSEHOLD_FIELDS[name]:
        raise MasterValueRefused(field=name, pointer=f"/{name}")
    if name == "telephone":
        return checked_telephone(value, "/telephone")
    text = value.strip()
    if name == "head_name" and not text:
        raise NameMissing(pointer="/head_name")
    if (name == "township" and not text) or (name == "division_code" and not DIVISION_CODE.fullmatch(text)):
        raise MasterValueRefused(field=name, pointer=f"/{name}")
    return text


def _agree(member: Member, changes: Mapping[str, object], now: dt.datetime) -> None:
    """Let number, sex and birth date say the same, and one member be the head."""
    if {"sex", "born_on", "identity_number"} & set(changes):
        member.sex, born_on = agreed(member.identity_number, member.sex, member.born_on, "")
        member.born_on = checked_birth_date(born_on, on=timezone.localdate(now), pointer="/born_on")
    if "relation" in changes and is_head_of(member.relation):
        member.is_head = True
    others = Member.objects.filter(household_id=member.household_id, is_head=True).exclude(id=member.id)
    if member.is_head and others.exists():
        raise HeadsOutOfBounds(pointer="/is_head")


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
    if name == "telephone" and isinstance(value, str):
        return checked_telephone(value, "/telephone")
    if name == "relation" and isinstance(value, str) and len(value) <= RELATION_LENGTH_MAX:
        return value
    if name in ("has_consent", "is_head") and isinstance(value, bool):
        return value
    raise MasterValueRefused(field=name, pointer=f"/{name}")
