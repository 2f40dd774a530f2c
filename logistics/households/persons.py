"""Who is one and the same: what merges say, and what keyed hashes say of other organisations' families.

What other rooms count by person they count by these ids, so that a family entered twice is served once. Ids of other
organisations' families leave this house as a yes or no, never as themselves.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import TypeVar

from logistics.households.models import Household, Member

MERGES_DEEP_MAX = 20
R = TypeVar("R", Household, Member)


def standing_household(household: Household) -> Household:
    """Return the household that this one was merged into, at the end of the chain, or itself."""
    related = Household.objects.select_related("account", "organisation", "card_code")
    return _standing(household, related.in_bulk)


def standing_member(member: Member) -> Member:
    """Return the member that this one was merged into, at the end of the chain, or itself."""
    return _standing(member, Member.objects.in_bulk)


def standing_household_ids(household_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Say for each household which one it is now: itself, or the one that it was merged into."""
    return _standing_ids(Household, household_ids)


def standing_member_ids(member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Say for each member which one it is now: itself, or the one that it was merged into."""
    return _standing_ids(Member, member_ids)


def household_ids_as_one(household_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return these households and all that are one with them by merges: whatever any of them received, all did."""
    return _as_one(Household, household_ids)


def families_as_one(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Say for each household all that are one with it by merges, itself among them."""
    stands = _standing_ids(Household, household_ids)
    roots = {root: root for root in stands.values()}
    wave = set(roots)
    for _ in range(MERGES_DEEP_MAX):
        below = dict(Household.objects.filter(merged_into__in=wave).values_list("id", "merged_into_id"))
        wave = below.keys() - roots.keys()
        if not wave:
            break
        roots |= {key: roots[below[key]] for key in wave}
    families: dict[uuid.UUID, set[uuid.UUID]] = {}
    for key, root in roots.items():
        families.setdefault(root, set()).add(key)
    return {key: families[root] for key, root in stands.items()}


def member_ids_as_one(member_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return these members and all that are one with them by merges."""
    return _as_one(Member, member_ids)


def same_elsewhere(member_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[tuple[uuid.UUID, uuid.UUID]]]:
    """Say for each member who of other organisations is this person by name and birth date: (member, household).

    Whoever has another identity number is another person; whom one's own people told apart they told apart. In one
    statement for the members and one for the others, however many they are.
    """
    columns = ("id", "household_id", "household__organisation_id", "name_index", "born_on", "identity_number_index")
    known = Member.objects.filter(born_on__isnull=False, erased_at__isnull=True).exclude(name_index="")
    own = list(known.filter(id__in=member_ids).values_list(*columns))
    by_key: dict[tuple[str, dt.date | None], list[tuple[uuid.UUID, uuid.UUID, uuid.UUID, str]]] = {}
    alike = known.filter(name_index__in={row[3] for row in own}, born_on__in={row[4] for row in own})
    for key, household_id, organisation_id, name, born_on, number in alike.values_list(*columns) if own else ():
        by_key.setdefault((name, born_on), []).append((key, household_id, organisation_id, number))
    return {
        key: {
            (other, household_id)
            for other, household_id, theirs, other_number in by_key.get((name, born_on), ())
            if theirs != ours and not (number and other_number and number != other_number)
        }
        for key, _, ours, name, born_on, number in own
    }


def _standing(row: R, fetch: object) -> R:
    found = row
    for _ in range(MERGES_DEEP_MAX):
        if found.merged_into_id is None:
            break
        found = fetch([found.merged_into_id])[found.merged_into_id]  # type: ignore[operator]  # -- a manager's in_bulk
    return found


def _standing_ids(model: type[Household] | type[Member], ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    found = {key: key for key in ids}
    for _ in range(MERGES_DEEP_MAX):
        steps = dict(
            model._default_manager.filter(id__in=set(found.values()), merged_into__isnull=False).values_list(
                "id", "merged_into_id"
            )
        )
        if not steps:
            break
        found = {key: steps.get(value, value) for key, value in found.items()}
    return found


def _as_one(model: type[Household] | type[Member], ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    found = wave = set(_standing_ids(model, ids).values())
    for _ in range(MERGES_DEEP_MAX):
        wave = set(model._default_manager.filter(merged_into__in=wave).values_list("id", flat=True)) - found
        if not wave:
            break
        found = found | wave
    return found
