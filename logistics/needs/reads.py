"""Ask for needs and visits, and for the whole thread of one need."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from logistics.households.models import Household
from logistics.households.persons import household_ids_as_one
from logistics.journal.committed import texts_of
from logistics.kernel.need_states import OPEN, STALE
from logistics.kernel.refusals import Missing
from logistics.needs.access import visible_needs
from logistics.needs.models import HomeVisit, Need, NeedHolder, NeedStep
from logistics.needs.steps import steps_that_count, visits_taken_back
from logistics.needs.timetables import Timetables
from logistics.parties.models import Organisation

VISITS_SHOWN_MAX = 100


class NeedMissing(Missing):
    code = "need_missing"
    zh = "没有找到需求 {need}。"
    en = "There is no need {need}."


@dataclass(frozen=True)
class NeedFilter:
    """Which needs are asked for; what is empty asks for all. `state` may be STALE."""

    state: str = ""
    kind: str = ""
    urgency: int | None = None
    holder: Organisation | None = None
    household: Household | None = None


@dataclass(frozen=True)
class NeedThread:
    """Everything about one need, oldest first. `texts` is empty unless somebody said why they need to read them."""

    need: Need
    state: str
    steps: list[NeedStep]
    holders: list[NeedHolder]
    visits: list[HomeVisit]
    escalates_at: dt.datetime | None
    stale_at: dt.datetime
    texts: Mapping[uuid.UUID, Mapping[str, str]] = field(default_factory=dict)


def get_need(*, need_id: uuid.UUID, organisation: Organisation) -> Need:
    """Return the need with this id. Refuses NeedMissing, also for another organisation's."""
    found = visible_needs(organisation).filter(id=need_id).first()
    if found is None:
        raise NeedMissing(need=str(need_id), pointer="/need")
    return found


def needs_found(organisation: Organisation, wanted: NeedFilter, now: dt.datetime) -> "QuerySet[Need]":
    """Return the needs that are asked for, in the order of their ids."""
    rows = visible_needs(organisation)
    stale = Timetables.now_standing().stale(now)
    if wanted.state == STALE:
        rows = rows.filter(stale, state=OPEN)
    elif wanted.state == OPEN:
        rows = rows.filter(~stale, state=OPEN)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    for name, value in (("kind", wanted.kind), ("holder", wanted.holder), ("household", wanted.household)):
        if value:
            rows = rows.filter(**{name: value})
    return rows if wanted.urgency is None else rows.filter(urgency=wanted.urgency)


def needs_in_order(organisation: Organisation, wanted: NeedFilter, now: dt.datetime) -> "QuerySet[Need]":
    """Return the needs that are asked for, the most urgent first and of those the oldest."""
    return needs_found(organisation, wanted, now).order_by("-urgency", "reported_at", "id")


def count_of_needs(organisation: Organisation, now: dt.datetime) -> dict[str, int]:
    """Count the open needs that an organisation holds itself, and those of its families that are stale."""
    rows = visible_needs(organisation).filter(state=OPEN)
    stale = Timetables.now_standing().stale(now)
    return {"held": rows.filter(holder=organisation).count(), "stale": rows.filter(stale).count()}


def state_of(need: Need, now: dt.datetime, timetables: Timetables | None = None) -> str:
    """Say how a need stands now: its state, or STALE where it is open and nobody has confirmed it for too long."""
    days = (timetables or Timetables.now_standing()).days_for(need.programme_id)
    is_old = need.confirmed_at <= now - dt.timedelta(days=days.days_until_stale)
    return STALE if need.state == OPEN and is_old else need.state


def thread_of(need: Need, now: dt.datetime, *, with_texts: bool = False) -> NeedThread:
    """Say everything about a need. Texts only through `read_need_texts`, which keeps the log."""
    timetables = Timetables.now_standing()
    days = timetables.days_for(need.programme_id)
    level_days = days.days_per_level.get(need.holder.level)
    is_moving = need.state == OPEN and level_days is not None and need.holder.parent_id is not None
    steps = steps_that_count([need]).get(need.id, [])
    holders = list(need.holders.select_related("holder").order_by("position"))
    visits = {step.visit_id: step.visit for step in steps if step.visit is not None}
    owners = [*(row.id for row in steps), *(row.id for row in holders), *filter(None, visits)]
    return NeedThread(
        need=need,
        state=state_of(need, now, timetables),
        steps=steps,
        holders=holders,
        visits=sorted(visits.values(), key=lambda visit: (visit.visited_at, visit.id)),
        escalates_at=need.held_since + dt.timedelta(days=level_days or 0) if is_moving else None,
        stale_at=need.confirmed_at + dt.timedelta(days=days.days_until_stale),
        texts=texts_of(owners) if with_texts else {},
    )


def visits_of(household: Household) -> list[tuple[HomeVisit, bool]]:
    """List the visits to a household and to what is merged with it, newest first, and whether each was taken back."""
    rows = list(
        HomeVisit.objects.filter(household__in=household_ids_as_one([household.id])).order_by("-visited_at", "-id")[
            :VISITS_SHOWN_MAX
        ]
    )
    gone = visits_taken_back(rows)
    return [(row, row.id in gone) for row in rows]
