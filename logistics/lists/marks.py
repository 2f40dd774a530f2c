"""Nobody is served twice: who is served by a programme in a round stands marked, and the database lets no second mark.

A person is marked by the identity number's keyed hash too: an organisation that does not know the other's families
learns of a double service, and of nothing else.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from logistics.households.models import Member
from logistics.households.persons import member_ids_as_one, same_elsewhere, standing_member_ids
from logistics.kernel.refusals import Conflicting
from logistics.lists.models import ProgrammeRules, ServedMark
from logistics.lists.rule_reads import find_rules, judged_rules
from logistics.lists.served import families_as_one
from logistics.parties.models import Organisation, Programme
from logistics.storage.locks import wait_for_others

# Who marks waits here for the others: what was looked at still holds when the marks are written.
MARKING_LOCK = 0x6E75616E_6C6D
SERVED_HERE, SERVED_ELSEWHERE, SERVED_LATELY = "served_here", "served_elsewhere", "served_lately"
CONSENT_MISSING, OUTSIDE_TERMS_NOW, BENEFICIARY_UNCLEAR = "consent_missing", "outside_terms", "beneficiary_unclear"
# Why a place of a list is held up, for people.
HELD_UP_REASONS: Mapping[str, tuple[str, str]] = {
    SERVED_HERE: ("本批次已由本单位发放", "served by this organisation in this round already"),
    SERVED_ELSEWHERE: ("本批次已由其他单位发放", "already served by another organisation in this round"),
    SERVED_LATELY: (
        "间隔未到，或不能与近期的其他援助同时领取",
        "too soon after other help, or not to be combined with it",
    ),
    CONSENT_MISSING: ("监护人同意未登记或已撤回", "a guardian's consent is not on record, or was withdrawn"),
    OUTSIDE_TERMS_NOW: ("已不符合专项的限定", "is outside the terms of the fund now"),
    BENEFICIARY_UNCLEAR: ("须先明确给家中哪位成员", "it must be said first for which member of the family it is"),
}


class ServedAlready(Conflicting):
    code = "served_already"
    zh = "{whom} 本批次（{round}）已发放，不能重复发放。"
    en = "{whom} is served in this round ({round}) already; nobody is served twice."


class ServedByAnother(Conflicting):
    code = "served_by_another"
    zh = "{whom} 本批次（{round}）已由其他单位发放。"
    en = "{whom} is already served by another organisation in this round ({round})."


class ServedTooLately(Conflicting):
    code = "served_too_lately"
    zh = "{whom} 不久前已领取援助，间隔未到或不能同时领取。"
    en = "{whom} was helped a short while ago: too soon, or not to be combined."


_REFUSALS: Mapping[str, type[Conflicting]] = {
    SERVED_HERE: ServedAlready,
    SERVED_ELSEWHERE: ServedByAnother,
    SERVED_LATELY: ServedTooLately,
}


@dataclass(frozen=True)
class Served:
    """Whom a parcel or grant is for: the member where the programme is for persons."""

    household_id: uuid.UUID
    member_id: uuid.UUID | None
    reference: str
    subject_id: uuid.UUID


def open_round(programme: Programme) -> ProgrammeRules | None:
    """Return the rules of a programme after waiting for others who serve; None where it has none and marks nobody.

    Call it first in an action that serves somebody: locks are taken in one order.
    """
    if find_rules(programme) is None:
        return None
    wait_for_others(MARKING_LOCK)
    # Read again: the round may have ended while this one waited.
    return find_rules(programme)


def mark_served(
    rules: ProgrammeRules | None, *, organisation: Organisation, whom: Sequence[Served], now: dt.datetime
) -> None:
    """Mark who is served, inside the caller's action, which has opened the round.

    Refuses ServedAlready, ServedByAnother, ServedTooLately for the first who may not be.
    """
    if rules is None or not whom:
        return
    keys = _keys(whom)
    found = _conflicts(rules, organisation, keys, timezone.localdate(now))
    seen: set[str] = set()
    for one in whom:
        reason = found.get(one.subject_id) or (SERVED_HERE if seen & keys[one.subject_id].own else "")
        if reason:
            raise _REFUSALS[reason](whom=one.reference, round=rules.round_name, pointer="/beneficiary")
        seen |= keys[one.subject_id].own
    rows = [
        ServedMark(
            subject_id=one.subject_id,
            organisation=organisation,
            programme_id=rules.programme_id,
            round_name=rules.round_name,
            key_hash=key,
            served_on=timezone.localdate(now),
        )
        for one in whom
        for key in sorted(keys[one.subject_id].own)
    ]
    ServedMark.objects.bulk_create(rows)


def held_up(
    rules: ProgrammeRules, *, organisation: Organisation, whom: Sequence[Served], now: dt.datetime
) -> dict[uuid.UUID, str]:
    """Say who may not be served now, and why, by subject; a second of a list counts as well as another body's."""
    keys = _keys(whom)
    found = _conflicts(rules, organisation, keys, timezone.localdate(now))
    seen: set[str] = set()
    for one in whom:
        if one.subject_id in found:
            continue
        if seen & keys[one.subject_id].own:
            found[one.subject_id] = SERVED_HERE
        seen |= keys[one.subject_id].own
    return found


