"""Plan the parcels that an approved list promised, and release what was promised."""

import datetime as dt
import uuid
from collections.abc import Collection

from logistics.kernel.refusals import Conflicting
from logistics.lists.allocations import (
    ENTRIES_PER_CALL_MAX,
    Share,
    checked_release_reason,
    note_allocated,
    shares_to_allocate,
)
from logistics.lists.models import Allocation, DistributionList, ListEntry
from logistics.parcels.actions import Recipient, cancel_parcel, plan_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.transactions import action


class NoParcelAllocated(Conflicting):
    code = "no_parcel_allocated"
    zh = "这项分配不是包裹，请在发放款项处办理。"
    en = "This allocation is no parcel: release the grant instead."


@action
def allocate_parcels(
    *,
    actor: Actor,
    row: DistributionList,
    limit: int = ENTRIES_PER_CALL_MAX,
    places: Collection[int] | None = None,
    now: dt.datetime,
) -> list[Parcel]:
    """Plan and reserve the next parcels of an approved list, at most 1,000, in the order of its places; of some places,
    those that still wait.

    Whom somebody serves already is held up and named with the reason; all others of the call are planned, or nobody.

    Refuses ListNotApproved, RoundOver, NothingToAllocate and what `plan_parcels` refuses.
    """
    shares = shares_to_allocate(actor=actor, row=row, kind=Allocation.Kind.PARCEL, limit=limit, places=places, now=now)
    made: list[tuple[ListEntry, uuid.UUID]] = []
    planned: list[Parcel] = []
    for share in shares:
        parcels = _planned(actor, row, share, now)
        planned += parcels
        made += [(entry, parcel.id) for entry, parcel in zip(share.entries, parcels, strict=True)]
    note_allocated(actor=actor, row=row, kind=Allocation.Kind.PARCEL, made=made, now=now)
    return planned


@action
def release_parcel(*, actor: Actor, allocation: Allocation, reason: str, now: dt.datetime) -> Allocation:
    """Release a promised parcel that is not packed: it is cancelled, and its place waits again.

    Refuses AllocationReleased, NoParcelAllocated, TextOutOfBounds, ParcelUnderWay, ParcelNotInspected.
    """
    locked = Allocation.objects.select_for_update().get(id=allocation.id)
    told = checked_release_reason(locked, reason)
    parcel = Parcel.objects.select_related("code").filter(id=locked.subject_id).first()
    if parcel is None:
        raise NoParcelAllocated
    cancel_parcel(parcel=parcel, actor=actor, reason=told, now=now)
    locked.refresh_from_db()
    return locked


def _planned(actor: Actor, row: DistributionList, share: Share, now: dt.datetime) -> list[Parcel]:
    item, warehouse = share.offer.item, share.offer.warehouse
    assert item is not None and warehouse is not None, "an offer of parcels names its goods"
    recipe = getattr(item, "recipe", None)
    return plan_parcels(
        actor=actor,
        programme=row.programme,
        warehouse=warehouse,
        recipe=recipe,
        lines=[] if recipe else [(item, 1)],
        fund=share.offer.fund,
        recipients=[Recipient(entry.application.household, entry.application.beneficiary) for entry in share.entries],
        batch=f"L{row.reference}-{row.programme.code}"[:24],
        now=now,
    )
