"""Applications listed, filed and withdrawn."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.reads import get_recipient
from logistics.kernel.refusals import Refusal
from logistics.lists.access import visible_applications
from logistics.lists.applications import file_application, withdraw_application
from logistics.lists.models import ApplicationState
from logistics.lists.reads import get_application
from logistics.parties.models import Role
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles
from logistics.web.lists_forms import ApplicationForm
from logistics.web.pages import take_step

FILERS = (Role.LIAISON, *OFFICERS)
ROWS_PER_PAGE = 50


@for_roles(*FILERS)
def applications(request: HttpRequest) -> HttpResponse:
    """List applications, newest first, by state."""
    actor = actor_of(request)
    rows = visible_applications(actor.organisation)
    state = request.GET.get("state", "")
    if state in ApplicationState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "state": state,
        "states": ApplicationState.values,
        "query": f"state={state}",
        "may_set_rules": actor.person is not None and actor.person.has_role(*OFFICERS),
    }
    return render(request, "web/lists/applications.html", context)


@for_roles(*FILERS)
def application_new(request: HttpRequest) -> HttpResponse:
    """File an application by the number of a household or member."""
    actor = actor_of(request)
    first = {"beneficiary": request.GET.get("for", "")[:24], "programme": request.GET.get("programme", "")[:40]}
    form = ApplicationForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            household, member = get_recipient(reference=values["beneficiary"], organisation=actor.organisation)
            found = file_application(
                actor=actor,
                programme=values["programme"],
                household=household,
                beneficiary=member,
                source=values["source"],
                urgency=values["urgency"],
                text=values["text"],
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Filed. Write this number on the family's slip: %s") % found.reference)
            return redirect("web:application", application_id=found.id)
    return render(request, "web/lists/application_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_roles(*FILERS)
def application_withdraw(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Withdraw an application."""
    actor = actor_of(request)
    found = get_application(application_id=application_id, organisation=actor.organisation)
    text = request.POST.get("text", "")

    def act() -> None:
        withdraw_application(actor=actor, application=found, text=text, now=timezone.now())

    take_step(request, act, _("Withdrawn."))
    return redirect("web:application", application_id=found.id)
