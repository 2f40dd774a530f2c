"""Note who answers for a member, and end it: a grown member of a family or somebody outside, never the ward."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection

from django.utils import timezone

from logistics.households.actions import NameMissing
from logistics.households.facts import noting
from logistics.households.family_models import Guardian
from logistics.households.identity import checked_identity_number, checked_telephone
from logistics.households.indexes import NAME, index_guardian, index_of
from logistics.households.models import Member
from logistics.households.named_guardians import GuardianIsWard, require_grown, require_grown_by_number
from logistics.kernel.refusals import Conflicting, Missing
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

GUARDIANS_MAX = 4
NAME_LENGTH_MAX, RELATION_LENGTH_MAX = 60, 24


class GuardiansExhausted(Conflicting):
    code = "guardians_exhausted"
    zh = "一名成员最多登记 {most} 名监护人。"
    en = "A member has at most {most} guardians."


class GuardianMissing(Missing):
    code = "guardian_missing"
    zh = "没有找到这名监护人。"
    en = "There is no such guardian."


@action
def note_guardian(
    *,
    actor: Actor,
    ward: Member,
    member: Member | None = None,
    name: str = "",
    telephone: str = "",
    identity_number: str = "",
    relation: str = "",
    since_on: dt.date | None = None,
    now: dt.datetime,
) -> Guardian:
    """Note a guardian: another member, or somebody outside by name; who stands already changes nothing.

    Refuses NameMissing, GuardianIsWard, GuardianIsChild, GuardiansExhausted, TelephoneWrong, IdentityNumberWrong.
    """
    today = timezone.localdate(now)
    _require_grown(ward, member, today)
    row = Guardian(
        ward=ward,
        member=member,
        relation=relation.strip()[:RELATION_LENGTH_MAX],
        since_on=min(since_on or today, today),
        noted_at=now,
        noted_by_id=actor.holder_id,
    )
    if member is None:
        _name_outsider(row, name, telephone, identity_number, today)
    with noting(ward.household, member=ward, actor=actor, now=now):
        standing = list(ward.guardians.filter(ended_on__isnull=True))
        known = next((other for other in standing if _is_same(other, row)), None)
        if known is not None:
            return known
        if len(standing) >= GUARDIANS_MAX:
            raise GuardiansExhausted(most=GUARDIANS_MAX)
        row.save(force_insert=True)
    return row


@action
def end_guardian(*, actor: Actor, ward: Member, guardian_id: uuid.UUID, reason: str = "", now: dt.datetime) -> Guardian:
    """Say that somebody answers for a member no more; consents that were given stand. Refuses GuardianMissing."""
    with noting(ward.household, member=ward, actor=actor, reason=reason, now=now):
        row = get_guardian(ward=ward, guardian_id=guardian_id)
        row.ended_on = timezone.localdate(now)
        row.save(update_fields=["ended_on"])
    return row


def get_guardian(*, ward: Member, guardian_id: uuid.UUID) -> Guardian:
    """Return a standing guardian of a member. Refuses GuardianMissing."""
    row = ward.guardians.filter(id=guardian_id, ended_on__isnull=True).select_related("member").first()
    if row is None:
        raise GuardianMissing(pointer="/guardian")
    return row


def guardians_of(member_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Guardian]]:
    """Return by member who answers for them now, in one query, the longest first."""
    rows = Guardian.objects.filter(ward_id__in=list(member_ids), ended_on__isnull=True).select_related("member")
    found: dict[uuid.UUID, list[Guardian]] = defaultdict(list)
    for row in rows.order_by("since_on", "id"):
        found[row.ward_id].append(row)
    return dict(found)


def name_of_guardian(row: Guardian) -> str:
    """Return a guardian's name, a member's or an outsider's."""
    return row.member.name if row.member else row.name


def _require_grown(ward: Member, member: Member | None, today: dt.date) -> None:
    if member is None:
        return
    if member.household.organisation_id != ward.household.organisation_id:
        raise GuardianMissing(pointer="/member")
    require_grown(ward, member, today)


def _name_outsider(row: Guardian, name: str, telephone: str, identity_number: str, today: dt.date) -> None:
    if not name.strip():
        raise NameMissing(pointer="/name")
    row.name = name.strip()[:NAME_LENGTH_MAX]
    row.telephone = checked_telephone(telephone, "/telephone")
    row.identity_number = checked_identity_number(identity_number, "/identity_number")
    if row.identity_number and row.identity_number == row.ward.identity_number:
        raise GuardianIsWard(pointer="/identity_number")
    require_grown_by_number(row.identity_number, today)
    index_guardian(row)


def _is_same(other: Guardian, row: Guardian) -> bool:
    if row.member_id or other.member_id:
        return other.member_id == row.member_id
    return other.name_index == index_of(row.name, NAME)
