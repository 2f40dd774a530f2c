"""Record families, log who saw what, and keep what scans say of persons."""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.codes.actions import issue_codes
from logistics.households.consents import declared_consent
from logistics.households.facts import members_noted
from logistics.households.family_models import Guardian, Hardship, MemberConsent
from logistics.households.hardships import HardshipNeedsMember, kinds_by_code
from logistics.households.identity import agreed, checked_birth_date, checked_identity_number, checked_telephone
from logistics.households.indexes import index_household, index_member
from logistics.households.models import Household, Member, PersonalDataView, ScanDetail, Sex
from logistics.households.named_guardians import GuardianInput, named_guardians
from logistics.households.reads import HouseholdView, household_view_for
from logistics.households.reasons import checked_reason, keep_reasons
from logistics.households.visibility import Eyes, eyes_of
from logistics.journal.actions import open_accounts
from logistics.journal.models import Account, AccountKind
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.refusals import NotAllowed, Unacceptable
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

MEMBERS_MAX = 20
HOUSEHOLDS_PER_CALL_MAX = 1_000
SALT_BYTES = 32
# What people write beside the head's own name.
HEAD_RELATIONS = frozenset({"户主", "本人", "head", "head of household"})


class NameMissing(Unacceptable):
    code = "name_missing"
    zh = "请填写姓名。"
    en = "A name is missing."


class MembersOutOfBounds(Unacceptable):
    code = "members_out_of_bounds"
    zh = "一个家庭最多登记 {most} 名成员。"
    en = "A household has at most {most} members."


class HeadsOutOfBounds(Unacceptable):
    code = "heads_out_of_bounds"
    zh = "一个家庭只有一名户主。"
    en = "A household has one head only."


class SexUnknown(Unacceptable):
    code = "sex_unknown"
    zh = "性别须为 FEMALE、MALE 或留空。"
    en = "The sex is FEMALE, MALE or empty."


class NothingToUnmask(NotAllowed):
    code = "nothing_to_unmask"
    zh = "您的岗位不能查看完整的个人信息。"
    en = "Your role sees nothing of a family in the clear."


@dataclass(frozen=True)
class MemberInput:
    """A member as a liaison writes it down."""

    name: str
    sex: str = ""
    born_on: dt.date | None = None
    identity_number: str = ""
    relation: str = ""
    has_consent: bool = False
    telephone: str = ""
    is_head: bool = False
    # Codes of kinds of hardship that stand from today on.
    hardships: tuple[str, ...] = ()
    guardian: GuardianInput | None = None


@dataclass(frozen=True)
class HouseholdInput:
    """A family as a liaison writes it down. `division_code` is the GB/T 2260 code of its township or county."""

    township: str
    division_code: str
    head_name: str
    address: str = ""
    telephone: str = ""
    members: tuple[MemberInput, ...] = ()
    reference: str = ""
    hardships: tuple[str, ...] = ()
    household_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ScanDetailInput:
    """What one scan says of persons and places."""

    scan_id: uuid.UUID
    detail: Mapping[str, CanonicalValue]


@action
def record_household(
    *,
    organisation: Organisation,
    township: str,
    division_code: str,
    head_name: str,
    address: str = "",
    telephone: str = "",
    members: Sequence[MemberInput] = (),
    hardships: Sequence[str] = (),
    now: dt.datetime,
    cause: Cause | None = None,
) -> Household:
    """Record a family with its members, its account and its card.

    Refuses NameMissing, MembersOutOfBounds, HeadsOutOfBounds, SexUnknown, BirthDateWrong, IdentityNumberWrong,
    IdentityNumberDisagrees, TelephoneWrong, HardshipKindUnknown, HardshipNeedsMember.
    """
    people, kinds = tuple(members), tuple(hardships)
    family = HouseholdInput(township, division_code, head_name, address, telephone, people, hardships=kinds)
    return record_households(organisation=organisation, families=[family], now=now, cause=cause)[0]