def unmark(subject_ids: Collection[uuid.UUID], *, now: dt.datetime) -> None:
    """Take marks away when what was promised is released, inside the caller's action."""
    ServedMark.objects.filter(subject_id__in=subject_ids, released_at=None).update(released_at=now)


@dataclass(frozen=True)
class _Keys:
    """Under which keys somebody is marked, and under which others a mark concerns them: of the household for a member,
    of its members for a household, and of who is the same person at another organisation.
    """

    own: frozenset[str]
    near: frozenset[str]


def _keys(whom: Sequence[Served]) -> dict[uuid.UUID, _Keys]:
    """Say under which keys each is marked: the member or the household, with all that were merged with them, and every
    identity number that counts.
    """
    roots = families_as_one({one.household_id for one in whom})
    people = standing_member_ids(member_ids_as_one({one.member_id for one in whom if one.member_id}))
    rows = Member.objects.filter(household__in=list(roots))
    members: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {}
    for household_id, member_id, index in rows.values_list("household_id", "id", "identity_number_index"):
        members.setdefault(roots[household_id], []).append((member_id, index))
    merged: dict[uuid.UUID, list[uuid.UUID]] = {}
    for key, root in [*roots.items(), *people.items()]:
        merged.setdefault(root, []).append(key)
    elsewhere = same_elsewhere({key for known in members.values() for key, _ in known})
    found = {}
    for one in whom:
        root = roots[one.household_id]
        person = people[one.member_id] if one.member_id else None
        family = {f"H{key.hex}" for key in merged[root]}
        own = {f"P{key.hex}" for key in merged[person]} if person else family
        known = members.get(root, [])
        numbers = {index for key, index in known if index and (person is None or people.get(key) == person)}
        near = family if person else {f"P{key.hex}" for key, _ in known}
        same = [twin for key, _ in known if person in (None, people.get(key)) for twin in elsewhere.get(key, ())]
        near |= {key for member, household in same for key in (f"P{member.hex}", f"H{household.hex}")}
        found[one.subject_id] = _Keys(frozenset(own | numbers), frozenset(near))
    return found


def _conflicts(
    rules: ProgrammeRules, organisation: Organisation, keys: Mapping[uuid.UUID, _Keys], today: dt.date
) -> dict[uuid.UUID, str]:
    """Say who is marked already in a way that forbids it, and by whom, by subject."""
    wanted = {key for one in keys.values() for key in one.own | one.near}
    marks: dict[str, str] = {}
    rows = ServedMark.objects.filter(_forbidding(rules, today), key_hash__in=wanted, released_at=None)
    columns = ("key_hash", "round_name", "programme_id", "organisation__path")
    for key, round_name, programme_id, path in rows.values_list(*columns):
        is_same = programme_id == rules.programme_id and round_name == rules.round_name
        is_ours = path.startswith(organisation.path)
        marks[key] = SERVED_LATELY if not is_same else SERVED_HERE if is_ours else SERVED_ELSEWHERE
    return {subject: marks[key] for subject, one in keys.items() for key in sorted(one.own | one.near) if key in marks}


def _forbidding(rules: ProgrammeRules, today: dt.date) -> Q:
    """Say which marks forbid to serve: of this round, of this programme lately, of programmes not to be combined."""
    asked = judged_rules(rules)
    forbids = Q(programme=rules.programme_id, round_name=rules.round_name)
    if asked.not_served_days:
        forbids |= Q(programme=rules.programme_id, served_on__gt=today - dt.timedelta(days=asked.not_served_days))
    for code, days in asked.not_with.items():
        forbids |= Q(programme__code=code, served_on__gt=today - dt.timedelta(days=days))
    return forbids
