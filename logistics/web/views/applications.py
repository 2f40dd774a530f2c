"""Applications: filed, reviewed, withdrawn."""

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
from logistics.lists.applications import (
    accept_application,
    file_application,
    refuse_application,
    withdraw_application,
)
from logistics.lists.facts import facts_of_one
from logistics.lists.models import Application, ApplicationState
from logistics.lists.reads import get_application, steps_of
from logistics.lists.reasons import REFUSAL_REASONS
from logistics.lists.unmet import unmet_of
from logistics.parties.models import Person, Role
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.lists_forms import ApplicationForm, ReviewForm, TextForm
from logistics.web.lists_wording import reason_words
from logistics.web.pages import take_step

ROWS_PER_PAGE = 50
FILERS = (Role.LIAISON, *OFFICERS)


@for_roles(*FILERS)
def applications(request: HttpRequest) -> HttpResponse:
    """List applications, newest first, by state."""
    rows = visible_applications(actor_of(request).organisation)
    state = request.GET.get("state", "")
    if state in ApplicationState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": ApplicationState.values, "query": f"state={state}"}
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


@for_roles(*FILERS)
def application(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """Show an application with every step, and take the decision of a review."""
    actor, now = actor_of(request), timezone.now()
    found = get_application(application_id=application_id, organisation=actor.organisation)
    today = timezone.localdate(now)
    is_open = found.state == ApplicationState.FILED
    unmet = unmet_of(found, facts_of_one(found, on=today), on=today) if is_open else ()
    may_review = is_open and found.filed_by_id != actor.holder_id and _is_officer(actor.person)
    form = ReviewForm(request.POST or None, reasons=[*unmet, *(name for name in REFUSAL_REASONS if name not in unmet)])
    if request.method == "POST" and may_review and form.is_valid():
        try:
            _review(request, found, form)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Decided, and told to who proposed it."))
            return redirect("web:application", application_id=found.id)
    steps = [(step, reason_words(step.reason, language()) if step.reason else "") for step in steps_of(found)]
    context = {
        "row": found,
        "steps": steps,
        "people": Person.objects.in_bulk({step.author_id for step, _words in steps}),
        "unmet": [reason_words(rule, language()) for rule in unmet],
        "form": form if may_review else None,
        "may_withdraw": found.state in (ApplicationState.FILED, ApplicationState.ACCEPTED),
        "withdraw_form": TextForm(),
    }
    return render(request, "web/lists/application.html", context, status=422 if form.errors else 200)


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


def _review(request: HttpRequest, found: Application, form: ReviewForm) -> None:
    actor, now, values = actor_of(request), timezone.now(), form.cleaned_data
    if request.POST.get("decision") == "accept":
        accept_application(actor=actor, application=found, text=values["text"], now=now)
    else:
        refuse_application(actor=actor, application=found, reason=values["reason"], text=values["text"], now=now)


def _is_officer(person: Person | None) -> bool:
    return person is not None and person.has_role(*OFFICERS)
