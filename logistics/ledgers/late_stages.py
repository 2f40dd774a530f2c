"""What is late on the way onto a list and on to the family, by the hours that each programme sets, oldest first."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from logistics.grants.models import Grant
from logistics.lists.access import visible_applications, visible_lists, visible_notices
from logistics.lists.models import (
    Allocation,
    Application,
    ApplicationState,
    ListEntry,
    ProgrammeRules,
    Stage,
)
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation, Programme
from logistics.parties.proposals import ProposalState

# The oldest of each stage and programme; more would not fit a first page.
EACH_MAX = 50


@dataclass(frozen=True)
class LateStage:
    """Something that waits longer than its programme allows: which stage, since when, and how many hours over.

    `subject` is APPLICATION, NOTICE or LIST, and `count` how many families wait there.
    """

    stage: str
    subject: str
    subject_id: uuid.UUID
    reference: str
    programme: Programme
    since: dt.datetime
    hours_over: int
    count: int


def late_stages(organisation: Organisation, now: dt.datetime) -> list[LateStage]:
    """List what is late in an organisation and below it, the longest first."""
    found: list[LateStage] = []
    for rules in ProgrammeRules.objects.exclude(hours_per_stage={}).select_related("programme"):
        for stage, hours in rules.hours_per_stage.items():
            limit = now - dt.timedelta(hours=hours)
            rows = _STAGES[Stage(stage)](organisation, rules.programme, limit)
            found += [
                LateStage(
                    stage, *row[:3], rules.programme, row[3], int((limit - row[3]).total_seconds() // 3600), row[4]
                )
                for row in rows
            ]
    return sorted(found, key=lambda late: (late.since, late.reference))


# subject, its id, what people call it, since when, how many families
_Row = tuple[str, uuid.UUID, str, dt.datetime, int]


def _waiting(organisation: Organisation, programme: Programme, state: str, limit: dt.datetime) -> Iterator[_Row]:
    rows = visible_applications(organisation).filter(programme=programme, state=state, state_since__lt=limit)
    for row in rows.order_by("state_since", "id")[:EACH_MAX]:
        yield "APPLICATION", row.id, row.reference, row.state_since, 1


def _to_review(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Iterator[_Row]:
    return _waiting(organisation, programme, ApplicationState.FILED, limit)


def _to_publish(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Iterator[_Row]:
    return _waiting(organisation, programme, ApplicationState.ACCEPTED, limit)


def _to_approve(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Iterator[_Row]:
    """Yield notices that are over and of which somebody has not come before an approver yet."""
    listed = ListEntry.objects.filter(application=OuterRef("id"))
    unheard = Application.objects.filter(state=ApplicationState.ON_NOTICE).exclude(Exists(listed))
    rows = visible_notices(organisation).filter(programme=programme, ends_on__lt=timezone.localdate(limit))
    waiting = rows.filter(Exists(unheard.filter(notice_entry__notice=OuterRef("id"))))
    for row in waiting.order_by("ends_on", "id")[:EACH_MAX]:
        over = timezone.make_aware(dt.datetime.combine(row.ends_on + dt.timedelta(days=1), dt.time()))
        if over < limit:
            yield "NOTICE", row.id, row.reference, over, unheard.filter(notice_entry__notice=row).count()


def _to_hand_over(organisation: Organisation, programme: Programme, limit: dt.datetime) -> Iterator[_Row]:
    """Yield lists of which somebody was promised something and has nothing in hand yet."""
    rows = visible_lists(organisation).filter(programme=programme, state=ProposalState.APPROVED, decided_at__lt=limit)
    for row in rows.order_by("decided_at", "id")[:EACH_MAX]:
        standing = Allocation.objects.filter(list=row, released_at=None)
        parcels = Parcel.objects.filter(id__in=standing.values("subject_id"), delivered_at__isnull=False)
        grants = Grant.objects.filter(id__in=standing.values("subject_id"), paid_at__isnull=False)
        arrived = Q(subject_id__in=parcels.values("id")) | Q(subject_id__in=grants.values("id"))
        served = standing.filter(arrived).values("entry")
        missing = ListEntry.objects.filter(list=row, offer__isnull=False).exclude(id__in=served).count()
        if missing and row.decided_at is not None:
            yield "LIST", row.id, row.reference, row.decided_at, missing


_STAGES = {
    Stage.REVIEW: _to_review,
    Stage.NOTICE: _to_publish,
    Stage.APPROVAL: _to_approve,
    Stage.HAND_OVER: _to_hand_over,
}
