"""The feed: events in order, for those who poll."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from logistics.outbox.models import Event, Numbered


def events_after(
    number: int, *, organisation_ids: "QuerySet[Any, Any] | Iterable[uuid.UUID]", kinds: Sequence[str], limit: int
) -> list[Numbered]:
    """List the next events of these bodies behind a number, in order."""
    rows = Numbered.objects.filter(id__gt=number, organisation_id__in=organisation_ids, kind__in=kinds)
    return list(rows.select_related("event").order_by("id")[:limit])


def said_event(event: Event, number: int | None) -> dict[str, Any]:
    """Say an event as the feed and the webhooks do (Standard Webhooks: type, timestamp, data)."""
    return {
        "id": message_id(event),
        "number": number,
        "type": event.kind,
        "timestamp": event.happened_at.isoformat(),
        "subject": str(event.subject_id),
        "data": event.payload,
    }


def message_id(event: Event) -> str:
    """Write the id by which a receiver knows an event that it has had already."""
    return f"evt_{event.id.hex}"