@action
def record_households(
    *, organisation: Organisation, families: Sequence[HouseholdInput], now: dt.datetime, cause: Cause | None = None
) -> list[Household]:
    """Record many families in a handful of statements. Refuses what `record_household` refuses; then none stands."""
    rows = [_household(organisation, family, now) for family in families]
    said = [
        (household, position, member)
        for household, family in zip(rows, families, strict=True)
        for position, member in enumerate(_bounded(family.members))
    ]
    today, by = timezone.localdate(now), cause.actor_id if cause else None
    members = [
        member_made(household, member, pointer=f"/members/{position}", today=today)
        for household, position, member in said
    ]
    hardships = _hardships(list(zip(rows, families, strict=True)), list(zip(members, said, strict=True)), now, by)
    open_accounts([row.account for row in rows])
    codes = issue_codes(
        kind="HOUSEHOLD_CARD", subjects=[row.id for row in rows], organisation_id=organisation.id, now=now
    )
    for row, code in zip(rows, codes, strict=True):
        row.card_code = code
    Household.objects.bulk_create(rows)
    Member.objects.bulk_create(members)
    guardians = _guardians(list(zip(members, said, strict=True)), today, now, by)
    Guardian.objects.bulk_create(guardians.values())
    MemberConsent.objects.bulk_create(
        declared_consent(row, today, now, by, guardians.get(row.id)) for row in members if row.has_consent
    )
    Hardship.objects.bulk_create(hardships)
    note_registered(rows, cause=cause or Cause(now=now), parts=members_noted(rows, members))
    return rows


@action
def view_household(*, household: Household, actor: Actor, reason: str, now: dt.datetime) -> HouseholdView:
    """Show a household as far as its viewer may see it for a reason, and log who saw what and why.

    Refuses ReasonMissing, ReasonTooLong, NothingToUnmask.
    """
    return household_view_for(household, opened_eyes(household=household, actor=actor, reason=reason, now=now))


@action
def opened_eyes(*, household: Household, actor: Actor, reason: str, now: dt.datetime) -> Eyes:
    """Log a reason for seeing a family in the clear, and return what its viewer sees then.

    Refuses ReasonMissing, ReasonTooLong, NothingToUnmask.
    """
    eyes = eyes_of(actor)
    if not eyes.unmaskable():
        raise NothingToUnmask
    why = checked_reason(reason)
    note_views(households=[household], fields=eyes.unmaskable(), reason=why, actor=actor, now=now)
    return eyes.opened()


