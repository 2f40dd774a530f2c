"""Webhook endpoints: where a partner's system hears of what happens, and the secret that signs it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, StrictSerializer, TextField, TruthField
from api.pages import page_of
from api.problems import IfMatchMissing, IfMatchStale
from logistics.outbox.calling import require_callable
from logistics.outbox.catalogue import CATALOGUE
from logistics.outbox.endpoint_models import URL_LENGTH_MAX, EndpointState, WebhookEndpoint
from logistics.outbox.endpoints import change_endpoint, get_endpoint, register_endpoint, rotate_secret
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor

MANAGE = ("webhooks:manage",)


class EmailTextField(TextField):
    """An address for notices."""

    default_error_messages = {"not_email": "This must be an e-mail address."}

    def __init__(self, **more: Any) -> None:
        super().__init__(length=254, required=False, allow_blank=True, **more)

    def to_internal_value(self, data: Any) -> str:
        """Return the address."""
        text = super().to_internal_value(data)
        return str(serializers.EmailField(allow_blank=True).run_validation(text))


class EndpointInput(StrictSerializer):
    """Where to tell what. Without `kinds` an endpoint hears of everything."""

    url = TextField(length=URL_LENGTH_MAX, help_text="A public https address.")
    kinds = serializers.ListField(
        child=ChoiceTextField(choices=list(CATALOGUE)), required=False, default=list, max_length=len(CATALOGUE)
    )
    description = TextField(length=120, required=False, allow_blank=True, default="")
    notify_email = EmailTextField(default="", help_text="Who is told when the endpoint rests or is disabled.")


class EndpointChangeInput(EndpointInput):
    """What changes of an endpoint; enabling it again forgets earlier failures."""

    is_enabled = TruthField()


class EndpointAnswer(serializers.Serializer):
    """An endpoint, and how it fares. `rests_until`: after failures in a row it is called less often."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    description = serializers.CharField(allow_blank=True)
    notify_email = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=EndpointState.choices)
    disabled_reason = serializers.CharField(allow_blank=True, help_text="by_partner, gone (410) or failing.")
    failures_in_a_row = serializers.IntegerField()
    rests_until = serializers.DateTimeField(allow_null=True)
    registered_at = serializers.DateTimeField()


class SecretAnswer(serializers.Serializer):
    """The secret as Standard Webhooks writes it; until `previous_until` the one before signs as well."""

    secret = serializers.CharField()
    previous_until = serializers.DateTimeField(allow_null=True)


class WebhookEndpoints(Door):
    """Endpoints."""

    scopes, is_list = {"GET": MANAGE, "POST": MANAGE}, True
    _is_checked = False

    def prepare(self, request: Request) -> None:
        """Look the name up while nobody waits."""
        require_callable(self.read(EndpointInput)["url"])
        self._is_checked = True

    @documented(
        "List webhook endpoints",
        "Those of the caller's organisation and of those below it.",
        answers={200: paged(EndpointAnswer, "WebhookEndpoint")},
        tag="webhooks",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, _visible(self.actor).order_by("id"), _said)

    @documented(
        "Register a webhook endpoint",
        "It hears from now on what happens in the caller's organisation and below it. The name must resolve to public"
        " addresses only. Read the secret at `/webhook-endpoints/{id}/secret`.",
        request=EndpointInput,
        answers={201: EndpointAnswer},
        problems=(409, 413, 415, 422),
        tag="webhooks",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(EndpointInput)
        now = timezone.now()
        row = register_endpoint(
            organisation_id=self.actor.organisation.id,
            is_checked=self._is_checked,
            now=now,
            cause=self.actor.cause(now),
            **data,
        )
        return Response(_said(row), status=201, headers={"Location": f"{request.path}/{row.id}"})


class OneWebhookEndpoint(Door):
    """One endpoint."""

    scopes = {"GET": MANAGE, "PATCH": MANAGE}

    @documented(
        "Get a webhook endpoint",
        "With its ETag, which a change needs.",
        answers={200: EndpointAnswer},
        tag="webhooks",
    )
    def get(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Get."""
        row = _found(self.actor, endpoint_id)
        return Response(_said(row), headers={"ETag": _etag(row)})

    @documented(
        "Change a webhook endpoint",
        "A JSON merge patch with `If-Match`; `is_enabled` disables it or enables it again.",
        request=EndpointChangeInput,
        answers={200: EndpointAnswer},
        problems=(409, 412, 413, 415, 422, 428),
        tag="webhooks",
    )
    def patch(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Change."""
        row = _found(self.actor, endpoint_id)
        _require_match(request, row)
        now, data = timezone.now(), self.read(EndpointChangeInput, is_patch=True)
        changed = change_endpoint(endpoint=row, now=now, cause=self.actor.cause(now), **data)
        return Response(_said(changed), headers={"ETag": _etag(changed)})


class WebhookSecrets(Door):
    """An endpoint's secret. Kept encrypted, and never in a stored answer."""

    scopes = {"GET": MANAGE, "POST": MANAGE}
    # A repeat must not be answered from a table in which the secret would stand; it makes one more secret.
    is_once = False

    @documented("Get a webhook secret", "What verifies the signatures.", answers={200: SecretAnswer}, tag="webhooks")
    def get(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Get."""
        return _secret(_found(self.actor, endpoint_id))

    @documented(
        "Rotate a webhook secret",
        "Makes a new secret; for 24 hours every message carries a signature of each.",
        answers={200: SecretAnswer},
        tag="webhooks",
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Response:
        """Rotate."""
        row, now = _found(self.actor, endpoint_id), timezone.now()
        return _secret(rotate_secret(endpoint=row, now=now, cause=self.actor.cause(now)))


def _visible(actor: Actor) -> Any:
    return WebhookEndpoint.objects.filter(organisation_id__in=organisation_ids_below(actor.organisation))


def _found(actor: Actor, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    return get_endpoint(endpoint_id=endpoint_id, organisation_ids=organisation_ids_below(actor.organisation))


def _etag(row: WebhookEndpoint) -> str:
    return f'"{int(row.changed_at.timestamp() * 1_000_000)}"'


def _require_match(request: Request, row: WebhookEndpoint) -> None:
    told = request.headers.get("If-Match", "").strip()
    if not told:
        raise IfMatchMissing
    if told not in {"*", _etag(row)}:
        raise IfMatchStale


def _secret(row: WebhookEndpoint) -> Response:
    until = row.previous_secret_until
    return Response(
        {"secret": row.secret, "previous_until": until.isoformat() if until else None},
        headers={"Cache-Control": "no-store"},
    )


def _said(row: WebhookEndpoint) -> Mapping[str, Any]:
    return {
        "id": str(row.id),
        "url": row.url,
        "kinds": row.kinds,
        "description": row.description,
        "notify_email": row.notify_email,
        "state": row.state,
        "disabled_reason": row.disabled_reason,
        "failures_in_a_row": row.failures_in_a_row,
        "rests_until": row.rests_until.isoformat() if row.rests_until else None,
        "registered_at": row.registered_at.isoformat(),
    }
