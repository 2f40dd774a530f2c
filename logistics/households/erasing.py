"""What the vault keeps of a person, and how each part of it goes."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from logistics.codes.actions import revoke_code
from logistics.codes.models import CodeState
from logistics.households.access import visible_households
from logistics.households.collector_models import Collector
from logistics.households.duplicate_models import DuplicatePair, HouseholdMerge
from logistics.households.family_models import Guardian, Hardship, HouseholdPhoto, MemberConsent
from logistics.households.guardians import name_of_guardian
from logistics.households.indexes import MEMBER_INDEXES
from logistics.households.merges import erase_merges_of
from logistics.households.models import Household, Member, PermitFacts, PersonalDataView
from logistics.households.persons import household_ids_as_one, member_ids_as_one
from logistics.households.reasons import reasons_of
from logistics.journal.committed import erase_texts
from logistics.storage.erasing import Holding, Said, Subject, declare_holdings
from logistics.storage.locked_files import throw_away

# Fewer signs than these stand in a text by chance.
WORD_LENGTH_MIN, ADDRESS_LENGTH_MIN = 2, 6
EMPTY_MEMBER = {
    **dict.fromkeys(("name", "identity_number", "telephone", "sex", "relation", *MEMBER_INDEXES), ""),
    "born_on": None,
    "has_consent": False,
}


def _members(subject: Subject) -> "QuerySet[Member]":
    return Member.objects.filter(id__in=subject.member_ids).order_by("id")


def _say_members(subject: Subject) -> list[Said]:
    return [
        {
            "reference": row.reference,
            "name": row.name,
            "identity_number": row.identity_number,
            "telephone": row.telephone,
            "sex": row.sex,
            "born_on": _day(row.born_on),
            "relation": row.relation,
            "is_head": row.is_head,
        }
        for row in _members(subject).filter(erased_at__isnull=True)
    ]


def _erase_members(subject: Subject, now: dt.datetime) -> int:
    return _members(subject).filter(erased_at__isnull=True).update(**EMPTY_MEMBER, erased_at=now)


def _say_household(subject: Subject) -> list[Said]:
    if not subject.is_whole:
        return []
    rows = Household.objects.select_related("organisation").filter(id=subject.household_id, erased_at__isnull=True)
    return [
        {
            "reference": row.reference,
            "organisation": row.organisation.name_zh,
            "township": row.township,
            "division_code": row.division_code,
            "head_name": row.head_name,
            "address": row.address,
            "telephone": row.telephone,
            "recorded_at": row.recorded_at.isoformat(),
        }
        for row in rows
    ]


def _erase_nothing(subject: Subject, now: dt.datetime) -> int:
    """Leave it: the action that locks the family empties that."""
    return 0


def _hardships(subject: Subject) -> "QuerySet[Hardship]":
    whose = Q(member_id__in=subject.member_ids)
    whose |= Q(household_id=subject.household_id, member_id__isnull=True) if subject.is_whole else Q()
    return Hardship.objects.filter(whose).order_by("since_on", "id")


def _say_hardships(subject: Subject) -> list[Said]:
    return [
        {
            "kind": row.kind_code,
            "since": _day(row.since_on),
            "until": _day(row.until_on),
            "evidence": row.evidence,
            "member": str(row.member_id) if row.member_id else None,
        }
        for row in _hardships(subject)
    ]


def _guardians(subject: Subject) -> "QuerySet[Guardian]":
    return Guardian.objects.filter(ward_id__in=subject.member_ids).select_related("member").order_by("id")


def _say_guardians(subject: Subject) -> list[Said]:
    return [
        {
            "name": name_of_guardian(row),
            "telephone": row.telephone,
            "identity_number": row.identity_number,
            "relation": row.relation,
            "since": _day(row.since_on),
            "until": _day(row.ended_on),
        }
        for row in _guardians(subject)
    ]


def _consents(subject: Subject) -> "QuerySet[MemberConsent]":
    return MemberConsent.objects.filter(member_id__in=subject.member_ids).order_by("given_on", "id")


def _say_consents(subject: Subject) -> list[Said]:
    return [
        {
            "scope": row.scope,
            "given_by": row.given_by,
            "given_on": _day(row.given_on),
            "withdrawn_on": _day(row.withdrawn_on),
            "note": row.note,
        }
        for row in _consents(subject)
    ]


def _photos(subject: Subject) -> "QuerySet[HouseholdPhoto]":
    if not subject.is_whole:
        return HouseholdPhoto.objects.none()
    rows = HouseholdPhoto.objects.filter(household_id=subject.household_id, erased_at__isnull=True)
    return rows.order_by("kept_at", "id")


def _say_photos(subject: Subject) -> list[Said]:
    return [
        {"id": str(row.id), "kept_at": row.kept_at.isoformat(), "note": row.note, "size_bytes": row.size_bytes}
        for row in _photos(subject)
    ]


def _erase_photos(subject: Subject, now: dt.datetime) -> int:
    rows = list(_photos(subject))
    HouseholdPhoto.objects.filter(id__in=[row.id for row in rows]).update(file_key="", note="", erased_at=now)
    for row in rows:
        throw_away(row.path)
    return len(rows)


def _collectors(subject: Subject) -> "QuerySet[Collector]":
    if not subject.is_whole:
        return Collector.objects.none()
    rows = Collector.objects.filter(household_id=subject.household_id).select_related("card_code")
    return rows.order_by("authorised_at", "id")


def _say_collectors(subject: Subject) -> list[Said]:
    return [
        {"name": row.name, "relation": row.relation, "since": row.authorised_at.isoformat()}
        for row in _collectors(subject)
    ]


def _erase_collectors(subject: Subject, now: dt.datetime) -> int:
    rows = list(_collectors(subject))
    for row in rows:
        if row.card_code.state == CodeState.ACTIVE:
            revoke_code(code=row.card_code, reason="erased", now=now)
    _collectors(subject).delete()
    return len(rows)


def _permits(subject: Subject) -> "QuerySet[PermitFacts]":
    whose = Q(permit__beneficiary_id__in=subject.member_ids)
    if subject.is_whole:
        account = Household.objects.values_list("account_id", flat=True).get(id=subject.household_id)
        whose |= Q(permit__account_id=account)
    return PermitFacts.objects.filter(whose).select_related("permit").order_by("id")


def _say_permits(subject: Subject) -> list[Said]:
    return [{"judged_on": _day(row.permit.judged_on), "facts": row.facts} for row in _permits(subject)]


def _say_views(subject: Subject) -> list[Said]:
    rows = list(PersonalDataView.objects.filter(household_id=subject.household_id).order_by("viewed_at", "id"))
    reasons = reasons_of(row.id for row in rows)
    return [
        {
            "viewed_at": row.viewed_at.isoformat(),
            "viewer": str(row.viewer_id),
            "fields": list(row.fields),
            "reason": reasons.get(row.id, ""),
        }
        for row in rows
    ]


def _erase_views(subject: Subject, now: dt.datetime) -> int:
    """Who looked stays on record. Why may name anybody in the family: it goes with the first of them."""
    rows = PersonalDataView.objects.filter(household_id=subject.household_id)
    return erase_texts(owner_ids=list(rows.values_list("id", flat=True)))


def _erase_merges(subject: Subject, now: dt.datetime) -> int:
    """What a merge keeps to be undone names everybody in the family: it goes with the first of them."""
    standing = _say_merges(subject)
    return erase_merges_of(Household.objects.get(id=subject.household_id)) if standing else 0


def _say_merges(subject: Subject) -> list[Said]:
    both = Q(survivor_id=subject.household_id) | Q(absorbed_id=subject.household_id)
    merges = [row for row in HouseholdMerge.objects.filter(both) if row.before or row.reason or row.undone_reason]
    pairs = DuplicatePair.objects.filter(Q(first_id=subject.household_id) | Q(second_id=subject.household_id))
    found: list[Said] = [{"merged_at": row.merged_at.isoformat()} for row in merges]
    return [*found, *({"pair": str(row.id)} for row in pairs if row.reason)]


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def subject_of(household: Household, members: Sequence[Member] | None = None) -> Subject:
    """Say whom an erasure or an export concerns: these members, or the whole family."""
    chosen = list(household.members.order_by("id") if members is None else members)
    words = _words_of(household if members is None else None, chosen)
    return Subject(household.id, tuple(row.id for row in chosen), is_whole=members is None, words=words)


def _words_of(household: Household | None, members: Sequence[Member]) -> tuple[str, ...]:
    """List by which words a text names somebody, each without spaces."""
    told = [(word, WORD_LENGTH_MIN) for row in members for word in (row.name, row.identity_number, row.telephone)]
    if household is not None:
        told += [(household.head_name, WORD_LENGTH_MIN), (household.telephone, WORD_LENGTH_MIN)]
        told += [(household.address, ADDRESS_LENGTH_MIN)]
    words = [("".join(word.split()), least) for word, least in told]
    return tuple(dict.fromkeys(word for word, least in words if len(word) >= least))


def copies_of(household: Household, member: Member | None = None) -> list[tuple[Household, list[Member] | None]]:
    """List a family with those that were merged with it, whole; or where a member is entered, with those rows.

    Another body's copy is that body's own to erase.
    """
    own = visible_households(household.organisation).order_by("id")
    if member is None:
        return [(row, None) for row in own.filter(id__in=household_ids_as_one([household.id]))]
    rows = Member.objects.filter(id__in=member_ids_as_one([member.id]), household__in=own.order_by())
    found: dict[Household, list[Member]] = {}
    for row in rows.select_related("household__organisation").order_by("household_id", "id"):
        found.setdefault(row.household, []).append(row)
    return list(found.items())


declare_holdings(
    Holding(
        "households.collectors",
        "代领人",
        "Authorised collectors",
        ("households_collector",),
        _say_collectors,
        _erase_collectors,
    ),
    Holding(
        "households.consents",
        "同意",
        "Consents",
        ("households_memberconsent",),
        _say_consents,
        lambda subject, now: _consents(subject).delete()[0],
    ),
    Holding(
        "households.guardians",
        "监护人",
        "Guardians",
        ("households_guardian",),
        _say_guardians,
        lambda subject, now: _guardians(subject).delete()[0],
    ),
    Holding(
        "households.hardships",
        "困难情况",
        "Hardships",
        ("households_hardship",),
        _say_hardships,
        lambda subject, now: _hardships(subject).delete()[0],
    ),
    Holding("households.household", "家庭", "The family", ("households_household",), _say_household, _erase_nothing),
    Holding(
        "households.merges",
        "合并记录",
        "What merges keep",
        ("households_householdmerge", "households_duplicatepair"),
        _say_merges,
        _erase_merges,
    ),
    Holding("households.members", "成员", "Members", ("households_member",), _say_members, _erase_members),
    Holding(
        "households.permits",
        "用途核定依据",
        "What permits were judged by",
        ("households_permitfacts",),
        _say_permits,
        lambda subject, now: _permits(subject).delete()[0],
    ),
    Holding("households.photos", "家庭照片", "Photos", ("households_photo",), _say_photos, _erase_photos),
    Holding("households.views", "查看记录", "Who saw it", ("households_view",), _say_views, _erase_views),
)
