"""What the history of a family says of it: committed texts, sealed, erasable."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from logistics.households.models import Household, Member
from logistics.households.standing import PersonErased
from logistics.journal.revisions import facts_of, note_changed
from logistics.kernel.canonical import CanonicalValue
from logistics.parties.actors import Actor

Facts = dict[str, CanonicalValue]


def members_noted(rows: Sequence[Household], members: Sequence[Member]) -> list[Facts]:
    """Say the members of each family, one committed text a family."""
    said: dict[uuid.UUID, list[CanonicalValue]] = {row.id: [] for row in rows}
    for member in members:
        who = [member.reference, member.name, member.sex, _day(member.born_on), member.relation, member.identity_number]
        said[member.household_id].append([*who, member.has_consent, member.telephone, member.is_head])
    return [{"members": said[row.id]} for row in rows]


def family_facts(household: Household) -> Facts:
    """Say all that is known of a family now, in a fixed order."""
    (noted,) = members_noted([household], list(household.members.order_by("id")))
    hardships: list[CanonicalValue] = [
        [str(row.member_id or ""), row.kind_code, row.evidence, _day(row.since_on), _day(row.until_on)]
        for row in household.hardships.order_by("id")
    ]
    guardians: list[CanonicalValue] = []
    consents: list[CanonicalValue] = []
    for member in household.members.order_by("id").prefetch_related("guardians", "consents"):
        for guardian in sorted(member.guardians.all(), key=lambda row: row.id):
            who = [str(guardian.member_id or ""), guardian.name, guardian.telephone, guardian.identity_number]
            days = [_day(guardian.since_on), _day(guardian.ended_on)]
            guardians.append([member.reference, *who, guardian.relation, *days])
        for consent in sorted(member.consents.all(), key=lambda row: row.id):
            by = [consent.given_by, str(consent.guardian_id or ""), consent.note]
            consents.append([member.reference, consent.scope, *by, _day(consent.given_on), _day(consent.withdrawn_on)])
    photos: list[CanonicalValue] = [
        [row.sha256, row.note] for row in household.photos.filter(erased_at__isnull=True).order_by("id")
    ]
    more: Facts = {"hardships": hardships, "guardians": guardians, "consents": consents, "photos": photos}
    return {**facts_of(household), **noted, **more}


@contextmanager
def noting(
    household: Household, *, member: Member | None = None, actor: Actor, reason: str = "", now: dt.datetime
) -> Iterator[Household]:
    """Lock a family, let its facts or a member's change inside the caller's transaction, and note what changed.

    Refuses PersonErased.
    """
    locked = Household.objects.select_for_update().get(id=household.id)
    if locked.erased_at or (member and Member.objects.filter(id=member.id, erased_at__isnull=False).exists()):
        raise PersonErased
    before = family_facts(locked)
    yield locked
    note_changed(locked, before=before, after=family_facts(locked), cause=actor.cause(now, reason))


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
