"""Merge two households that are one, by a person who chooses which words stay, and take it back.

Accounts, parcels, permits and scans stay with the row that they were written for: nothing in the books moves. Members
of the one that goes join the one that stays; those entered twice are marked as one. What a merge changed is kept, so
that undoing it brings back what was, save what somebody corrected since.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from logistics.households.actions import MEMBERS_MAX, MembersOutOfBounds
from logistics.households.consents import has_consent_for
from logistics.households.duplicate_models import DuplicatePair, HouseholdMerge, PairState
from logistics.households.duplicates import MERGED_FIELDS, decide, open_pair, require_reason
from logistics.households.facts import noting
from logistics.households.family_models import ConsentScope
from logistics.households.indexes import MEMBER_INDEXES, index_member
from logistics.households.merge_rows import KeptChanges, put_back
from logistics.households.models import Household, Member
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.transactions import action

# What a member who stays takes over from the one entered twice where nothing stood.
_FILLED = ("identity_number", "sex", "born_on", "relation", "telephone")
_ALONGSIDE = {
    "head_name": ("head_name", "head_name_index", "head_surname_index"),
    "address": ("address",),
    "telephone": ("telephone", "telephone_index", "telephone_last_four_index"),
    "township": ("township", "division_code"),
}


class MergeMissing(Missing):
    code = "merge_missing"
    zh = "没有找到这次合并。"
    en = "There is no such merge."


class MergeUndone(Conflicting):
    code = "merge_undone"
    zh = "这次合并已经撤销。"
    en = "This merge has been undone already."


class MergedSince(Conflicting):
    code = "merged_since"
    zh = "家庭 {household} 后来又并入了别的家庭：请先撤销那一次合并。"
    en = "Household {household} was merged again since: undo that merge first."


class MergeChoiceUnknown(Unacceptable):
    code = "merge_choice_unknown"
    zh = "“{field}”只能选 FIRST 或 SECOND。"
    en = "Of {field} either the FIRST or the SECOND stays."


@dataclass(frozen=True)
class Choices:
    """Which household stays, and of each field whose word does: FIRST (the older row) or SECOND."""

    survivor: str = "FIRST"
    fields: Mapping[str, str] = field(default_factory=dict)


@action
def merge_pair(*, actor: Actor, pair: DuplicatePair, choices: Choices, reason: str, now: dt.datetime) -> HouseholdMerge:
    """Merge the two households of a pair. A field that nobody chose keeps the survivor's word, if it has one.

    Refuses DecisionUnexplained, MergeChoiceUnknown, PairDecided, MergedSince, MembersOutOfBounds.
    """
    why = require_reason(reason)
    _require_known(choices)
    locked = open_pair(pair.id)
    first, second = _locked(locked.first_id, locked.second_id)
    is_first, kept = choices.survivor == "FIRST", KeptChanges()
    with (
        noting(first, actor=actor, reason=why, now=now) as one,
        noting(second, actor=actor, reason=why, now=now) as other,
    ):
        survivor, absorbed = (one, other) if is_first else (other, one)
        for row in (one, other):
            if row.merged_into_id is not None:
                raise MergedSince(household=row.reference)
        _take_words(kept, survivor, absorbed, choices.fields, survivor_is_first=is_first)
        _join_members(kept, survivor, absorbed, timezone.localdate(now))
        _join_facts(kept, survivor, absorbed)
        kept.set(absorbed, {"merged_into_id": survivor.id})
    decide(locked, PairState.MERGED, why, actor, now)
    return HouseholdMerge.objects.create(
        survivor=survivor,
        absorbed=absorbed,
        pair=locked,
        before=kept.as_json(),
        reason=why,
        merged_at=now,
        merged_by_id=actor.holder_id,
    )


@action
def undo_merge(*, actor: Actor, merge: HouseholdMerge, reason: str, now: dt.datetime) -> HouseholdMerge:
    """Take a merge back: both households stand as before, and the pair is kept apart. What was corrected since stays.

    Refuses DecisionUnexplained, MergeUndone, MergedSince.
    """
    why = require_reason(reason)
    survivor, absorbed = _locked(merge.survivor_id, merge.absorbed_id)
    locked = HouseholdMerge.objects.select_for_update(of=("self",)).get(id=merge.id)
    if locked.undone_at is not None:
        raise MergeUndone
    if survivor.merged_into_id is not None:
        raise MergedSince(household=survivor.reference)
    with (
        noting(survivor, actor=actor, reason=why, now=now) as one,
        noting(absorbed, actor=actor, reason=why, now=now) as other,
    ):
        put_back(locked.before)
        # Also where what was kept has been erased meanwhile.
        Household.objects.filter(id=absorbed.id).update(merged_into=None)
        one.refresh_from_db()
        other.refresh_from_db()
    decide(locked.pair, PairState.APART, why, actor, now)
    locked.undone_at, locked.undone_by_id, locked.undone_reason, locked.before = now, actor.holder_id, why, ""
    locked.save(update_fields=["undone_at", "undone_by_id", "undone_reason", "before"])
    return locked


def erase_merges_of(household: Household) -> int:
    """Destroy what merges and decisions keep of a family in words; that it was merged stands. Returns how many."""
    both = Q(survivor=household) | Q(absorbed=household)
    count = HouseholdMerge.objects.filter(both).update(before="", reason="", undone_reason="")
    return count + DuplicatePair.objects.filter(Q(first=household) | Q(second=household)).update(reason="")


def visible_merges(organisation: Organisation) -> "QuerySet[HouseholdMerge]":
    """Return the merges of households that an organisation sees, newest first."""
    below = organisation_ids_below(organisation)
    rows = HouseholdMerge.objects.filter(survivor__organisation__in=below, absorbed__organisation__in=below)
    return rows.select_related("survivor", "absorbed", "pair").order_by("-id")


def get_merge(*, merge_id: uuid.UUID, organisation: Organisation) -> HouseholdMerge:
    """Return the merge with this id. Refuses MergeMissing, also for another organisation's."""
    found = visible_merges(organisation).filter(id=merge_id).first()
    if found is None:
        raise MergeMissing(pointer="/merge")
    return found


