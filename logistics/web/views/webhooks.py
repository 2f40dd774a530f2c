"""Webhooks at a page: endpoints, how they fare, every try, and telling again."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from logistics.kernel.refusals import Refusal
from logistics.outbox.endpoint_models import DeliveryState, EndpointState, WebhookEndpoint
from logistics.outbox.endpoints import (
    change_endpoint,
    get_delivery,
    get_endpoint,
    redeliver,
    register_endpoint,
    rotate_secret,
    send_test,
)
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.web.doors import ADMINISTRATORS, actor_of, explain, for_roles, language
from logistics.web.partner_forms import EndpointForm

ROWS_PER_PAGE = 50


@for_roles(*ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """List endpoints, and register one."""
    organisation, now = actor_of(request).organisation, timezone.now()
    form = EndpointForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            row = register_endpoint(
                organisation_id=organisation.id, now=now, cause=actor_of(request).cause(now), **values
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Registered. Give the secret to the receiver, then send a test."))
            return redirect("web:webhook", endpoint_id=row.id)
    rows = WebhookEndpoint.objects.filter(organisation_id__in=organisation_ids_below(organisation)).order_by("-id")
    context = {"form": form, "rows": rows, "now": now}
    return render(request, "web/webhooks.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINISTRATORS)
@require_http_methods(["GET"])
def webhook(request: HttpRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Show an endpoint, what it was told, and each try."""
    row = _found(request, endpoint_id)
    deliveries = row.deliveries.select_related("event").prefetch_related("each_try").order_by("-id")
    context = {
        "row": row,
        "page": Paginator(deliveries, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "waiting": row.deliveries.filter(state=DeliveryState.WAITING).count(),
        "is_secret_shown": "secret" in request.GET,
        "now": timezone.now(),
    }
    response = render(request, "web/webhook.html", context)
    response["Cache-Control"] = "no-store"
    return response


@for_roles(*ADMINISTRATORS)
@require_http_methods(["POST"])
def webhook_step(request: HttpRequest, endpoint_id: uuid.UUID, step: str) -> HttpResponse:
    """Send a test, replace the secret, disable or enable."""
    row = _found(request, endpoint_id)
    try:
        messages.success(request, _done(row, step, actor_of(request)))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:webhook", endpoint_id=row.id)


@for_roles(*ADMINISTRATORS)
@require_http_methods(["POST"])
def webhook_again(request: HttpRequest, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Tell an event again."""
    row = _found(request, endpoint_id)
    try:
        redeliver(delivery=get_delivery(endpoint=row, delivery_id=delivery_id), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    else:
        messages.success(request, _("Queued. It is sent within a second or two."))
    return redirect("web:webhook", endpoint_id=row.id)


def _done(row: WebhookEndpoint, step: str, actor: Actor) -> str:
    now = timezone.now()
    cause = actor.cause(now)
    if step == "test":
        send_test(endpoint=row, now=now)
        return _("A test is on its way; load the page again to see what came back.")
    if step == "rotate":
        rotate_secret(endpoint=row, now=now, cause=cause)
        return _("A new secret stands here. For 24 hours both sign.")
    is_enabled = row.state == EndpointState.DISABLED
    change_endpoint(endpoint=row, is_enabled=is_enabled, now=now, cause=cause)
    return _("Enabled; what waited is sent now.") if is_enabled else _("Disabled; nothing more is sent there.")


def _found(request: HttpRequest, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    visible = organisation_ids_below(actor_of(request).organisation)
    return get_endpoint(endpoint_id=endpoint_id, organisation_ids=visible)
