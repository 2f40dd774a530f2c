"""What waits in each stage since before a moment, the oldest first: a row says what, since when, and for how many."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from logistics.grants.access import visible_grants
from logistics.grants.models import Grant, GrantState
from logistics.lists.access import visible_applications, visible_lists, visible_notices
from logistics.lists.allocations import unallocated
from logistics.lists.models import (
    Allocation,
    Application,
    ApplicationState,
    DistributionList,
    ListEntry,
    Objection,
    ObjectionState,
    ProgrammeRules,
    Stage,
)
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation, Programme
from logistics.parties.proposals import ProposalState
from logistics.replies.card_reads import replies_waiting

# The oldest of each stage and programme; more would not fit a first page.
EACH_MAX = 50


class LateRow(NamedTuple):
    """What waits: its subject and id, what people call it, since when, and how many families wait there."""

    subject: str
    subject_id: uuid.UUID
    reference: str
    since: dt.datetime
    families: int = 1


Rows = Iterator[LateRow]
Waiting = Callable[[Organisation, Programme, dt.datetime], Rows]


def _applications(state: str) -> Waiting:
    def waiting(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
        rows = visible_applications(organisation).filter(programme=programme, state=state, state_since__lt=limit)
        for row in rows.order_by("state_since", "id")[:EACH_MAX]:
            yield LateRow("APPLICATION", row.id, row.reference, row.state_since)

    return waiting


def _objections(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
    """Yield notices on which an objection waits for an answer, since the oldest."""
    notices = visible_notices(organisation).filter(programme=programme)
    rows = Objection.objects.filter(notice__in=notices.values("id"), state=ObjectionState.OPEN, raised_at__lt=limit)
    seen: set[uuid.UUID] = set()
    for row in rows.select_related("notice").order_by("raised_at", "id")[:EACH_MAX]:
        if row.notice_id not in seen:
            yield LateRow("OBJECTION", row.notice_id, row.notice.reference, row.raised_at)
        seen.add(row.notice_id)


def _to_approve(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
    """Yield notices that are over and of which somebody has not come before an approver yet."""
    listed = ListEntry.objects.filter(application=OuterRef("id"))
    unheard = Application.objects.filter(state=ApplicationState.ON_NOTICE).exclude(Exists(listed))
    rows = visible_notices(organisation).filter(programme=programme, ends_on__lt=timezone.localdate(limit))
    waiting = rows.filter(Exists(unheard.filter(notice_entry__notice=OuterRef("id"))))
    for row in waiting.order_by("ends_on", "id")[:EACH_MAX]:
        over = timezone.make_aware(dt.datetime.combine(row.ends_on + dt.timedelta(days=1), dt.time()))
        if over < limit:
            count = unheard.filter(notice_entry__notice=row).count()
            yield LateRow("NOTICE", row.id, row.reference, over, count)


def _lists(missing: Callable[[DistributionList], int]) -> Waiting:
    """Yield approved lists of which somebody still misses something."""

    def waiting(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
        rows = visible_lists(organisation).filter(programme=programme, state=ProposalState.APPROVED)
        for row in rows.filter(decided_at__lt=limit).order_by("decided_at", "id")[:EACH_MAX]:
            count = missing(row)
            if count and row.decided_at is not None:
                yield LateRow("LIST", row.id, row.reference, row.decided_at, count)

    return waiting


def _not_allocated(row: DistributionList) -> int:
    return unallocated(row).count() if _is_open(row) else 0


def _not_in_hand(row: DistributionList) -> int:
    """Count the places that were promised something and have nothing in hand; of a round that is over, those for whom
    something is under way: the others are on the next list.
    """
    standing = Allocation.objects.filter(list=row, released_at=None)
    parcels = Parcel.objects.filter(id__in=standing.values("subject_id"), delivered_at__isnull=False)
    grants = Grant.objects.filter(id__in=standing.values("subject_id"), paid_at__isnull=False)
    arrived = Q(subject_id__in=parcels.values("id")) | Q(subject_id__in=grants.values("id"))
    under_way = standing.exclude(arrived).count()
    return under_way + _not_allocated(row)


def _is_open(row: DistributionList) -> bool:
    return ProgrammeRules.objects.filter(programme=row.programme_id, round_name=row.round_name).exists()


def _parcels(states: Sequence[str]) -> Waiting:
    def waiting(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
        rows = visible_parcels(organisation).filter(programme=programme, state__in=states, state_since__lt=limit)
        for row in rows.select_related("code").order_by("state_since", "id")[:EACH_MAX]:
            yield LateRow("PARCEL", row.id, row.code.text, row.state_since)

    return waiting


def _to_pay(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
    open_states = (GrantState.PLANNED, GrantState.APPROVED, GrantState.SENT)
    rows = visible_grants(organisation).filter(fund__programme=programme, state__in=open_states, planned_at__lt=limit)
    for row in rows.order_by("planned_at", "id").select_related("household")[:EACH_MAX]:
        yield LateRow("GRANT", row.id, row.household.reference, row.planned_at)


def _replies(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Rows:
    rows = replies_waiting(organisation).filter(programme=programme, recorded_at__lt=limit)
    for row in rows.select_related("household")[:EACH_MAX]:
        yield LateRow("REPLY", row.id, row.household.reference if row.household else "", row.recorded_at)


WAITING: Mapping[Stage, Waiting] = {
    Stage.REVIEW: _applications(ApplicationState.FILED),
    Stage.NOTICE: _applications(ApplicationState.ACCEPTED),
    Stage.OBJECTION: _objections,
    Stage.APPROVAL: _to_approve,
    Stage.ALLOCATION: _lists(_not_allocated),
    Stage.PACKING: _parcels(("PLANNED",)),
    Stage.DISPATCH: _parcels(("PACKED", "SEALED")),
    Stage.DELIVERY: _parcels(("DISPATCHED", "AT_TRANSFER_POINT")),
    Stage.PAYMENT: _to_pay,
    Stage.HAND_OVER: _lists(_not_in_hand),
    Stage.REPLY: _replies,
}
