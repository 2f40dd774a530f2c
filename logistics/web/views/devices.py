"""Devices for officers: a QR that enrols one, when each was seen, what it has not handed in, and an end to it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from logistics.deliveries.device_reads import handed_in_by
from logistics.kernel.refusals import Refusal
from logistics.parties.devices import (
    ENROLMENT_MINUTES,
    get_device,
    issue_enrolment,
    revoke_device,
    visible_devices,
)
from logistics.parties.models import OperatorPin
from logistics.parties.operators import set_pin
from logistics.press.screen_codes import screen_code
from logistics.web.device_forms import EnrolForm, PinForm, RevokeForm
from logistics.web.doors import OFFICERS, SCANNERS, actor_of, explain, for_roles
from logistics.web.pages import take_step

ROWS_PER_PAGE = 50


@for_roles(*OFFICERS)
@require_http_methods(["GET", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """List the devices; a POST shows the QR that enrols the next one."""
    actor = actor_of(request)
    form = EnrolForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            return _with_qr(request, form)
        except Refusal as refusal:
            explain(form, refusal)
    page = Paginator(visible_devices(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    told = handed_in_by([device.id for device in page])
    context = {"form": form, "page": page, "rows": [(device, told.get(device.id)) for device in page]}
    return render(request, "web/devices.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_http_methods(["GET", "POST"])
def device(request: HttpRequest, device_id: uuid.UUID) -> HttpResponse:
    """Show one device, and revoke it with a reason."""
    actor = actor_of(request)
    found = get_device(device_id=device_id, organisation=actor.organisation)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, cause = form.cleaned_data["reason"], actor.cause(timezone.now())
        words = _("Revoked. At its next contact it wipes itself.")
        take_step(request, lambda: revoke_device(device=found, reason=reason, cause=cause), words)
        return redirect("web:device", device_id=device_id)
    context = {"device": found, "told": handed_in_by([found.id]).get(found.id), "form": form}
    return render(request, "web/device.html", context, status=422 if form.errors else 200)


@for_roles(*SCANNERS)
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest) -> HttpResponse:
    """Let somebody who scans set their own PIN."""
    actor, now = actor_of(request), timezone.now()
    assert actor.person is not None
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_pin(person=actor.person, pin=form.cleaned_data["pin"], now=now, cause=actor.cause(now))
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Your PIN is set. Devices know it as soon as they are online."))
            return redirect("web:pin")
    standing = OperatorPin.objects.filter(person=actor.person).first()
    return render(request, "web/pin.html", {"form": form, "standing": standing}, status=422 if form.errors else 200)


def _with_qr(request: HttpRequest, form: EnrolForm) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row, token = issue_enrolment(organisation=form.cleaned_data["over"], issued_by=actor.person, now=now)
    # The token stands behind the #: no server on the way and no log ever sees it.
    address = request.build_absolute_uri(f"/scan/#enrol={token}")
    context = {
        "code": screen_code(address),
        "address": address,
        "row": row,
        "minutes": ENROLMENT_MINUTES,
        "is_https": request.is_secure(),
    }
    response = render(request, "web/device_new.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
