"""Record what others must hear of."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from logistics.outbox.models import Event


@dataclass(frozen=True)
class News:
    """An event to be recorded: `kind` is `subject.happened`; the payload holds ids, codes and counts only."""

    kind: str
    organisation_id: uuid.UUID
    subject_id: uuid.UUID
    happened_at: dt.datetime
    payload: Mapping[str, str | int | None]


def record_events(news: Sequence[News]) -> None:
    """Record events in one statement, inside the caller's transaction."""
    Event.objects.bulk_create(events_of(news))


def events_of(news: Sequence[News]) -> list[Event]:
    """Make the rows of events that the caller adds together with other rows."""
    return [
        Event(
            kind=item.kind,
            organisation_id=item.organisation_id,
            subject_id=item.subject_id,
            payload=dict(item.payload),
            happened_at=item.happened_at,
        )
        for item in news
    ]
