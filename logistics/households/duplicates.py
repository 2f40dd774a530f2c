"""Find households that may be one, and keep apart those that a person knows to be two."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from logistics.households.access import visible_households
from logistics.households.duplicate_models import DuplicatePair, PairState
from logistics.households.models import Member
from logistics.households.reads import HouseholdView, household_view_for
from logistics.households.visibility import Eyes
from logistics.kernel.likeness import Agreement, Candidate, FamilyFacts, PersonFacts, candidates
from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Role
from logistics.storage.transactions import action

HOUSEHOLDS_COMPARED_MAX = 200_000
PAIRS_FOUND_MAX = 20_000
ROWS_AT_ONCE = 2_000
DECIDERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
DECISION_REASON_LENGTH_MIN, DECISION_REASON_LENGTH_MAX = 4, 200


class PairMissing(Missing):
    code = "duplicate_pair_missing"
    zh = "没有找到这一对疑似重复。"
    en = "There is no such pair of possible duplicates."


class PairDecided(Conflicting):
    code = "duplicate_pair_decided"
    zh = "这一对已经处理过了。"
    en = "This pair has been decided already."


class DecisionUnexplained(Unacceptable):
    code = "duplicate_reason_missing"
    zh = "请写明理由（{least} 到 {most} 个字）。"
    en = "Say why ({least} to {most} characters)."


class TooManyHouseholds(Unacceptable):
    code = "households_compared_exceeded"
    zh = "一次最多比对 {most} 个家庭，请由下级单位分别比对。"
    en = "At most {most} households are compared at once: let the bodies below look for themselves."


class DuplicatesNotYours(NotAllowed):
    code = "duplicates_not_yours"
    zh = "您的角色不能处理疑似重复的家庭。"
    en = "Your role does not decide about possible duplicates."


@dataclass(frozen=True)
class PairView:
    """Two households side by side, masked, and why they may be one; `same_persons` are references of members."""

    pair: DuplicatePair
    first: HouseholdView
    second: HouseholdView
    agreements: list[Agreement]
    same_persons: frozenset[str]
    # Which of head_name, address, telephone and township differ: these a person chooses between.
    differing: list[str]


def search_duplicates(
    *, organisation: Organisation, now: dt.datetime, progress: Callable[[int, int], object] | None = None
) -> int:
    """Compare the households of an organisation and of those below it; returns how many pairs wait for a person.

    Pairs that were decided stay decided; open ones that no longer look alike go. `progress` hears of households read,
    and how many there are. Refuses TooManyHouseholds.
    """
    heard = progress or (lambda done, total: None)
    families, owners = _families(organisation, heard)
    likeliest = sorted(candidates(families), key=lambda one: -one.likeness.score)[:PAIRS_FOUND_MAX]
    return _keep(organisation, likeliest, owners, now)


@action
def keep_apart(*, actor: Actor, pair: DuplicatePair, reason: str, now: dt.datetime) -> DuplicatePair:
    """Say that two households are two: the pair does not come again. Refuses PairDecided, DecisionUnexplained."""
    why = require_reason(reason)
    locked = open_pair(pair.id)
    decide(locked, PairState.APART, why, actor, now)
    return locked


def visible_pairs(organisation: Organisation) -> "QuerySet[DuplicatePair]":
    """Return the pairs that an organisation and those below it decide, likeliest first, then the oldest."""
    rows = DuplicatePair.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("first", "second", "organisation").order_by("-score", "id")


def get_pair(*, pair_id: uuid.UUID, organisation: Organisation) -> DuplicatePair:
    """Return the pair with this id. Refuses PairMissing, also for another organisation's."""
    found = visible_pairs(organisation).filter(id=pair_id).first()
    if found is None:
        raise PairMissing(pointer="/pair")
    return found


def pair_view_for(pair: DuplicatePair, eyes: Eyes) -> PairView:
    """Say a pair as somebody sees it."""
    sides = [
        {(row.name_index, row.born_on, row.identity_number_index): row.reference for row in side.members.all()}
        for side in (pair.first, pair.second)
    ]
    return PairView(
        pair=pair,
        first=household_view_for(pair.first, eyes),
        second=household_view_for(pair.second, eyes),
        agreements=[Agreement(str(one["part"]), int(one["percent"]), int(one["points"])) for one in pair.agreements],
        same_persons=frozenset(
            reference
            for (name, born_on, number), reference in [*sides[0].items(), *sides[1].items()]
            if all(any(_are_one(name, born_on, number, other) for other in side) for side in sides)
        ),
        differing=[name for name in MERGED_FIELDS if getattr(pair.first, name) != getattr(pair.second, name)],
    )


def require_decider(actor: Actor) -> None:
    """Refuse DuplicatesNotYours to a person whose role does not decide; a key is bound by its scopes."""
    if actor.person is not None and not actor.person.has_role(*DECIDERS):
        raise DuplicatesNotYours


