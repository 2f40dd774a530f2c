"""What is late from the application to the family's reply, by the hours that each programme sets, oldest first."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from logistics.kernel.need_states import OPEN
from logistics.ledgers.late_rows import EACH_MAX, WAITING, LateRow
from logistics.lists.models import ProgrammeRules, Stage
from logistics.needs.access import visible_needs
from logistics.needs.models import Need
from logistics.needs.timetables import Days, Timetables
from logistics.parties.models import Organisation, Programme

# The two stages of a need, whose days stand in its programme's timetable.
CONFIRMATION, ESCALATION = "CONFIRMATION", "ESCALATION"


@dataclass(frozen=True)
class LateStage:
    """Something that waits longer than its programme allows: which stage, since when, and how many hours over.

    `subject` says what it is (APPLICATION, NOTICE, LIST, PARCEL, ...), and `count` how many families wait there. A need
    may belong to no programme.
    """

    stage: str
    subject: str
    subject_id: uuid.UUID
    reference: str
    programme: Programme | None
    since: dt.datetime
    hours_over: int
    count: int


def late_stages(organisation: Organisation, now: dt.datetime) -> list[LateStage]:
    """List what is late in an organisation and below it, the longest first."""
    found = [*_late_by_rules(organisation, now), *_late_needs(organisation, now)]
    return sorted(found, key=lambda late: (late.since, late.reference, late.stage))


def _late_by_rules(organisation: Organisation, now: dt.datetime) -> Iterator[LateStage]:
    for rules in ProgrammeRules.objects.exclude(hours_per_stage={}).select_related("programme"):
        for stage, hours in rules.hours_per_stage.items():
            limit = now - dt.timedelta(hours=hours)
            for row in WAITING[Stage(stage)](organisation, rules.programme, limit):
                yield _late(stage, row, rules.programme, limit)


def _late_needs(organisation: Organisation, now: dt.datetime) -> Iterator[LateStage]:
    """Yield needs that nobody confirmed in time, and those that whoever holds them neither met nor could hand up."""
    rows = visible_needs(organisation).filter(state=OPEN)
    for whose, days in Timetables.now_standing().each():
        limit = now - dt.timedelta(days=days.days_until_stale)
        stale = rows.filter(whose, confirmed_at__lt=limit)
        for need in stale.order_by("confirmed_at", "id")[:EACH_MAX]:
            yield _late_need(CONFIRMATION, need, need.confirmed_at, limit)
        for need in _held_too_long(rows.filter(whose), days, now):
            hours = days.days_per_level[need.holder.level] * 24
            yield _late_need(ESCALATION, need, need.held_since, now - dt.timedelta(hours=hours))


def _held_too_long(rows: "QuerySet[Need]", days: Days, now: dt.datetime) -> "QuerySet[Need]":
    held = Q(pk__in=[])
    for level, many in days.days_per_level.items():
        held |= Q(holder__level=level, held_since__lt=now - dt.timedelta(days=many))
    return rows.filter(held).order_by("held_since", "id")[:EACH_MAX]


def _late_need(stage: str, need: Need, since: dt.datetime, limit: dt.datetime) -> LateStage:
    row = LateRow("NEED", need.id, need.household.reference, since)
    return _late(stage, row, need.programme, limit)


def _late(stage: str, row: LateRow, programme: Programme | None, limit: dt.datetime) -> LateStage:
    over = int((limit - row.since).total_seconds() // 3600)
    return LateStage(stage, row.subject, row.subject_id, row.reference, programme, row.since, over, row.families)
