"""Ask for households: masked unless somebody says why."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from logistics.households.access import visible_households
from logistics.households.identity import identity_warnings, masked_name, masked_number
from logistics.households.models import Household, Member
from logistics.households.persons import standing_household, standing_member
from logistics.households.visibility import Eyes
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation


class HouseholdMissing(Missing):
    code = "household_missing"
    zh = "没有找到家庭 {household}。"
    en = "There is no household {household}."


class MemberMissing(Missing):
    code = "member_missing"
    zh = "没有找到成员 {member}。"
    en = "There is no member {member}."


@dataclass(frozen=True)
class MemberView:
    """What a door may show of a member."""

    member_id: uuid.UUID
    reference: str
    name: str
    identity_number: str
    sex: str
    born_on: dt.date | None
    relation: str
    has_consent: bool
    telephone: str
    is_head: bool
    # What a person should look at: `residence_permit`.
    warnings: list[str]


@dataclass(frozen=True)
class HouseholdView:
    """What a door may show of a household."""

    household_id: uuid.UUID
    reference: str
    division_code: str
    township: str
    head_name: str
    address: str
    telephone: str
    is_masked: bool
    members: list[MemberView]
    # The fields that a reason would show.
    unmaskable: list[str]


def get_household(*, household_id: uuid.UUID, organisation: Organisation) -> Household:
    """Return the household with this id. Refuses HouseholdMissing, also for another organisation's."""
    rows = visible_households(organisation).select_related("account", "organisation", "card_code")
    found = rows.filter(id=household_id).first()
    if found is None:
        raise HouseholdMissing(household=str(household_id), pointer="/household")
    return found


def get_member(*, member_id: uuid.UUID, household: Household) -> Member:
    """Return a member of a household; one entered twice, the one that stays. Refuses MemberMissing."""
    named = Member.objects.filter(id=member_id).first()
    found = standing_member(named) if named else None
    if named is None or found is None or household.id not in (named.household_id, found.household_id):
        raise MemberMissing(member=str(member_id), pointer="/beneficiary")
    return found


def get_recipient_household(*, household_id: uuid.UUID, organisation: Organisation) -> Household:
    """Return the household that receives what is for this one: the one that it was merged into, or itself.

    Refuses HouseholdMissing, also for another organisation's.
    """
    return standing_household(get_household(household_id=household_id, organisation=organisation))


def get_recipient(*, reference: str, organisation: Organisation) -> tuple[Household, Member | None]:
    """Return whom a reference names: a household, or a household and its member; who was merged, as the one that stays.

    Refuses HouseholdMissing.
    """
    rows = visible_households(organisation).select_related("account", "organisation")
    wanted = reference.strip().upper()
    member = Member.objects.filter(reference=wanted, household__in=rows.order_by()).first()
    found = rows.filter(id=member.household_id).first() if member else rows.filter(reference=wanted).first()
    if found is None:
        raise HouseholdMissing(household=reference[:24], pointer="/beneficiary")
    return standing_household(found), standing_member(member) if member else None


def household_view_for(household: Household, eyes: Eyes) -> HouseholdView:
    """Say a household as somebody sees it. Opened eyes come from `view_household` only, which keeps the log."""
    rows = household.members.all()
    # In a family that was merged away its own members still stand.
    shown = rows if household.merged_into_id else [row for row in rows if row.merged_into_id is None]
    members = sorted(shown, key=lambda member: member.id)
    return HouseholdView(
        household_id=household.id,
        reference=household.reference,
        division_code=household.division_code,
        township=household.township,
        head_name=_text(eyes, "head_name", household.head_name, masked_name),
        address=_text(eyes, "address", household.address, _hidden),
        telephone=_text(eyes, "telephone", household.telephone, masked_number),
        is_masked=not eyes.is_unmasked,
        members=[_member_view(member, eyes) for member in members],
        unmaskable=eyes.unmaskable(),
    )


def _member_view(member: Member, eyes: Eyes) -> MemberView:
    return MemberView(
        member_id=member.id,
        reference=member.reference,
        name=_text(eyes, "name", member.name, masked_name),
        identity_number=_text(eyes, "identity_number", member.identity_number, masked_number),
        sex=member.sex,
        born_on=member.born_on if eyes.shows("born_on") else None,
        relation=member.relation,
        has_consent=member.has_consent,
        telephone=_text(eyes, "member_telephone", member.telephone, masked_number),
        is_head=member.is_head,
        warnings=identity_warnings(member.identity_number),
    )


def _text(eyes: Eyes, field: str, value: str, mask: Callable[[str], str]) -> str:
    """Return a text as it is, masked, or empty where somebody sees nothing of it."""
    if eyes.shows(field):
        return value
    return mask(value) if eyes.knows(field) else ""


def _hidden(value: str) -> str:
    """Mask what has no harmless beginning."""
    return ""