# What a person chooses between where the two differ; the division goes with the township.
MERGED_FIELDS = ("head_name", "address", "telephone", "township")


def require_reason(reason: str) -> str:
    """Return a reason without spaces around it. Refuses DecisionUnexplained."""
    why = reason.strip()
    if not DECISION_REASON_LENGTH_MIN <= len(why) <= DECISION_REASON_LENGTH_MAX:
        raise DecisionUnexplained(least=DECISION_REASON_LENGTH_MIN, most=DECISION_REASON_LENGTH_MAX, pointer="/reason")
    return why


def open_pair(pair_id: uuid.UUID) -> DuplicatePair:
    """Lock a pair that waits for a decision. Refuses PairDecided."""
    locked = DuplicatePair.objects.select_for_update(of=("self",)).get(id=pair_id)
    if locked.state != PairState.OPEN:
        raise PairDecided
    return locked


def decide(pair: DuplicatePair, state: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Write down what became of a pair, by whom and why."""
    pair.state, pair.reason, pair.decided_at, pair.decided_by_id = state, reason, now, actor.holder_id
    pair.save(update_fields=["state", "reason", "decided_at", "decided_by_id"])


def _are_one(name: str, born_on: dt.date | None, number: str, other: tuple[str, dt.date | None, str]) -> bool:
    if number and other[2]:
        return number == other[2]
    return born_on is not None and (name, born_on) == other[:2]


def _families(
    organisation: Organisation, heard: Callable[[int, int], object]
) -> tuple[list[FamilyFacts], dict[uuid.UUID, str]]:
    """Read what is compared of every standing household, and the path of the body that each belongs to."""
    rows = visible_households(organisation).filter(merged_into__isnull=True)
    total = rows.count()
    if total > HOUSEHOLDS_COMPARED_MAX:
        raise TooManyHouseholds(most=HOUSEHOLDS_COMPARED_MAX)
    people: dict[uuid.UUID, list[PersonFacts]] = defaultdict(list)
    known = Member.objects.filter(household__in=rows.order_by(), merged_into__isnull=True)
    columns = known.values_list("household_id", "name_index", "born_on", "identity_number_index")
    for household_id, name_hash, born_on, identity_hash in columns.iterator(chunk_size=ROWS_AT_ONCE):
        people[household_id].append(PersonFacts(name_hash, born_on, identity_hash))
    families: list[FamilyFacts] = []
    owners: dict[uuid.UUID, str] = {}
    names = ("id", "organisation__path", "division_code", "township", "head_name", "head_name_index", "address")
    for row in rows.values_list(*names, "telephone_index").iterator(chunk_size=ROWS_AT_ONCE):
        key, path, division, township, head_name, name_hash, address, telephone_hash = row
        area = f"{division[:6]}/{township}"
        families.append(
            FamilyFacts(key, area, head_name, name_hash, address, telephone_hash, tuple(people.get(key, ())))
        )
        owners[key] = path
        if len(families) % ROWS_AT_ONCE == 0:
            heard(len(families), total)
    heard(total, total)
    return families, owners


@action
def _keep(
    organisation: Organisation, found: Sequence[Candidate], owners: dict[uuid.UUID, str], now: dt.datetime
) -> int:
    """Write down the pairs that are new, score the open ones anew, and take away those that no longer look alike."""
    standing = {(row.first_id, row.second_id): row for row in _open_or_decided(organisation)}
    seen: set[tuple[uuid.UUID, uuid.UUID]] = set()
    new, changed = [], []
    for one in found:
        first, second = sorted((one.first.key, one.second.key))
        seen.add((first, second))
        told = [{"part": said.part, "percent": said.percent, "points": said.points} for said in one.likeness.agreements]
        row = standing.get((first, second))
        if row is None:
            owner = uuid.UUID(_shared_owner(owners[first], owners[second]))
            new.append(
                DuplicatePair(
                    organisation_id=owner,
                    first_id=first,
                    second_id=second,
                    score=one.likeness.score,
                    agreements=told,
                    found_at=now,
                )
            )
        elif row.state == PairState.OPEN:
            row.score, row.agreements = one.likeness.score, told
            changed.append(row)
    DuplicatePair.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    DuplicatePair.objects.bulk_update(changed, ["score", "agreements"], batch_size=500)
    gone = [row.id for key, row in standing.items() if row.state == PairState.OPEN and key not in seen]
    for start in range(0, len(gone), 500):
        DuplicatePair.objects.filter(id__in=gone[start : start + 500], state=PairState.OPEN).delete()
    return visible_pairs(organisation).filter(state=PairState.OPEN).count()


def _open_or_decided(organisation: Organisation) -> "QuerySet[DuplicatePair]":
    return DuplicatePair.objects.filter(organisation__in=organisation_ids_below(organisation))


def _shared_owner(one: str, other: str) -> str:
    """Return the id of the lowest body above both paths, which list ids from the root."""
    shared = ""
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right or not left:
            break
        shared = left
    return shared