def note_views(
    *, households: Sequence[Household], fields: Sequence[str], reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Log that personal fields of families were seen, or left in one file: who took it and why."""
    ids = {household.id: new_id() for household in households}
    kept = keep_reasons(ids.values(), reason)
    PersonalDataView.objects.bulk_create(
        PersonalDataView(
            id=row_id,
            household_id=household_id,
            viewer_id=actor.holder_id,
            fields=list(fields),
            reason_commitment=kept[row_id],
            viewed_at=now,
        )
        for household_id, row_id in ids.items()
    )


def keep_scan_details(*, details: Sequence[ScanDetailInput]) -> dict[uuid.UUID, str]:
    """Keep what scans say of persons, erasable, inside the caller's transaction; return a commitment for each scan.

    The commitment is HMAC-SHA256(32 random bytes, canonical JSON): with salt and detail gone it says nothing.
    """
    commitments: dict[uuid.UUID, str] = {}
    rows = []
    for detail in details:
        salt, written = secrets.token_bytes(SALT_BYTES), canonical_bytes(dict(detail.detail))
        commitments[detail.scan_id] = hmac.new(salt, written, hashlib.sha256).hexdigest()
        rows.append(ScanDetail(scan_id=detail.scan_id, salt=salt.hex(), detail=written.decode()))
    ScanDetail.objects.bulk_create(rows)
    return commitments


def _household(organisation: Organisation, family: HouseholdInput, now: dt.datetime) -> Household:
    if not family.head_name.strip():
        raise NameMissing(pointer="/head_name")
    household_id = family.household_id or new_id()
    telephone = checked_telephone(family.telephone, "/telephone")
    reference = family.reference or new_reference("H")
    account = Account(
        kind=AccountKind.HOUSEHOLD, subject_id=household_id, organisation_id=organisation.id, reference=reference
    )
    row = Household(
        id=household_id,
        organisation=organisation,
        reference=reference,
        division_code=family.division_code,
        township=family.township,
        head_name=family.head_name.strip(),
        address=family.address,
        telephone=telephone,
        account=account,
        recorded_at=now,
    )
    return index_household(row)


def _bounded(members: Sequence[MemberInput]) -> Sequence[MemberInput]:
    if len(members) > MEMBERS_MAX:
        raise MembersOutOfBounds(most=MEMBERS_MAX, pointer="/members")
    if sum(is_head_of(member.relation) or member.is_head for member in members) > 1:
        raise HeadsOutOfBounds(pointer="/members")
    return members


def is_head_of(relation: str) -> bool:
    """Tell whether a relation, as people write it, says that this member is the head."""
    return relation.strip().lower() in HEAD_RELATIONS


def _hardships(
    families: Sequence[tuple[Household, HouseholdInput]],
    members: Sequence[tuple[Member, tuple[Household, int, MemberInput]]],
    now: dt.datetime,
    by: uuid.UUID | None,
) -> list[Hardship]:
    """Make the rows of the hardships that families and members come with."""
    said: list[tuple[Household, Member | None, str]] = [
        *((row, None, code) for row, family in families for code in dict.fromkeys(family.hardships)),
        *((house, row, code) for row, (house, _, told) in members for code in dict.fromkeys(told.hardships)),
    ]
    if not said:
        return []
    kinds, today = kinds_by_code({code for *_, code in said}), timezone.localdate(now)
    lost = next((code for _, member, code in said if member is None and kinds[code].is_of_person), None)
    if lost is not None:
        raise HardshipNeedsMember(kind=lost, pointer="/hardships")
    return [
        Hardship(household=house, member=member, kind_code=code, since_on=today, noted_at=now, noted_by_id=by)
        for house, member, code in said
    ]


def _guardians(
    members: Sequence[tuple[Member, tuple[Household, int, MemberInput]]],
    today: dt.date,
    now: dt.datetime,
    by: uuid.UUID | None,
) -> dict[uuid.UUID, Guardian]:
    """Make the rows of the guardians whom members come with, by ward."""
    families: dict[uuid.UUID, list[Member]] = {}
    for row, (household, _, _) in members:
        families.setdefault(household.id, []).append(row)
    told = [(row, said.guardian, families[household.id]) for row, (household, _, said) in members if said.guardian]
    return named_guardians(told, today=today, now=now, by=by)


def member_made(household: Household, member: MemberInput, *, pointer: str, today: dt.date) -> Member:
    """Make the row of a member, unsaved. Refuses NameMissing, SexUnknown, IdentityNumberWrong, IdentityNumberDisagrees,
    TelephoneWrong, BirthDateWrong.
    """
    if not member.name.strip():
        raise NameMissing(pointer=f"{pointer}/name")
    if member.sex not in ("", *Sex.values):
        raise SexUnknown(pointer=f"{pointer}/sex")
    number = checked_identity_number(member.identity_number, f"{pointer}/identity_number")
    sex, born_on = agreed(number, member.sex, member.born_on, pointer)
    row = Member(
        household=household,
        reference=new_reference("M"),
        name=member.name.strip(),
        identity_number=number,
        telephone=checked_telephone(member.telephone, f"{pointer}/telephone"),
        sex=sex,
        born_on=checked_birth_date(born_on, on=today, pointer=f"{pointer}/born_on"),
        relation=member.relation,
        is_head=member.is_head or is_head_of(member.relation),
        has_consent=member.has_consent,
    )
    return index_member(row)
