"""The time that volunteers give: a memo for the yearly report, in no amount and no total of money."""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.kernel.refusals import Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Programme
from logistics.stock.models import VolunteerHours
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

VOLUNTEERS_MAX = 10_000
MINUTES_MAX = 10_000_000


class HoursOutOfBounds(Unacceptable):
    code = "hours_out_of_bounds"
    zh = "人数须在 1 到 {most} 之间，时长须大于 0，日期不能在将来。"
    en = "Between 1 and {most} volunteers serve for more than no time, on a day that has come."


@action
def record_volunteer_hours(
    *,
    actor: Actor,
    programme: Programme,
    served_on: dt.date,
    volunteers: int,
    minutes: int,
    activity: str,
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> VolunteerHours:
    """Record the time that volunteers gave, all together: a memo that is in no amount. The same token records once.

    Refuses HoursOutOfBounds.
    """
    hours_id = derived_id(token, 0) if token else new_id()
    standing = VolunteerHours.objects.filter(id=hours_id, organisation=actor.organisation).first()
    if standing is not None:
        return standing
    is_within = 0 < volunteers <= VOLUNTEERS_MAX and 0 < minutes <= MINUTES_MAX
    if not is_within or served_on > timezone.localdate(now):
        raise HoursOutOfBounds(most=VOLUNTEERS_MAX, pointer="/minutes")
    return VolunteerHours.objects.create(
        id=hours_id,
        organisation=actor.organisation,
        programme=programme,
        served_on=served_on,
        volunteers=volunteers,
        minutes=minutes,
        activity=activity,
        recorded_at=now,
        recorded_by_id=actor.holder_id,
    )
