"""The first open day of each organisation's books, remembered by the process.

Books close and never open again, so what is remembered can only be too early, and then a trigger refuses the entry:
the memory is dropped and the action starts again. So a posting pays nothing for asking.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Max

from logistics.journal.models import Period, PeriodState

ORGANISATIONS_KEPT_MAX = 10_000

_closed_through: dict[uuid.UUID, dt.date | None] = {}


class OpenDays:
    """The first open days of some organisations."""

    def __init__(self, organisation_ids: Iterable[uuid.UUID]) -> None:
        wanted = set(organisation_ids)
        missing = wanted - _closed_through.keys()
        if missing:
            if len(_closed_through) > ORGANISATIONS_KEPT_MAX:
                forget_open_days()
            _closed_through.update(dict.fromkeys(missing) | _read(missing))
        self._closed_through = {organisation_id: _closed_through.get(organisation_id) for organisation_id in wanted}

    def first_from(self, organisation_id: uuid.UUID, day: dt.date) -> dt.date:
        """Return the day itself, or the first open day where its period is closed."""
        closed = self._closed_through[organisation_id]
        return day if closed is None or day > closed else closed + dt.timedelta(days=1)


def forget_open_days() -> None:
    """Drop what is remembered: a period was closed."""
    _closed_through.clear()


def _read(organisation_ids: set[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    rows = Period.objects.filter(organisation_id__in=organisation_ids, state=PeriodState.CLOSED)
    return dict(rows.values_list("organisation_id").annotate(last=Max("ends_on")))
