"""Give events their numbers after the commit, and queue what partners want to hear, in one transaction.

A number taken before the commit would let a reader step over a late writer; here only what has committed gets one, so
the feed has no gap and never changes behind a reader.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping

from django.db.models import Max

from logistics.outbox.catalogue import TEST_KIND
from logistics.outbox.endpoint_models import EndpointState, WebhookDelivery, WebhookEndpoint
from logistics.outbox.models import Event, Numbered, Unnumbered
from logistics.storage.locks import wait_for_others
from logistics.storage.transactions import action

EVENTS_PER_TURN_MAX = 1_000
# The number of PostgreSQL's advisory lock; it means "whoever numbers the feed".
FEED_LOCK = 0x66656564
# For each organisation of these, itself and all above it: they hear of what happens there.
BodiesAbove = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Collection[uuid.UUID]]]


@action
def number_events(*, bodies_above: BodiesAbove, now: dt.datetime, limit: int = EVENTS_PER_TURN_MAX) -> int:
    """Number the events that wait and queue a delivery for each endpoint that wants one; returns how many."""
    wait_for_others(FEED_LOCK)
    waiting = Unnumbered.objects.select_related("event").order_by("event_id")[:limit]
    events = [row.event for row in waiting]
    if not events:
        return 0
    last = Numbered.objects.aggregate(last=Max("id"))["last"] or 0
    numbered = [
        Numbered(id=number, event=event, organisation_id=event.organisation_id, kind=event.kind)
        for number, event in enumerate(events, start=last + 1)
    ]
    Numbered.objects.bulk_create(numbered)
    Unnumbered.objects.filter(event_id__in=[event.id for event in events]).delete()
    _queue(numbered, bodies_above, now)
    return len(events)


def _queue(numbered: Collection[Numbered], bodies_above: BodiesAbove, now: dt.datetime) -> None:
    endpoints = list(WebhookEndpoint.objects.filter(state=EndpointState.ENABLED))
    if not endpoints:
        return
    above = bodies_above({row.organisation_id for row in numbered})
    WebhookDelivery.objects.bulk_create(
        delivery_of(endpoint, row.event, row.id, now)
        for row in numbered
        # A test is queued by whoever asks for it, for one endpoint alone.
        if row.kind != TEST_KIND
        for endpoint in _hearers(endpoints, row, above.get(row.organisation_id, ()))
    )


def delivery_of(endpoint: WebhookEndpoint, event: Event, number: int, now: dt.datetime) -> WebhookDelivery:
    """Make the row of a delivery that is due at once."""
    return WebhookDelivery(endpoint=endpoint, event=event, subject_id=event.subject_id, number=number, next_try_at=now)


def _hearers(
    endpoints: Iterable[WebhookEndpoint], row: Numbered, bodies: Collection[uuid.UUID]
) -> list[WebhookEndpoint]:
    return [
        endpoint
        for endpoint in endpoints
        if endpoint.organisation_id in bodies and (not endpoint.kinds or row.kind in endpoint.kinds)
    ]
