"""All that is known of a family, as far as somebody sees it: for the pages and the API alike."""

import datetime as dt
import uuid
from dataclasses import dataclass

from logistics.households.consents import consents_of
from logistics.households.family_models import HardshipKind
from logistics.households.guardians import guardians_of, name_of_guardian
from logistics.households.hardships import hardship_history
from logistics.households.identity import masked_name, masked_number
from logistics.households.models import Household, Member
from logistics.households.photos import standing_photos
from logistics.households.reads import HouseholdView, household_view_for
from logistics.households.visibility import Eyes


@dataclass(frozen=True)
class HardshipShown:
    """A hardship; `member_id` is null for the whole family's. The evidence is empty where it is not seen."""

    hardship_id: uuid.UUID
    member_id: uuid.UUID | None
    kind_code: str
    kind_zh: str
    kind_en: str
    since_on: dt.date
    until_on: dt.date | None
    evidence: str


@dataclass(frozen=True)
class GuardianShown:
    """Who answers for a member, masked where their name is not seen."""

    guardian_id: uuid.UUID
    ward_id: uuid.UUID
    member_id: uuid.UUID | None
    name: str
    telephone: str
    relation: str
    since_on: dt.date


@dataclass(frozen=True)
class ConsentShown:
    """What a member agrees to, who gave it and when."""

    member_id: uuid.UUID
    scope: str
    given_by: str
    guardian_id: uuid.UUID | None
    given_on: dt.date


@dataclass(frozen=True)
class PhotoShown:
    """A photo; its bytes are asked for one by one."""

    photo_id: uuid.UUID
    kept_at: dt.datetime
    note: str


@dataclass(frozen=True)
class FamilyWhole:
    """A family as somebody sees it. A part that is not seen is empty, and `hidden` names it."""

    view: HouseholdView
    hardships: list[HardshipShown]
    guardians: list[GuardianShown]
    consents: list[ConsentShown]
    photos: list[PhotoShown]
    hidden: list[str]


def family_whole(household: Household, eyes: Eyes) -> FamilyWhole:
    """Say all that somebody sees of a family. Opened eyes come from `opened_eyes` only, which keeps the log."""
    members = list(household.members.order_by("id"))
    hidden = [field for field in ("hardships", "photos") if not eyes.shows(field)]
    hidden += [field for field in ("guardians", "consents") if not eyes.knows(field)]
    return FamilyWhole(
        view=household_view_for(household, eyes),
        hardships=[] if "hardships" in hidden else _hardships(household, eyes),
        guardians=[] if "guardians" in hidden else _guardians(members, eyes),
        consents=[] if "consents" in hidden else _consents(members),
        photos=[]
        if "photos" in hidden
        else [PhotoShown(row.id, row.kept_at, row.note) for row in standing_photos(household)],
        hidden=hidden,
    )


def _hardships(household: Household, eyes: Eyes) -> list[HardshipShown]:
    kinds = {kind.code: kind for kind in HardshipKind.objects.all()}
    return [
        HardshipShown(
            hardship_id=fact.hardship_id,
            member_id=fact.member_id,
            kind_code=fact.kind_code,
            kind_zh=kinds[fact.kind_code].name_zh,
            kind_en=kinds[fact.kind_code].name_en,
            since_on=fact.since_on,
            until_on=fact.until_on,
            evidence=fact.evidence if eyes.shows("evidence") else "",
        )
        for fact in hardship_history(household)
    ]


def _guardians(members: list[Member], eyes: Eyes) -> list[GuardianShown]:
    is_plain, found = eyes.shows("guardians"), guardians_of([member.id for member in members])
    return [
        GuardianShown(
            guardian_id=row.id,
            ward_id=row.ward_id,
            member_id=row.member_id,
            name=name_of_guardian(row) if is_plain else masked_name(name_of_guardian(row)),
            telephone=row.telephone if is_plain else masked_number(row.telephone),
            relation=row.relation,
            since_on=row.since_on,
        )
        for member in members
        for row in found.get(member.id, [])
    ]


def _consents(members: list[Member]) -> list[ConsentShown]:
    return [
        ConsentShown(member.id, row.scope, row.given_by, row.guardian_id, row.given_on)
        for member in members
        for row in consents_of(member)
    ]