def _require_known(choices: Choices) -> None:
    chosen = {"survivor": choices.survivor, **choices.fields}
    for name, side in chosen.items():
        if side not in ("FIRST", "SECOND") or name not in ("survivor", *MERGED_FIELDS):
            raise MergeChoiceUnknown(field=name[:24], pointer=f"/{name[:24]}")


def _locked(*household_ids: uuid.UUID) -> list[Household]:
    """Lock households in the order of their ids, so that two who merge at once never wait for each other."""
    rows = Household.objects.select_for_update(of=("self",)).filter(id__in=household_ids).order_by("id")
    found = {row.id: row for row in rows}
    return [found[key] for key in household_ids]


def _take_words(
    kept: KeptChanges, survivor: Household, absorbed: Household, chosen: Mapping[str, str], *, survivor_is_first: bool
) -> None:
    for name in MERGED_FIELDS:
        side = chosen.get(name)
        keeps = bool(getattr(survivor, name)) if side is None else (side == "FIRST") == survivor_is_first
        if not keeps:
            kept.set(survivor, {column: getattr(absorbed, column) for column in _ALONGSIDE[name]})


def _join_members(kept: KeptChanges, survivor: Household, absorbed: Household, today: dt.date) -> None:
    """Bring the members of one household into the other, and those entered twice together."""
    staying = list(survivor.members.filter(merged_into__isnull=True).order_by("id"))
    coming = list(absorbed.members.filter(merged_into__isnull=True).order_by("id"))
    has_head, joined = any(member.is_head for member in staying), len(staying)
    for member in coming:
        twin = next((row for row in staying if _is_same(row, member)), None)
        if twin is None:
            joined += 1
            kept.set(member, {"household_id": survivor.id, "is_head": member.is_head and not has_head})
            has_head = has_head or member.is_head
            continue
        kept.set(member, {"merged_into_id": twin.id})
        _fill(kept, twin, member)
        _join_papers(kept, twin, member, today)
    if joined > MEMBERS_MAX:
        raise MembersOutOfBounds(most=MEMBERS_MAX)


def _fill(kept: KeptChanges, twin: Member, member: Member) -> None:
    """Let a member who stays take over what only the other row says."""
    said = Member(name=twin.name)
    for name in _FILLED:
        setattr(said, name, getattr(twin, name) or getattr(member, name))
    index_member(said)
    kept.set(twin, {name: getattr(said, name) for name in (*_FILLED, *MEMBER_INDEXES)})


def _join_papers(kept: KeptChanges, twin: Member, member: Member, today: dt.date) -> None:
    """Let guardians and consents of a person entered twice stand for the row that stays, where it has none."""
    if not twin.guardians.filter(ended_on__isnull=True).exists():
        for guardian in member.guardians.filter(ended_on__isnull=True).order_by("id"):
            if guardian.member_id != twin.id:
                kept.set(guardian, {"ward_id": twin.id})
    standing = set(twin.consents.filter(withdrawn_on__isnull=True).values_list("scope", flat=True))
    for consent in member.consents.filter(withdrawn_on__isnull=True).order_by("id"):
        if consent.scope not in standing:
            kept.set(consent, {"member_id": twin.id})
    kept.set(twin, {"has_consent": has_consent_for(twin, ConsentScope.PROCESSING, today)})


def _join_facts(kept: KeptChanges, survivor: Household, absorbed: Household) -> None:
    """Let hardships and photos of the household that goes stand for the one that stays."""
    stays = dict(Member.objects.filter(household=absorbed).values_list("id", "merged_into_id"))
    for hardship in absorbed.hardships.order_by("id"):
        member_id = hardship.member_id and (stays.get(hardship.member_id) or hardship.member_id)
        kept.set(hardship, {"household_id": survivor.id, "member_id": member_id})
    known = set(survivor.photos.values_list("sha256", flat=True))
    for photo in absorbed.photos.filter(erased_at__isnull=True).exclude(sha256__in=known).order_by("id"):
        kept.set(photo, {"household_id": survivor.id})


def _is_same(one: Member, other: Member) -> bool:
    """Tell whether two members are one person: by number where both have one, else by name and birth date."""
    if one.identity_number_index and other.identity_number_index:
        return one.identity_number_index == other.identity_number_index
    is_dated = one.born_on is not None and one.born_on == other.born_on
    # Within one family a name alone says enough where a birth date was left out.
    is_open = one.born_on is None or other.born_on is None
    return one.name_index == other.name_index and (is_dated or is_open)
