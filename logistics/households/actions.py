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
from logistics.households.identity import checked_birth_date, checked_identity_number, checked_telephone
from logistics.households.models import Household, Member, PersonalDataView, ScanDetail, Sex
from logistics.households.reads import HouseholdView, household_view_for
from logistics.journal.actions import open_accounts
from logistics.journal.models import Account, AccountKind
from logistics.journal.revisions import Cause, note_registered
from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.refusals import Unacceptable
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.rows import new_id
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

MEMBERS_MAX = 20
HOUSEHOLDS_PER_CALL_MAX = 1_000
REASON_LENGTH_MIN = 4
SALT_BYTES = 32
# Which fields an unmasked view shows.
PERSONAL_FIELDS = ["head_name", "address", "telephone", "members"]


class NameMissing(Unacceptable):
    code = "name_missing"
    zh = "请填写姓名。"
    en = "A name is missing."


class MembersOutOfBounds(Unacceptable):
    code = "members_out_of_bounds"
    zh = "一个家庭最多登记 {most} 名成员。"
    en = "A household has at most {most} members."


class SexUnknown(Unacceptable):
    code = "sex_unknown"
    zh = "性别须为 FEMALE、MALE 或留空。"
    en = "The sex is FEMALE, MALE or empty."


class ReasonMissing(Unacceptable):
    code = "reason_missing"
    zh = "查看完整个人信息须写明理由（至少 {least} 个字）。"
    en = "Say why you need to see personal data unmasked (at least {least} characters)."


@dataclass(frozen=True)
class MemberInput:
    """A member as a liaison writes it down."""

    name: str
    sex: str = ""
    born_on: dt.date | None = None
    identity_number: str = ""
    relation: str = ""
    has_consent: bool = False


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
    now: dt.datetime,
    cause: Cause | None = None,
) -> Household:
    """Record a family with its members, its account and its card.

    Refuses NameMissing, MembersOutOfBounds, SexUnknown, BirthDateWrong, IdentityNumberWrong, TelephoneWrong.
    """
    family = HouseholdInput(township, division_code, head_name, address, telephone, tuple(members))
    return record_households(organisation=organisation, families=[family], now=now, cause=cause)[0]


@action
def record_households(
    *, organisation: Organisation, families: Sequence[HouseholdInput], now: dt.datetime, cause: Cause | None = None
) -> list[Household]:
    """Record many families in a handful of statements. Refuses what `record_household` refuses; then none stands."""
    rows = [_household(organisation, family, now) for family in families]
    members = [
        _member(household, member, position, timezone.localdate(now))
        for household, family in zip(rows, families, strict=True)
        for position, member in enumerate(_bounded(family.members))
    ]
    open_accounts([row.account for row in rows])
    codes = issue_codes(
        kind="HOUSEHOLD_CARD", subjects=[row.id for row in rows], organisation_id=organisation.id, now=now
    )
    for row, code in zip(rows, codes, strict=True):
        row.card_code = code
    Household.objects.bulk_create(rows)
    Member.objects.bulk_create(members)
    note_registered(rows, cause=cause or Cause(now=now), parts=members_noted(rows, members))
    return rows


@action
def view_household(*, household: Household, actor: Actor, reason: str, now: dt.datetime) -> HouseholdView:
    """Show a household unmasked, and log who saw it and why. Refuses ReasonMissing."""
    if len(reason.strip()) < REASON_LENGTH_MIN:
        raise ReasonMissing(least=REASON_LENGTH_MIN, pointer="/reason")
    PersonalDataView.objects.create(
        household=household, viewer_id=actor.holder_id, fields=PERSONAL_FIELDS, reason=reason.strip(), viewed_at=now
    )
    return household_view_for(household, is_masked=False)


def note_views(
    *, households: Sequence[Household], fields: Sequence[str], reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Log that personal fields of many families left in one file: who took it and why."""
    PersonalDataView.objects.bulk_create(
        PersonalDataView(
            household=household, viewer_id=actor.holder_id, fields=list(fields), reason=reason, viewed_at=now
        )
        for household in households
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
    household_id = new_id()
    telephone = checked_telephone(family.telephone, "/telephone")
    reference = family.reference or new_reference("H")
    account = Account(
        kind=AccountKind.HOUSEHOLD, subject_id=household_id, organisation_id=organisation.id, reference=reference
    )
    return Household(
        id=household_id,
        organisation=organisation,
        reference=reference,
        division_code=family.division_code,
        township=family.township,
        head_name=family.head_name.strip(),
        address=family.address,
        telephone=telephone,
        head_name_index=blind_index(family.head_name, "name"),
        telephone_index=blind_index(telephone, "telephone") if telephone else "",
        account=account,
        recorded_at=now,
    )


def members_noted(rows: Sequence[Household], members: Sequence[Member]) -> list[dict[str, CanonicalValue]]:
    """Say the members of each family, one committed text a family."""
    said: dict[uuid.UUID, list[CanonicalValue]] = {row.id: [] for row in rows}
    for member in members:
        born_on = member.born_on.isoformat() if member.born_on else ""
        who = [member.reference, member.name, member.sex, born_on, member.relation, member.identity_number]
        said[member.household_id].append([*who, member.has_consent])
    return [{"members": said[row.id]} for row in rows]


def _bounded(members: Sequence[MemberInput]) -> Sequence[MemberInput]:
    if len(members) > MEMBERS_MAX:
        raise MembersOutOfBounds(most=MEMBERS_MAX, pointer="/members")
    return members


def _member(household: Household, member: MemberInput, position: int, today: dt.date) -> Member:
    pointer = f"/members/{position}"
    if not member.name.strip():
        raise NameMissing(pointer=f"{pointer}/name")
    if member.sex not in ("", *Sex.values):
        raise SexUnknown(pointer=f"{pointer}/sex")
    number = checked_identity_number(member.identity_number, f"{pointer}/identity_number")
    return Member(
        household=household,
        reference=new_reference("M"),
        name=member.name.strip(),
        identity_number=number,
        name_index=blind_index(member.name, "name"),
        identity_number_index=blind_index(number, "identity-number") if number else "",
        sex=member.sex,
        born_on=checked_birth_date(member.born_on, on=today, pointer=f"{pointer}/born_on"),
        relation=member.relation,
        has_consent=member.has_consent,
    )
