"""The official bill of a gift: registered with its photo, voided, shown."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.donations.bill_reads import get_bill
from logistics.donations.bills import BillInput, attach_bill_photo, register_official_bill, void_official_bill
from logistics.donations.models import Donation
from logistics.donations.reads import get_donation
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.storage.photos import photo_bytes, read_photo
from logistics.web.doors import AUDITORS, OFFICERS, actor_of, for_roles, language
from logistics.web.paper_forms import BillForm


@for_roles(*OFFICERS)
@require_POST
def bill_step(request: HttpRequest, donation_id: uuid.UUID, step: str) -> HttpResponse:
    """Register the official bill of a gift with its photo, or void it."""
    row, actor, now = _gift(request, donation_id), actor_of(request), timezone.now()
    try:
        if step == "void":
            reason = request.POST.get("reason", "")
            void_official_bill(actor=actor, bill=get_bill(donation=row), reason=reason, now=now)
            messages.success(request, _("Void. Register the right one."))
        elif step == "register":
            _register(request, row, actor, now)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:gift-papers", donation_id=donation_id)


def _register(request: HttpRequest, row: Donation, actor: Actor, now: dt.datetime) -> None:
    form = BillForm(request.POST, request.FILES, organisation=actor.organisation)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(request, f"{form.fields[field].label}: {errors[0]}")
        return
    values = form.cleaned_data
    photo = read_photo(values["photo"].read()) if values["photo"] else None
    bill = BillInput(
        code=values["code"],
        number=values["number"],
        issued_on=values["issued_on"],
        issuer=values["issuer"],
        amount_minor=values["amount"],
        currency=row.currency,
        photo_sha256=photo.sha256 if photo else "",
    )
    registered, _is_new = register_official_bill(actor=actor, donation=row, bill=bill, now=now)
    if photo:
        attach_bill_photo(bill=registered, photo=photo, now=now)
    messages.success(request, _("Registered."))


@for_roles(*AUDITORS)
def bill_photo(request: HttpRequest, donation_id: uuid.UUID) -> HttpResponse:
    """Show the photo of the gift's latest official bill."""
    photo = getattr(get_bill(donation=_gift(request, donation_id)), "photo_row", None)
    if photo is None:
        raise Http404
    return HttpResponse(photo_bytes(photo.path), content_type=photo.media_type)


def _gift(request: HttpRequest, donation_id: uuid.UUID) -> Donation:
    return get_donation(donation_id=donation_id, organisation=actor_of(request).organisation)
