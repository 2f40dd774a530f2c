"""Turn the places of an approved list into what was promised: the rooms above plan parcels and grants, and say so here.

Nobody below knows parcels or grants: an allocation holds their ids.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from logistics.kernel.refusals import Conflicting, Missing
from logistics.lists.access import visible_allocations
from logistics.lists.marks import Served, held_up, open_round
from logistics.lists.models import Allocation, DistributionList, HeldUpEntry, ListEntry, ProgrammeRules
from logistics.lists.offers import Offer, read_offers
from logistics.lists.reasons import checked_text
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.proposals import ProposalState
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

ENTRIES_PER_CALL_MAX = 1_000


class ListNotApproved(Conflicting):
    code = "list_not_approved"
    zh = "名单尚未批准，不能分配。"
    en = "The list is not approved: nothing can be allocated."


class RoundOver(Conflicting):
    code = "round_over"
    zh = "名单属于批次 {round}，项目现已进入批次 {now}。"
    en = "The list belongs to the round {round}; the programme is in the round {now} now."


class AllocationMissing(Missing):
    code = "allocation_missing"
    zh = "没有找到这项分配。"
    en = "There is no such allocation."


class AllocationReleased(Conflicting):
    code = "allocation_released"
    zh = "这项分配已经取消。"
    en = "This allocation is released already."


class NothingToAllocate(Conflicting):
    code = "nothing_to_allocate"
    zh = "这份名单已没有待分配的 {kind}。"
    en = "This list has nothing left to allocate as {kind}."


@dataclass(frozen=True)
class Share:
    """Places of one list that get the same offer, each with the id of the parcel or grant to be planned."""

    offer: Offer
    entries: list[ListEntry]


@action
def shares_to_allocate(
    *,
    actor: Actor,
    row: DistributionList,
    kind: str,
    limit: int = ENTRIES_PER_CALL_MAX,
    places: Collection[int] | None = None,
    now: dt.datetime,
) -> list[Share]:
    """Take the next places of an approved list that get a kind of thing, in order, by offer, inside the caller's
    action; or of some places those that still wait. Whom somebody serves already is held up, with the reason.

    Refuses ListNotApproved, RoundOver, NothingToAllocate.
    """
    rules = open_round(row.programme)
    require_allocatable(row, rules)
    offers = read_offers(row.offers, organisation=row.organisation, programme=row.programme)
    rows = places_waiting(row, kind).select_related("application__household__account", "application__beneficiary")
    if places is not None:
        rows = rows.filter(place__in=places)
    order = (F("held_up__tried_at").asc(nulls_first=True), "place")
    waiting = list(rows.order_by(*order)[: min(limit, ENTRIES_PER_CALL_MAX)])
    if not waiting and places is None:
        raise NothingToAllocate(kind=kind)
    whom = [_served(one) for one in waiting]
    stopped = held_up(rules, organisation=actor.organisation, whom=whom, now=now) if rules else {}
    _note_held_up(stopped, waiting, now)
    by_offer: dict[int, list[ListEntry]] = {}
    for one in waiting:
        if one.id not in stopped and one.offer is not None:
            by_offer.setdefault(one.offer, []).append(one)
    return [Share(offers[number], entries) for number, entries in sorted(by_offer.items())]


def require_allocatable(row: DistributionList, rules: ProgrammeRules | None) -> None:
    """Refuses ListNotApproved, RoundOver."""
    if row.state != ProposalState.APPROVED:
        raise ListNotApproved
    if rules is not None and rules.round_name != row.round_name:
        raise RoundOver(round=row.round_name, now=rules.round_name)


def places_waiting(row: DistributionList, kind: str) -> "QuerySet[ListEntry]":
    """Return the places of a list that were promised a kind of thing and still wait for it."""
    offers = read_offers(row.offers, organisation=row.organisation, programme=row.programme)
    return unallocated(row).filter(offer__in=[number for number, offer in enumerate(offers) if offer.kind == kind])


@action
def hold_up(entry: ListEntry, reason: str, *, now: dt.datetime) -> None:
    """Note why a place cannot be allocated now."""
    HeldUpEntry.objects.update_or_create(entry=entry, defaults={"reason": reason, "tried_at": now})


@action
def note_allocated(
    *, actor: Actor, row: DistributionList, kind: str, made: Sequence[tuple[ListEntry, uuid.UUID]], now: dt.datetime
) -> list[Allocation]:
    """Note what was planned for places of a list, inside the caller's action."""
    HeldUpEntry.objects.filter(entry__in=[entry.id for entry, _ in made]).delete()
    rows = [
        Allocation(
            id=new_id(),
            entry=entry,
            list=row,
            kind=kind,
            subject_id=subject_id,
            allocated_at=now,
            allocated_by_id=actor.holder_id,
        )
        for entry, subject_id in made
    ]
    return Allocation.objects.bulk_create(rows)


@action
def note_released(
    *, subject_ids: Collection[uuid.UUID], actor_id: uuid.UUID, reason: str = "", now: dt.datetime
) -> None:
    """Note that what was planned is cancelled: their places wait again. Inside the caller's action."""
    standing = Allocation.objects.filter(subject_id__in=subject_ids, released_at=None)
    standing.update(released_at=now, released_by_id=actor_id, release_reason=reason)


def checked_release_reason(allocation: Allocation, reason: str) -> str:
    """Return why an allocation is released. Refuses AllocationReleased, TextOutOfBounds."""
    if allocation.released_at is not None:
        raise AllocationReleased
    return checked_text(reason, "/reason")[:200]


def get_allocation(*, allocation_id: uuid.UUID, organisation: Organisation) -> Allocation:
    """Return an allocation that the organisation sees. Refuses AllocationMissing."""
    found = visible_allocations(organisation).filter(id=allocation_id).first()
    if found is None:
        raise AllocationMissing
    return found


def unallocated(row: DistributionList) -> "QuerySet[ListEntry]":
    """Return the places of a list that get something and were not allocated it yet, or not any more. Who was erased
    keeps the place and waits for nothing.
    """
    standing = Allocation.objects.filter(list=row, released_at=None).values("entry")
    rows = ListEntry.objects.filter(list=row, offer__isnull=False, application__household__erased_at=None)
    return rows.filter(application__beneficiary__erased_at=None).exclude(id__in=standing)


def _served(entry: ListEntry) -> Served:
    return Served(entry.application.household_id, entry.application.beneficiary_id, entry.reference, entry.id)


def _note_held_up(stopped: dict[uuid.UUID, str], waiting: Sequence[ListEntry], now: dt.datetime) -> None:
    HeldUpEntry.objects.filter(entry__in=[one.id for one in waiting]).delete()
    HeldUpEntry.objects.bulk_create(
        HeldUpEntry(entry_id=key, reason=reason, tried_at=now) for key, reason in stopped.items()
    )
