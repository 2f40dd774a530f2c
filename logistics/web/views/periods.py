"""Periods: what closed, what is proposed, and what stands in the way."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.deliveries.closing import close_period
from logistics.journal.models import Period
from logistics.journal.periods import closed_through, get_period, propose_period, withdraw_period
from logistics.kernel.refusals import Refusal
from logistics.parcels.access import visible_parcels
from logistics.parcels.reads import parcels_with_names
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Person
from logistics.web.audit_forms import PeriodForm
from logistics.web.doors import AUDITORS, OFFICERS, actor_of, explain, for_roles, language

ROWS_PER_PAGE = BLOCKERS_SHOWN = 50


@for_roles(*AUDITORS)
def periods(request: HttpRequest) -> HttpResponse:
    """List periods, what blocks the next closing, and propose one."""
    actor = actor_of(request)
    may_act = actor.person is not None and actor.person.has_role(*OFFICERS)
    form = PeriodForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and may_act and form.is_valid():
        values = form.cleaned_data
        try:
            propose_period(
                organisation_id=values["over"].id,
                ends_on=values["ends_on"],
                proposed_by_id=actor.holder_id,
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Proposed. Another person closes the period."))
            return redirect("web:periods")
    rows = Period.objects.filter(organisation_id__in=organisation_ids_below(actor.organisation)).order_by("-id")
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    who = {row.proposed_by_id for row in page} | {row.closed_by_id for row in page}
    context = {
        "form": form if may_act else None,
        "page": page,
        "organisations": Organisation.objects.in_bulk({row.organisation_id for row in page}),
        "people": Person.objects.in_bulk(who - {None}),
        "may_act": may_act,
        "me": actor.holder_id,
        "closed_through": closed_through(actor.organisation.id),
        "blockers": parcels_with_names(visible_parcels(actor.organisation).exclude(unposted_reason=""))[
            :BLOCKERS_SHOWN
        ],
    }
    return render(request, "web/periods.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
def period_step(request: HttpRequest, period_id: uuid.UUID, step: str) -> HttpResponse:
    """Close or withdraw a period."""
    actor = actor_of(request)
    found = get_period(period_id=period_id, organisation_ids=organisation_ids_below(actor.organisation))
    try:
        if step == "close":
            close_period(actor=actor, period=found, now=timezone.now())
            messages.success(request, _("Closed. Balances are frozen; what comes late is booked on the next open day."))
        else:
            withdraw_period(period=found)
            messages.success(request, _("Withdrawn."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:periods")
