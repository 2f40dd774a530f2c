"""Register, revise and rest endpoints, replace their secrets, ask for deliveries again."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from logistics.journal.revisions import Cause, facts_of, note_changed, note_registered
from logistics.kernel.refusals import Conflicting, Missing, Unacceptable
from logistics.outbox.calling import require_callable
from logistics.outbox.catalogue import CATALOGUE, TEST_KIND
from logistics.outbox.endpoint_models import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from logistics.outbox.models import Event
from logistics.outbox.numbering import delivery_of
from logistics.outbox.signing import new_secret
from logistics.storage.transactions import action

ENDPOINTS_PER_BODY_MAX = 20
# While a receiver moves to the new secret, both sign.
SECRET_OVERLAP = dt.timedelta(hours=24)
REDELIVERIES_MAX = 10_000


class EndpointMissing(Missing):
    code = "webhook_endpoint_missing"
    zh = "没有这个推送地址。"
    en = "There is no such webhook endpoint."


class DeliveryMissing(Missing):
    code = "webhook_delivery_missing"
    zh = "没有这次推送。"
    en = "There is no such delivery."


class TooManyEndpoints(Conflicting):
    code = "webhook_endpoints_too_many"
    zh = "每个单位最多 {most} 个推送地址，请先停用不用的。"
    en = "A body has at most {most} webhook endpoints that are enabled; disable one first."


class EndpointDisabled(Conflicting):
    code = "webhook_endpoint_disabled"
    zh = "这个推送地址已停用，请先启用。"
    en = "This endpoint is disabled; enable it first."


class KindUnknown(Unacceptable):
    code = "event_kind_unknown"
    zh = "没有事件 {kind}。"
    en = "There is no event {kind}."


class TooManyRedeliveries(Unacceptable):
    code = "redeliveries_too_many"
    zh = "一次最多重发 {most} 个事件，请缩小范围。"
    en = "At most {most} events are sent again at once; ask for fewer."


def register_endpoint(
    *,
    organisation_id: uuid.UUID,
    url: str,
    kinds: Sequence[str],
    description: str = "",
    notify_email: str = "",
    is_checked: bool = False,
    now: dt.datetime,
    cause: Cause | None = None,
) -> WebhookEndpoint:
    """Register where a body hears of what happens in it and below it, from now on.

    The address is looked up before the transaction; who is inside one already did so itself (`is_checked`).
    Refuses EndpointAddressRefused, KindUnknown, TooManyEndpoints.
    """
    _require_known(kinds)
    if not is_checked:
        require_callable(url)
    row = WebhookEndpoint(
        organisation_id=organisation_id,
        url=url,
        description=description,
        kinds=sorted(set(kinds)),
        notify_email=notify_email,
        secret=new_secret(),
        registered_at=now,
        changed_at=now,
    )
    return _registered(row, cause or Cause(now=now))


def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    now: dt.datetime,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    description: str | None = None,
    notify_email: str | None = None,
    is_enabled: bool | None = None,
    cause: Cause | None = None,
) -> WebhookEndpoint:
    """Change what is not None; enabling forgets earlier failures.

    Refuses EndpointAddressRefused, KindUnknown, TooManyEndpoints.
    """
    if kinds is not None:
        _require_known(kinds)
    if url is not None and url != endpoint.url:
        # Outside the transaction, as when it is registered.
        require_callable(url)
    changes: dict[str, Any] = {
        "url": url,
        "kinds": None if kinds is None else sorted(set(kinds)),
        "description": description,
        "notify_email": notify_email,
    }
    told = {name: value for name, value in changes.items() if value is not None}
    return _changed(endpoint, told, is_enabled, now, cause or Cause(now=now))


@action
def _registered(row: WebhookEndpoint, cause: Cause) -> WebhookEndpoint:
    _require_room(row.organisation_id)
    row.save(force_insert=True)
    note_registered([row], cause=cause)
    return row


@action
def _changed(
    endpoint: WebhookEndpoint, changes: dict[str, Any], is_enabled: bool | None, now: dt.datetime, cause: Cause
) -> WebhookEndpoint:
    row = _locked(endpoint)
    before = facts_of(row)
    for name, value in changes.items():
        setattr(row, name, value)
    if is_enabled is False:
        row.state, row.disabled_reason = EndpointState.DISABLED, "by_partner"
    if is_enabled and row.state == EndpointState.DISABLED:
        _require_room(row.organisation_id)
        row.state, row.disabled_reason = EndpointState.ENABLED, ""
        row.failures_in_a_row, row.failing_since, row.rests_until = 0, None, None
    row.changed_at = now
    row.save()
    note_changed(row, before=before, cause=cause)
    return row


@action
def move_endpoints(*, organisation_ids: "QuerySet[Any, Any]", to: uuid.UUID, now: dt.datetime, cause: Cause) -> None:
    """Let the endpoints of some bodies hear of another one from now on. What waits for them is told still."""
    rows = WebhookEndpoint.objects.select_for_update().filter(organisation_id__in=organisation_ids)
    for row in list(rows):
        before = facts_of(row)
        row.organisation_id, row.changed_at = to, now
        row.save(update_fields=["organisation_id", "changed_at"])
        note_changed(row, before=before, cause=cause)


@action
def rotate_secret(*, endpoint: WebhookEndpoint, now: dt.datetime, cause: Cause | None = None) -> WebhookEndpoint:
    """Make a new secret; the old one signs beside it for SECRET_OVERLAP."""
    row = _locked(endpoint)
    before = facts_of(row)
    row.previous_secret, row.previous_secret_until = row.secret, now + SECRET_OVERLAP
    row.secret, row.changed_at = new_secret(), now
    row.save()
    # That it was replaced follows from until when the one before signs.
    note_changed(row, before=before, cause=cause or Cause(now=now))
    return row


@action
def send_test(*, endpoint: WebhookEndpoint, now: dt.datetime) -> WebhookDelivery:
    """Queue an event that means nothing. Refuses EndpointDisabled."""
    _require_enabled(endpoint)
    event = Event.objects.create(
        kind=TEST_KIND,
        organisation_id=endpoint.organisation_id,
        subject_id=endpoint.id,
        payload={},
        happened_at=now,
    )
    delivery = delivery_of(endpoint, event, 0, now)
    delivery.save(force_insert=True)
    return delivery


@action
def redeliver(*, delivery: WebhookDelivery, now: dt.datetime) -> WebhookDelivery:
    """Queue a delivery again, whatever became of it. Refuses EndpointDisabled."""
    _require_enabled(delivery.endpoint)
    _again(WebhookDelivery.objects.filter(id=delivery.id), now)
    delivery.refresh_from_db()
    return delivery


@action
def redeliver_after(*, endpoint: WebhookEndpoint, number: int, now: dt.datetime) -> int:
    """Queue again whatever was queued behind a number of the feed; returns how many.

    Refuses EndpointDisabled, TooManyRedeliveries.
    """
    _require_enabled(endpoint)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, number__gt=number)
    if rows.count() > REDELIVERIES_MAX:
        raise TooManyRedeliveries(most=REDELIVERIES_MAX, pointer="/after")
    return _again(rows, now)


def _again(rows: "QuerySet[WebhookDelivery]", now: dt.datetime) -> int:
    return rows.update(state=DeliveryState.WAITING, tries=0, next_try_at=now, settled_at=None, claimed_until=None)


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update().get(id=endpoint.id)


def _require_known(kinds: Sequence[str]) -> None:
    for kind in kinds:
        if kind not in CATALOGUE:
            raise KindUnknown(kind=kind[:64], pointer="/kinds")


def _require_enabled(endpoint: WebhookEndpoint) -> None:
    if _locked(endpoint).state != EndpointState.ENABLED:
        raise EndpointDisabled


def _require_room(organisation_id: uuid.UUID) -> None:
    rows = WebhookEndpoint.objects.filter(organisation_id=organisation_id, state=EndpointState.ENABLED)
    if rows.count() >= ENDPOINTS_PER_BODY_MAX:
        raise TooManyEndpoints(most=ENDPOINTS_PER_BODY_MAX)


def get_endpoint(*, endpoint_id: uuid.UUID, organisation_ids: "QuerySet[Any, Any]") -> WebhookEndpoint:
    """Find an endpoint of these bodies. Refuses EndpointMissing."""
    row = WebhookEndpoint.objects.filter(id=endpoint_id, organisation_id__in=organisation_ids).first()
    if row is None:
        raise EndpointMissing
    return row


def get_delivery(*, endpoint: WebhookEndpoint, delivery_id: uuid.UUID) -> WebhookDelivery:
    """Find a delivery of an endpoint. Refuses DeliveryMissing."""
    row = endpoint.deliveries.select_related("event", "endpoint").filter(id=delivery_id).first()
    if row is None:
        raise DeliveryMissing
    return row
