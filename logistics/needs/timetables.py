"""How long each level has for a need, and until it must be confirmed again: the programme's days, else the house's."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Q

from logistics.journal.revisions import (
    REASON_LENGTH_MAX,
    REASON_LENGTH_MIN,
    ChangeUnexplained,
    facts_of,
    note_changed,
    note_registered,
)
from logistics.kernel.refusals import Unacceptable
from logistics.needs.catalogue import DAYS_MAX, are_days, catalogue
from logistics.needs.models import NeedTimetable
from logistics.parties.access import require_own_master
from logistics.parties.actors import Actor
from logistics.parties.models import Level, Organisation, Programme
from logistics.parties.reads import visible_programmes
from logistics.storage.transactions import action


class TimetableUnsound(Unacceptable):
    code = "need_timetable_unsound"
    zh = "各级期限须为 1 到 {most} 的整数天，级别须为已有的级别。"
    en = "Days are whole numbers from 1 to {most}, for levels that there are."


class Days(Protocol):
    """What a timetable says, whoever set it."""

    @property
    def days_per_level(self) -> Mapping[str, int]:
        """How many days each level has."""

    @property
    def days_until_stale(self) -> int:
        """After how many days without a confirmation a need is stale."""


@dataclass(frozen=True)
class Timetables:
    """The timetables of programmes, and the days of this installation for every other need."""

    of_programmes: list[NeedTimetable]

    @classmethod
    def now_standing(cls) -> "Timetables":
        """Read them as they stand."""
        return cls(list(NeedTimetable.objects.order_by("id")))

    def each(self) -> Iterator[tuple[Q, Days]]:
        """Yield each timetable with the needs that it is for."""
        for row in self.of_programmes:
            yield Q(programme=row.programme_id), row
        own = [row.programme_id for row in self.of_programmes]
        yield (Q(programme__isnull=True) | ~Q(programme__in=own)) if own else Q(), catalogue()

    def stale(self, now: dt.datetime) -> Q:
        """Say which needs nobody has confirmed for too long."""
        found = Q(pk__in=[])
        for needs, days in self.each():
            found |= needs & Q(confirmed_at__lte=now - dt.timedelta(days=days.days_until_stale))
        return found

    def days_for(self, programme_id: object) -> Days:
        """Return the days for the needs of a programme, or of none."""
        return next((row for row in self.of_programmes if row.programme_id == programme_id), catalogue())


def find_timetable(programme: Programme) -> NeedTimetable | None:
    """Return what a programme has set, or None where its needs go by the days of the house."""
    return NeedTimetable.objects.select_related("programme").filter(programme=programme).first()


def timed_programmes(organisation: Organisation) -> list[Programme]:
    """List the open programmes with days of their own, for which a visit may be made."""
    rows = visible_programmes(organisation).filter(is_open=True, need_timetable__isnull=False)
    return list(rows.order_by("code"))


@action
def set_need_timetable(
    *,
    actor: Actor,
    programme: Programme,
    days_per_level: Mapping[str, int],
    days_until_stale: int,
    reason: str,
    now: dt.datetime,
) -> NeedTimetable:
    """Set how long each level has for a programme's needs; what stands already changes nothing.

    Refuses ChangeUnexplained, TimetableUnsound, MasterOfAnother.
    """
    if not REASON_LENGTH_MIN <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ChangeUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    if not set(days_per_level) <= set(Level.values) or not all(
        map(are_days, [*days_per_level.values(), days_until_stale])
    ):
        raise TimetableUnsound(most=DAYS_MAX, pointer="/days_per_level")
    # One at a time: the second finds the first one's row.
    Programme.objects.select_for_update().get(id=programme.id)
    require_own_master(programme, actor.organisation)
    cause = actor.cause(now, reason)
    row = NeedTimetable.objects.filter(programme=programme).first()
    if row is None:
        row = NeedTimetable.objects.create(
            programme=programme, days_per_level=dict(days_per_level), days_until_stale=days_until_stale
        )
        note_registered([row], cause=cause)
        return row
    before = facts_of(row)
    row.days_per_level, row.days_until_stale = dict(days_per_level), days_until_stale
    row.save(update_fields=["days_per_level", "days_until_stale"])
    note_changed(row, before=before, cause=cause)
    return row
