"""What is overdue besides parcels, needs and lists: the first page counts it, the page of attention shows it."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from logistics.parties.actors import Actor
from logistics.replies.grievance_reads import grievances_late
from logistics.replies.visit_reads import visits_late
from logistics.volunteering.errands import late_errands


class Overdue(NamedTuple):
    """What waits too long, each the longest first."""

    errands: "QuerySet[Any]"
    visits: "QuerySet[Any]"
    grievances: "QuerySet[Any]"

    def total(self) -> int:
        """Count it all."""
        return sum(rows.count() for rows in self)


def overdue_for(actor: Actor, now: dt.datetime) -> Overdue:
    """Return errands that nobody runs, visits not made and grievances not answered."""
    organisation, today = actor.organisation, timezone.localdate(now)
    return Overdue(
        late_errands(organisation, on=today).order_by("due_on", "id"),
        visits_late(organisation, today),
        grievances_late(actor, now),
    )
