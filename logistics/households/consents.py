"""Record what members agree to, who gave it, and its withdrawal; `Member.has_consent` follows from here.

Personal Information Protection Law of the PRC, article 31: under fourteen, a guardian consents; article 15: whoever
consented may withdraw, and what was done before stands.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils import timezone

from logistics.households.facts import noting
from logistics.households.family_models import ConsentGiver, ConsentScope, Guardian, MemberConsent
from logistics.households.models import Member
from logistics.kernel.eligibility import age_on
from logistics.kernel.refusals import Missing, Unacceptable
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

CONSENT_AGE = 14
NOTE_LENGTH_MAX = 300


class ConsentScopeUnknown(Unacceptable):
    code = "consent_scope_unknown"
    zh = "没有同意事项 {scope}。"
    en = "There is no scope of consent {scope}."


class ConsentDateWrong(Unacceptable):
    code = "consent_date_wrong"
    zh = "同意的日期不能在将来，也不能早于出生日期。"
    en = "A consent is given no later than today and no earlier than birth."


class GuardianConsentNeeded(Unacceptable):
    code = "guardian_consent_needed"
    zh = "未满 {age} 周岁，须由已登记的监护人同意。"
    en = "Under {age}, a guardian on record consents."


class MemberConsentMissing(Missing):
    code = "member_consent_missing"
    zh = "没有这项同意，或已经撤回。"
    en = "There is no such consent, or it was withdrawn."


@action
def record_member_consent(
    *,
    actor: Actor,
    member: Member,
    scopes: Sequence[str],
    given_on: dt.date | None = None,
    guardian: Guardian | None = None,
    note: str = "",
    now: dt.datetime,
) -> list[MemberConsent]:
    """Record that a member, or a guardian for them, agrees to some things; what stands already changes nothing.

    Refuses ConsentScopeUnknown, ConsentDateWrong, GuardianConsentNeeded.
    """
    today = timezone.localdate(now)
    day = given_on or today
    unknown = [scope for scope in scopes if scope not in ConsentScope.values]
    if unknown or not scopes:
        raise ConsentScopeUnknown(scope=str(unknown[0])[:24] if unknown else "", pointer="/scopes")
    if day > today or (member.born_on and day < member.born_on):
        raise ConsentDateWrong(pointer="/given_on")
    if is_under_consent_age(member, day) and (guardian is None or guardian.ward_id != member.id or guardian.ended_on):
        raise GuardianConsentNeeded(age=CONSENT_AGE, pointer="/guardian")
    given_by = ConsentGiver.GUARDIAN if guardian else ConsentGiver.SELF
    with noting(member.household, member=member, actor=actor, now=now):
        standing = {row.scope: row for row in member.consents.filter(withdrawn_on__isnull=True)}
        made = [
            MemberConsent(
                member=member,
                scope=scope,
                given_by=given_by,
                guardian=guardian,
                given_on=day,
                note=note.strip()[:NOTE_LENGTH_MAX],
                noted_at=now,
                noted_by_id=actor.holder_id,
            )
            for scope in dict.fromkeys(scopes)
            if not _stands(standing.get(scope), guardian)
        ]
        member.consents.filter(withdrawn_on__isnull=True, scope__in=[row.scope for row in made]).update(
            withdrawn_on=today
        )
        MemberConsent.objects.bulk_create(made)
        follow_consents(member, today)
    return [row for row in consents_of(member) if row.scope in scopes]


@action
def withdraw_member_consent(
    *, actor: Actor, member: Member, scope: str, reason: str = "", now: dt.datetime
) -> MemberConsent:
    """Take a consent back from today on; what was done before stands. Refuses MemberConsentMissing."""
    with noting(member.household, member=member, actor=actor, reason=reason, now=now):
        row = member.consents.filter(scope=scope, withdrawn_on__isnull=True).first()
        if row is None:
            raise MemberConsentMissing
        row.withdrawn_on = timezone.localdate(now)
        row.save(update_fields=["withdrawn_on"])
        follow_consents(member, row.withdrawn_on)
    return row


def has_consent_for(member: Member, scope: str, on: dt.date) -> bool:
    """Tell whether a consent to a thing stands on a day; under fourteen only a guardian's counts."""
    return member.id in consenting([member], scope, on)


def consenting(members: Collection[Member], scope: str, on: dt.date) -> set[uuid.UUID]:
    """Return which of these members agree to a thing on a day, in one query; under fourteen only by a guardian."""
    rows = MemberConsent.objects.filter(member_id__in=[member.id for member in members], scope=scope, given_on__lte=on)
    rows = rows.filter(Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on))
    givers: dict[uuid.UUID, set[str]] = defaultdict(set)
    for member_id, given_by in rows.values_list("member_id", "given_by"):
        givers[member_id].add(given_by)
    return {
        member.id
        for member in members
        if ConsentGiver.GUARDIAN in givers[member.id] or (givers[member.id] and not is_under_consent_age(member, on))
    }


def consents_of(member: Member) -> list[MemberConsent]:
    """List what a member agrees to now, in the order in which it was given."""
    rows = member.consents.filter(withdrawn_on__isnull=True).select_related("guardian__member")
    return list(rows.order_by("given_on", "id"))


def declared_consent(
    member: Member, day: dt.date, now: dt.datetime, by: uuid.UUID | None, guardian: Guardian | None = None
) -> MemberConsent:
    """Make the row for a consent that a liaison says was signed on paper, by whoever had to sign."""
    given_by = ConsentGiver.GUARDIAN if is_under_consent_age(member, day) else ConsentGiver.SELF
    return MemberConsent(
        member=member,
        scope=ConsentScope.PROCESSING,
        given_by=given_by,
        guardian=guardian if given_by == ConsentGiver.GUARDIAN else None,
        given_on=day,
        noted_at=now,
        noted_by_id=by,
    )


def declare_consent(member: Member, *, is_given: bool, now: dt.datetime, by: uuid.UUID | None) -> None:
    """Let the consents say what a correction of `has_consent` says, inside the caller's transaction."""
    standing = member.consents.filter(scope=ConsentScope.PROCESSING, withdrawn_on__isnull=True)
    day = timezone.localdate(now)
    if not is_given:
        standing.update(withdrawn_on=day)
    elif not has_consent_for(member, ConsentScope.PROCESSING, day):
        standing.update(withdrawn_on=day)
        declared_consent(member, day, now, by).save(force_insert=True)
    follow_consents(member, day)


def follow_consents(member: Member, on: dt.date) -> None:
    """Let `has_consent` say whether a consent to the keeping of the data stands."""
    member.has_consent = has_consent_for(member, ConsentScope.PROCESSING, on)
    Member.objects.filter(id=member.id).update(has_consent=member.has_consent)


def is_under_consent_age(member: Member, on: dt.date) -> bool:
    """Tell whether a guardian consents for a member on a day."""
    return member.born_on is not None and age_on(member.born_on, on) < CONSENT_AGE


def _stands(row: MemberConsent | None, guardian: Guardian | None) -> bool:
    """Tell whether a consent says as much already: one by a named guardian takes the place of one only declared."""
    return row is not None and (guardian is None or row.guardian_id == guardian.id)
