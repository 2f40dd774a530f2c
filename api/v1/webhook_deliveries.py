"""What was told to an endpoint, each try of it, and telling it again."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import StrictSerializer, WholeField
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.webhooks import MANAGE
from logistics.outbox.endpoint_models import DeliveryState, WebhookDelivery, WebhookEndpoint
from logistics.outbox.endpoints import get_delivery, get_endpoint, redeliver, redeliver_after, send_test
from logistics.outbox.feed import message_id
from logistics.parties.access import organisation_ids_below

NUMBER_MAX = 2**62


class TryAnswer(serializers.Serializer):
    """One call: `status` is what came back, 0 where nothing did."""

    tried_at = serializers.DateTimeField()
    status = serializers.IntegerField()
    fault = serializers.CharField(
        allow_blank=True, help_text="status, redirected, timeout, unreachable, certificate, address_refused or empty."
    )
    milliseconds = serializers.IntegerField()


class DeliveryAnswer(serializers.Serializer):
    """One event for one endpoint."""

    id = serializers.UUIDField()
    event = serializers.CharField(help_text="The webhook-id.")
    type = serializers.CharField()
    number = serializers.IntegerField(allow_null=True, help_text="Its place in the feed; null for a test.")
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    next_try_at = serializers.DateTimeField(allow_null=True)
    tries = serializers.ListField(child=TryAnswer())


class RedeliveryInput(StrictSerializer):
    """From where on: every event behind this number of the feed is told again."""

    after = WholeField(most=NUMBER_MAX)


class RedeliveryAnswer(serializers.Serializer):
    """How many events are told again."""

    queued = serializers.IntegerField()


class _EndpointDoor(Door):
    def found(self, endpoint_id: uuid.UUID) -> WebhookEndpoint:
        """Find the endpoint. Refuses EndpointMissing."""
        visible = organisation_ids_below(self.actor.organisation)
        return get_endpoint(endpoint_id=endpoint_id, organisation_ids=visible)


class WebhookDeliveries(_EndpointDoor):
    """Deliveries."""

    scopes, is_list, query = {"GET": MANAGE}, True, ("state",)

    @documented(
        "List webhook deliveries",
        "Newest first, with every try.",
        answers={200: paged(DeliveryAnswer, "WebhookDelivery")},
        tag="webhooks",
        query={"state": "WAITING, DELIVERED or FAILED.", **PAGING},
    )
    def get(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """List."""
        rows = self.found(endpoint_id).deliveries.select_related("event").prefetch_related("each_try")
        state = request.query_params.get("state")
        if state is not None:
            if state not in DeliveryState.values:
                raise QueryUnknown(parameter="state")
            rows = rows.filter(state=state)
        return page_of(request, rows.order_by("-id"), _said)


class WebhookTests(_EndpointDoor):
    """Tests."""

    scopes = {"POST": MANAGE}

    @documented(
        "Send a test webhook",
        "Queues an event `webhook.test` without data, signed like every other.",
        answers={202: DeliveryAnswer},
        problems=(409,),
        tag="webhooks",
        is_repeatable=True,
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Send."""
        return Response(_said(send_test(endpoint=self.found(endpoint_id), now=timezone.now())), status=202)


class RedeliveredWebhooks(_EndpointDoor):
    """One delivery again."""

    scopes = {"POST": MANAGE}

    @documented(
        "Redeliver a webhook",
        "Queues it again, whatever became of it; the webhook-id stays the same.",
        answers={202: DeliveryAnswer},
        problems=(409,),
        tag="webhooks",
        is_repeatable=True,
    )
    def post(self, request: Request, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """Queue again."""
        delivery = get_delivery(endpoint=self.found(endpoint_id), delivery_id=delivery_id)
        return Response(_said(redeliver(delivery=delivery, now=timezone.now())), status=202)


class ReplayedWebhooks(_EndpointDoor):
    """Many deliveries again."""

    scopes = {"POST": MANAGE}

    @documented(
        "Replay webhooks",
        "Queues again every event that the endpoint was told, or should have been, behind a number of the feed.",
        request=RedeliveryInput,
        answers={202: RedeliveryAnswer},
        problems=(409, 413, 415, 422),
        tag="webhooks",
        is_repeatable=True,
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Queue again."""
        number = self.read(RedeliveryInput)["after"]
        queued = redeliver_after(endpoint=self.found(endpoint_id), number=number, now=timezone.now())
        return Response({"queued": queued}, status=202)


def _said(row: WebhookDelivery) -> dict[str, Any]:
    tries = sorted(row.each_try.all(), key=lambda one: one.id)
    return {
        "id": str(row.id),
        "event": message_id(row.event),
        "type": row.event.kind,
        "number": row.number or None,
        "state": row.state,
        "next_try_at": row.next_try_at.isoformat() if row.state == DeliveryState.WAITING else None,
        "tries": [
            {
                "tried_at": one.tried_at.isoformat(),
                "status": one.status,
                "fault": one.fault,
                "milliseconds": one.milliseconds,
            }
            for one in tries
        ],
    }
