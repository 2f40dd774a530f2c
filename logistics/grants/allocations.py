"""Plan the grants that an approved list promised, and release what was promised."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db.models import Count

from logistics.grants.actions import GrantStateWrong, drop_grant
from logistics.grants.models import Grant, GrantState
from logistics.grants.same import Grantee, plan_same_grants
from logistics.kernel.refusals import Conflicting
from logistics.lists.allocations import (
    checked_release_reason,
    note_allocated,
    shares_to_allocate,
)
from logistics.lists.models import Allocation, DistributionList, ListEntry
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

GRANTS_PER_CALL_MAX = 200


class NoGrantAllocated(Conflicting):
    code = "no_grant_allocated"
    zh = "这项分配不是款项，请在包裹处办理。"
    en = "This allocation is no grant: release the parcel instead."


@action
def allocate_grants(
    *,
    actor: Actor,
    row: DistributionList,
    limit: int = GRANTS_PER_CALL_MAX,
    places: Collection[int] | None = None,
    now: dt.datetime,
) -> list[Grant]:
    """Plan the next grants of an approved list, at most 200, in the order of its places; of some places, those that
    still wait. Another person approves each.

    Whom somebody serves already is held up and named with the reason.

    Refuses ListNotApproved, RoundOver, NothingToAllocate and what `plan_same_grants` refuses.
    """
    count = min(limit, GRANTS_PER_CALL_MAX)
    shares = shares_to_allocate(actor=actor, row=row, kind=Allocation.Kind.GRANT, limit=count, places=places, now=now)
    made: list[tuple[ListEntry, uuid.UUID]] = []
    grants: list[Grant] = []
    tried = _tries([entry for share in shares for entry in share.entries])
    for share in shares:
        planned = plan_same_grants(
            actor=actor,
            fund=share.offer.fund,
            grantees=[_grantee(row, entry, tried.get(entry.id, 0)) for entry in share.entries],
            amount_minor=share.offer.amount_minor or 0,
            now=now,
        )
        grants += planned
        made += [(entry, grant.id) for entry, grant in zip(share.entries, planned, strict=True)]
    note_allocated(actor=actor, row=row, kind=Allocation.Kind.GRANT, made=made, now=now)
    return grants


@action
def release_grant(*, actor: Actor, allocation: Allocation, reason: str, now: dt.datetime) -> Allocation:
    """Release a promised grant that is not approved yet: it is dropped, and its place waits again.

    Refuses AllocationReleased, NoGrantAllocated, TextOutOfBounds, GrantStateWrong.
    """
    locked = Allocation.objects.select_for_update().get(id=allocation.id)
    told = checked_release_reason(locked, reason)
    grant = Grant.objects.filter(id=locked.subject_id).first()
    if grant is None:
        raise NoGrantAllocated
    if grant.state != GrantState.PLANNED:
        raise GrantStateWrong(state=grant.state)
    drop_grant(grant=grant, actor=actor, reason=told, now=now)
    locked.refresh_from_db()
    return locked


def _tries(entries: Sequence[ListEntry]) -> dict[uuid.UUID, int]:
    """Count what each place was promised before and had released."""
    rows = Allocation.objects.filter(entry__in=[entry.id for entry in entries]).order_by()
    return dict(rows.values_list("entry").annotate(count=Count("id")))


def _grantee(row: DistributionList, entry: ListEntry, again: int) -> Grantee:
    """Name a grant of a list; one that was released and is promised again gets another number."""
    application = entry.application
    return Grantee(application.household, application.beneficiary, f"list-{row.id}-{entry.place}-{again}")
