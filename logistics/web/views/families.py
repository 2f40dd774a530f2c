"""One family, masked: its parcels, who may collect for it, and the erasure of what scans and sheets keep of it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from logistics.deliveries.people import names_of
from logistics.deliveries.proofs import erasures_of
from logistics.households.collectors import authorise_collector, collectors_of, withdraw_collector
from logistics.households.identity import masked_name
from logistics.households.models import Household
from logistics.households.reads import get_household, household_view_for
from logistics.households.visibility import eyes_of
from logistics.journal.revision_views import revision_views
from logistics.kernel.refusals import Refusal
from logistics.parcels.access import visible_parcels
from logistics.parcels.reads import parcels_with_names
from logistics.press.erasing import erase_kept_of
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles
from logistics.web.family_forms import CollectorForm, EraseForm
from logistics.web.pages import take_step

PARCELS_SHOWN = 50


@for_roles(*OFFICERS)
def family(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show a family."""
    return _shown(request, _found(request, household_id))


@for_roles(*OFFICERS)
@require_POST
def collector_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Let somebody collect for a family."""
    household, form = _found(request, household_id), CollectorForm(request.POST)
    if form.is_valid():
        try:
            authorise_collector(actor=actor_of(request), household=household, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Noted. Print the card, or let the collector say the name."))
            return redirect("web:family", household_id=household.id)
    return _shown(request, household, collector=form)


@for_roles(*OFFICERS)
@require_POST
def collector_withdraw(request: HttpRequest, household_id: uuid.UUID, collector_id: uuid.UUID) -> HttpResponse:
    """Take an authorisation back."""
    actor, household = actor_of(request), _found(request, household_id)
    words = _("Withdrawn. The card counts no more.")
    take_step(
        request,
        lambda: withdraw_collector(actor=actor, household=household, collector_id=collector_id, now=timezone.now()),
        words,
    )
    return redirect("web:family", household_id=household.id)


@for_roles(*OFFICERS)
@require_POST
def family_erase(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Erase what scans and signed sheets keep of a family."""
    household = _found(request, household_id)
    form = EraseForm(request.POST, reference=household.reference)
    if form.is_valid():
        count = erase_kept_of(
            actor=actor_of(request), household=household, reason=form.cleaned_data["reason"], now=timezone.now()
        )
        words = ngettext("Erased: %(count)d record. ", "Erased: %(count)d records. ", count) % {"count": count}
        messages.success(request, words + _("The scans stand, with hashes that say nothing any more."))
        return redirect("web:family", household_id=household.id)
    return _shown(request, household, erase=form)


def _found(request: HttpRequest, household_id: uuid.UUID) -> Household:
    return get_household(household_id=household_id, organisation=actor_of(request).organisation)


def _shown(
    request: HttpRequest,
    household: Household,
    *,
    collector: CollectorForm | None = None,
    erase: EraseForm | None = None,
) -> HttpResponse:
    parcels = visible_parcels(actor_of(request).organisation).filter(household=household).order_by("-id")
    past = revision_views(erasures_of(household))
    names = names_of({row.actor_id for row in past if row.actor_id})
    context = {
        "household": household,
        "family": household_view_for(household, eyes_of(actor_of(request))),
        "parcels": parcels_with_names(parcels)[:PARCELS_SHOWN],
        "collectors": [(row, masked_name(row.name)) for row in collectors_of([household.id])[household.id]],
        "collector": collector or CollectorForm(),
        "erase": erase or EraseForm(reference=household.reference),
        "erasures": [(row, names.get(row.actor_id, "") if row.actor_id else "") for row in past],
    }
    is_refused = any(form is not None and form.errors for form in (collector, erase))
    return render(request, "web/family.html", context, status=422 if is_refused else 200)
