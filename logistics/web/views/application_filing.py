"""Applications listed, filed and withdrawn."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.models import Member
from logistics.households.reads import get_recipient
from logistics.kernel.refusals import Missing, Refusal
from logistics.lists.access import visible_applications
from logistics.lists.applications import file_application, withdraw_application
from logistics.lists.models import Application, ApplicationState, Source
from logistics.lists.reads import get_application
from logistics.needs.models import Need
from logistics.needs.reads import get_need
from logistics.parties.actors import Actor
from logistics.parties.models import Programme, Role
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
    """File an application by the number of a household or member, or for a need that a visit has found."""
    actor = actor_of(request)
    need = _need_asked(request, actor)
    form = ApplicationForm(request.POST or None, organisation=actor.organisation, initial=_first(request, need))
    if request.method == "POST" and form.is_valid():
        try:
            found = _filed(actor, form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Filed. Write this number on the family's slip: %s") % found.reference)
            return redirect("web:application", application_id=found.id)
    context = {"form": form, "need": need}
    return render(request, "web/lists/application_new.html", context, status=422 if form.errors else 200)


def _need_asked(request: HttpRequest, actor: Actor) -> Need | None:
    """Return the need that a link or the form names; one that is not there, or not ours, is none."""
    try:
        need_id = uuid.UUID(request.POST.get("need") or request.GET.get("need", ""))
        return get_need(need_id=need_id, organisation=actor.organisation)
    except (ValueError, Missing):
        return None


def _first(request: HttpRequest, need: Need | None) -> dict[str, Any]:
    if need is None:
        return {"beneficiary": request.GET.get("for", "")[:24], "programme": request.GET.get("programme", "")[:40]}
    return {
        "need": need.id,
        "beneficiary": need.member.reference if need.member else need.household.reference,
        "programme": need.programme.code if need.programme else "",
        "source": Source.LIAISON,
        "urgency": need.urgency,
    }


def _filed(actor: Actor, values: dict[str, Any]) -> Application:
    household, member = get_recipient(reference=values["beneficiary"], organisation=actor.organisation)
    need = get_need(need_id=values["need"], organisation=actor.organisation) if values["need"] else None
    return file_application(
        actor=actor,
        programme=values["programme"],
        household=household,
        beneficiary=_whom(values["programme"], member, need),
        source=values["source"],
        urgency=values["urgency"],
        text=values["text"],
        need=need,
        now=timezone.now(),
        token=values["once"],
    )


def _whom(programme: Programme, member: Member | None, need: Need | None) -> Member | None:
    """A need names its member; where the programme helps households, the household stands for it."""
    return None if need is not None and not programme.is_for_persons else member


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
