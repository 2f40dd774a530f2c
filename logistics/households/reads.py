"""Ask for households: masked unless somebody says why."""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.households.access import visible_households
from logistics.households.identity import masked_name, masked_number
from logistics.households.models import Household, Member
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


def get_household(*, household_id: uuid.UUID, organisation: Organisation) -> Household:
    """Return the household with this id. Refuses HouseholdMissing, also for another organisation's."""
    rows = visible_households(organisation).select_related("account", "organisation", "card_code")
    found = rows.filter(id=household_id).first()
    if found is None:
        raise HouseholdMissing(household=str(household_id), pointer="/household")
    return found


def get_member(*, member_id: uuid.UUID, household: Household) -> Member:
    """Return a member of a household. Refuses MemberMissing."""
    found = Member.objects.filter(id=member_id, household=household).first()
    if found is None:
        raise MemberMissing(member=str(member_id), pointer="/beneficiary")
    return found


def get_recipient(*, reference: str, organisation: Organisation) -> tuple[Household, Member | None]:
    """Return whom a reference names: a household, or a household and its member. Refuses HouseholdMissing."""
    rows = visible_households(organisation).select_related("account", "organisation")
    wanted = reference.strip().upper()
    member = Member.objects.filter(reference=wanted, household__in=rows.order_by()).first()
    found = rows.filter(id=member.household_id).first() if member else rows.filter(reference=wanted).first()
    if found is None:
        raise HouseholdMissing(household=reference[:24], pointer="/beneficiary")
    return found, member


def household_view_for(household: Household, *, is_masked: bool) -> HouseholdView:
    """Say a household for a door. Unmask only through `view_household`, which keeps the log."""
    members = sorted(household.members.all(), key=lambda member: member.id)
    return HouseholdView(
        household_id=household.id,
        reference=household.reference,
        division_code=household.division_code,
        township=household.township,
        head_name=masked_name(household.head_name) if is_masked else household.head_name,
        address="" if is_masked else household.address,
        telephone=masked_number(household.telephone) if is_masked else household.telephone,
        is_masked=is_masked,
        members=[_member_view(member, is_masked) for member in members],
    )


def _member_view(member: Member, is_masked: bool) -> MemberView:
    return MemberView(
        member_id=member.id,
        reference=member.reference,
        name=masked_name(member.name) if is_masked else member.name,
        identity_number=masked_number(member.identity_number) if is_masked else member.identity_number,
        sex=member.sex,
        born_on=None if is_masked else member.born_on,
        relation=member.relation,
        has_consent=member.has_consent,
    )
