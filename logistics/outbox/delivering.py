"""Deliver: claim what is due, call, and write down what came of it.

At least once, and in order for each subject: nothing is sent while something earlier about the same subject waits.
Calls are made outside every transaction; a claim that a crash left behind runs out, and somebody else goes on.
"""

import datetime as dt
import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from logistics.journal.revisions import Cause, facts_of, note_changed
from logistics.outbox.calling import CALL_SECONDS_MAX, CallResult, call
from logistics.outbox.endpoint_models import DeliveryState, DeliveryTry, EndpointState, WebhookDelivery, WebhookEndpoint
from logistics.outbox.feed import message_id, said_event
from logistics.outbox.notices import tell_disabled, tell_resting
from logistics.outbox.signing import signed_headers
from logistics.storage.transactions import action

# After the n-th try, how long until the next; the last is given up after a little more than three days.
RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# A tenth more or less, so that what failed together does not come back together.
JITTER = 0.1
CALLS_PER_ENDPOINT = 4
CALLS_AT_ONCE = 16
CLAIM_SECONDS = CALL_SECONDS_MAX * 3
# So many failures in a row, and the endpoint rests: a minute, then twice as long each time, an hour at most.
FAILURES_BEFORE_REST = 5
REST_SECONDS, REST_SECONDS_MAX = 60, 3_600
DISABLED_AFTER = dt.timedelta(days=3)
GONE = 410


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker has until its claim runs out, ready to be sent."""

    delivery: WebhookDelivery
    url: str
    body: bytes
    headers: dict[str, str]


def deliver_due(*, clock: Callable[[], dt.datetime]) -> int:
    """Claim and send until nothing is due, a few calls at once; returns how many were made.

    A slow endpoint holds its own few calls only: whenever one comes back, the next that is due goes out.
    """
    made = 0
    with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="webhook") as threads:
        flying: dict[Future[CallResult], WebhookDelivery] = {}
        while True:
            for item in _claimed(clock(), room=CALLS_AT_ONCE - len(flying)):
                flying[threads.submit(call, item.url, body=item.body, headers=item.headers)] = item.delivery
            if not flying:
                return made
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                settle(flying.pop(future), future.result(), now=clock())
                made += 1


@action
def _claimed(now: dt.datetime, *, room: int) -> list[Claimed]:
    rows = [row for endpoint in _callable_endpoints(now) for row in _next_of(endpoint, now)][:room]
    until = now + dt.timedelta(seconds=CLAIM_SECONDS)
    WebhookDelivery.objects.filter(id__in=[row.id for row in rows]).update(claimed_until=until)
    for row in rows:
        row.claimed_until = until
    return [_packed(row, now) for row in rows]


def _callable_endpoints(now: dt.datetime) -> Sequence[WebhookEndpoint]:
    """List the endpoints that something is due for, in random order, so that no one stands in front for ever."""
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("id"), state=DeliveryState.WAITING, next_try_at__lte=now)
    rested = Q(rests_until=None) | Q(rests_until__lte=now)
    found = list(WebhookEndpoint.objects.filter(rested, Exists(due), state=EndpointState.ENABLED))
    random.shuffle(found)
    return found


def _next_of(endpoint: WebhookEndpoint, now: dt.datetime) -> list[WebhookDelivery]:
    # Whoever fails all the time is tried with one call only.
    most = 1 if endpoint.failures_in_a_row >= FAILURES_BEFORE_REST else CALLS_PER_ENDPOINT
    flying = endpoint.deliveries.filter(state=DeliveryState.WAITING, claimed_until__gt=now).count()
    earlier = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        subject_id=OuterRef("subject_id"),
        number__lt=OuterRef("number"),
        state=DeliveryState.WAITING,
    )
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.filter(
        free, ~Exists(earlier), endpoint=endpoint, state=DeliveryState.WAITING, next_try_at__lte=now
    )
    rows = rows.select_related("event", "endpoint").order_by("number", "id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return list(rows[: max(0, most - flying)])


def _packed(row: WebhookDelivery, now: dt.datetime) -> Claimed:
    said = said_event(row.event, row.number or None)
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signed_headers(row.endpoint, message=message_id(row.event), body=body, now=now)
    more = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Nuanliu-Webhooks/1"}
    return Claimed(row, row.endpoint.url, body, {**headers, **more})


@action
def settle(delivery: WebhookDelivery, result: CallResult, *, now: dt.datetime) -> None:
    """Write down a try and what follows from it: delivered, tried again later, given up; endpoint resting or gone."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(id=delivery.endpoint_id)
    row = WebhookDelivery.objects.select_for_update().get(id=delivery.id)
    DeliveryTry.objects.create(
        delivery=row, tried_at=now, status=result.status, fault=result.fault, milliseconds=int(result.seconds * 1000)
    )
    if row.claimed_until != delivery.claimed_until or row.state != DeliveryState.WAITING:
        # The claim ran out or somebody asked for it again: the try stands, the rest is theirs.
        return
    row.tries += 1
    row.claimed_until = None
    if not result.fault:
        row.state, row.settled_at = DeliveryState.DELIVERED, now
        endpoint.failures_in_a_row, endpoint.failing_since, endpoint.rests_until = 0, None, None
    else:
        _put_off(row, now)
        _note_failure(endpoint, result, now)
    row.save()
    endpoint.save()


def _put_off(row: WebhookDelivery, now: dt.datetime) -> None:
    if row.tries > len(RETRY_SECONDS):
        row.state, row.settled_at = DeliveryState.FAILED, now
        return
    pause = RETRY_SECONDS[row.tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    row.next_try_at = now + dt.timedelta(seconds=pause)


def _note_failure(endpoint: WebhookEndpoint, result: CallResult, now: dt.datetime) -> None:
    endpoint.failures_in_a_row += 1
    endpoint.failing_since = endpoint.failing_since or now
    over = endpoint.failures_in_a_row - FAILURES_BEFORE_REST
    if result.status == GONE:
        _disable(endpoint, "gone", now)
    elif now - endpoint.failing_since >= DISABLED_AFTER:
        _disable(endpoint, "failing", now)
    elif over >= 0:
        pause = min(REST_SECONDS * 2 ** min(over, 10), REST_SECONDS_MAX)
        endpoint.rests_until = now + dt.timedelta(seconds=pause)
        if over == 0:
            tell_resting(endpoint)


def _disable(endpoint: WebhookEndpoint, reason: str, now: dt.datetime) -> None:
    if endpoint.state == EndpointState.ENABLED:
        before = facts_of(endpoint)
        endpoint.state, endpoint.disabled_reason, endpoint.changed_at = EndpointState.DISABLED, reason, now
        note_changed(endpoint, before=before, cause=Cause(reason=reason, now=now))
        tell_disabled(endpoint)
