"""Register one family at a desk or a door, and who joins a family later: a child was born, a grandmother moved in."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.households.actions import (
    MEMBERS_MAX,
    HeadsOutOfBounds,
    HouseholdInput,
    MemberInput,
    MembersOutOfBounds,
    member_made,
    record_households,
)
from logistics.households.facts import noting
from logistics.households.finding import perhaps_known
from logistics.households.models import Household, Member
from logistics.kernel.refusals import Conflicting
from logistics.parties.actors import Actor
from logistics.storage.rows import derived_id
from logistics.storage.transactions import action


class FamilyPerhapsKnown(Conflicting):
    code = "household_perhaps_known"
    zh = "可能已登记为 {references}，请先核对；确实不是同一家的，请勾选“另一家”再提交。"
    en = "Perhaps on record as {references}: look first. If it is another family, tick that it is, and send again."


@action
def register_family(
    *, actor: Actor, family: HouseholdInput, token: uuid.UUID, is_another: bool = False, now: dt.datetime
) -> Household:
    """Record one family; the same token records it once. `is_another` says that a person has looked.

    Refuses FamilyPerhapsKnown, and what `record_household` refuses.
    """
    household_id = derived_id(token, 0)
    standing = Household.objects.filter(id=household_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    known = [] if is_another else perhaps_known(actor.organisation, family)
    if known:
        raise FamilyPerhapsKnown(references=[row.reference for row in known])
    named = HouseholdInput(**{**vars(family), "household_id": household_id})
    (row,) = record_households(organisation=actor.organisation, families=[named], now=now, cause=actor.cause(now))
    return row


@action
def register_member(
    *, actor: Actor, household: Household, member: MemberInput, token: uuid.UUID, now: dt.datetime
) -> Member:
    """Let somebody join a family; the same token does it once. Consents, hardships and guardians follow by themselves.

    Refuses MembersOutOfBounds, HeadsOutOfBounds, NameMissing, SexUnknown, BirthDateWrong, IdentityNumberWrong,
    IdentityNumberDisagrees, TelephoneWrong, PersonErased.
    """
    member_id = derived_id(token, 0)
    standing = Member.objects.filter(id=member_id, household=household).first()
    if standing is not None:
        return standing
    with noting(household, actor=actor, now=now) as locked:
        members = Member.objects.filter(household=locked, merged_into__isnull=True)
        if members.count() >= MEMBERS_MAX:
            raise MembersOutOfBounds(most=MEMBERS_MAX)
        row = member_made(locked, member, pointer="", today=timezone.localdate(now))
        if row.is_head and members.filter(is_head=True).exists():
            raise HeadsOutOfBounds(pointer="/relation")
        row.id = member_id
        row.save(force_insert=True)
    return row
