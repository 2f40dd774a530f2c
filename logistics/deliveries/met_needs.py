"""A family's need that somebody put on a list: what is on its way to them, and that it is met once it has come."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.grants.models import Grant, GrantState
from logistics.kernel.need_states import MET, OPEN, REFERRED
from logistics.kernel.refusals import Refusal
from logistics.lists.models import Allocation, Application
from logistics.needs.actions import By, meet_need, reopen_need
from logistics.needs.models import MetBy, Need, NeedStep
from logistics.needs.steps import steps_that_count
from logistics.parcels.models import Parcel

NEEDS_PER_LOOK = 500
# A hand-over is taken back soon or never: needs that were met longer ago are left alone.
LOOKED_BACK = dt.timedelta(days=30)
AT_THE_FAMILY = ("DELIVERED", "DISPUTED")
TAKEN_BACK = "包裹 {code} 的交付已撤回。The hand-over of parcel {code} was taken back."


@dataclass(frozen=True)
class OnTheWay:
    """An application that answers a need, and the parcel or grant that came of it."""

    application: Application
    parcel: Parcel | None = None
    grant: Grant | None = None


def on_the_way(need: Need) -> list[OnTheWay]:
    """List what was applied for to answer a need, newest first, and what came of each."""
    rows = list(Application.objects.filter(need_id=need.id).select_related("programme").order_by("-id"))
    promised = Allocation.objects.filter(entry__application__in=rows, released_at=None).select_related("entry")
    subjects = {one.entry.application_id: one.subject_id for one in promised}
    parcels = Parcel.objects.select_related("code").in_bulk(subjects.values())
    grants = Grant.objects.in_bulk(subjects.values())
    return [OnTheWay(row, *_became(subjects.get(row.id), parcels, grants)) for row in rows]


def settle_needs(*, now: dt.datetime) -> int:
    """Say of needs whose parcel or grant has reached the family that they are met, and open those again whose parcel
    did not stay there: in nobody's name, each step says by which parcel or grant. A bounded number in one look; returns
    how many changed.
    """
    return sum(_is_settled(one, now) for one in _arrived()) + sum(_is_reopened(one, now) for one in _gone(now))


def _became(
    subject_id: uuid.UUID | None, parcels: Mapping[uuid.UUID, Parcel], grants: Mapping[uuid.UUID, Grant]
) -> tuple[Parcel | None, Grant | None]:
    return (parcels.get(subject_id), grants.get(subject_id)) if subject_id else (None, None)


def _arrived() -> "QuerySet[Allocation]":
    subject, need_id = OuterRef("subject_id"), OuterRef("entry__application__need_id")
    said = NeedStep.objects.filter(need_id=need_id, by_id=subject)
    has_come = Exists(Parcel.objects.filter(id=subject, state="DELIVERED")) | Exists(
        Grant.objects.filter(id=subject, state=GrantState.PAID)
    )
    rows = Allocation.objects.filter(
        has_come,
        # Once said, it is not said again: what a re-visit found since then counts.
        ~Exists(said),
        released_at=None,
        entry__application__need_id__in=_of_standing(state__in=(OPEN, REFERRED)).values("id"),
    )
    return rows.select_related("entry__application").order_by("id")[:NEEDS_PER_LOOK]


def _of_standing(**wanted: object) -> "QuerySet[Need]":
    """Return needs of those who were not erased: of the others nothing new is said."""
    return Need.objects.filter(household__erased_at=None, member__erased_at=None, **wanted)


def _gone(now: dt.datetime) -> "QuerySet[NeedStep]":
    met = _of_standing(id=OuterRef("need_id"), state=MET, state_since__gte=now - LOOKED_BACK)
    there = Parcel.objects.filter(id=OuterRef("by_id"), state__in=AT_THE_FAMILY)
    rows = NeedStep.objects.filter(Q(step=MET), Exists(met), ~Exists(there), by_kind=MetBy.PARCEL, by_id__isnull=False)
    return rows.order_by("id")[:NEEDS_PER_LOOK]


def _is_settled(allocation: Allocation, now: dt.datetime) -> bool:
    parcel = Parcel.objects.select_related("code").filter(id=allocation.subject_id).first()
    code = parcel.code.text if parcel else Grant.objects.get(id=allocation.subject_id).reference[:40]
    by = By(MetBy.PARCEL if parcel else MetBy.GRANT, allocation.subject_id, code)
    need_id = allocation.entry.application.need_id
    assert need_id is not None, "asked for those with a need"
    need = Need.objects.get(id=need_id)
    try:
        meet_need(actor=None, need=need, by=by, now=now)
    except Refusal:
        # Somebody closed it meanwhile, or its thread is full: what people wrote stands.
        return False
    return True


def _is_reopened(step: NeedStep, now: dt.datetime) -> bool:
    need = Need.objects.get(id=step.need_id)
    met = [one for one in steps_that_count([need])[need.id] if one.step == MET]
    if not met or met[-1].id != step.id:
        return False
    try:
        reopen_need(actor=None, need=need, reason=TAKEN_BACK.format(code=step.by_code), now=now)
    except Refusal:
        return False
    return True
