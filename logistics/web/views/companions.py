"""Volunteers with their checks, and the children whom they accompany."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.reads import MemberMissing, get_recipient
from logistics.parties.actors import Actor
from logistics.volunteering.access import visible_companionships, visible_volunteers
from logistics.volunteering.companion_models import Companionship, CompanionVisit
from logistics.volunteering.companions import (
    assign_companion,
    close_companionship,
    get_companionship,
    record_companion_visit,
)
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import checks_absent, get_volunteer, record_check, register_volunteer
from logistics.web.companion_forms import AssignForm, CheckForm, EndForm, VisitForm, VolunteerForm
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.pages import is_done

VOLUNTEERS_PER_PAGE, VISITS_SHOWN = 50, 10
# Several forms of one page have fields of the same names.
CHECK_IDS = "check_%s"


@dataclass(frozen=True)
class Refused:
    """A form of one companionship that was refused: the page shows it as it was filled in."""

    row: Companionship
    step: str
    form: forms.Form


@for_roles(*OFFICERS)
def volunteers(request: HttpRequest) -> HttpResponse:
    """List volunteers with the checks that they lack, and register one."""
    actor, form = actor_of(request), VolunteerForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        if is_done(
            form,
            lambda: register_volunteer(
                actor=actor, name=said["name"], telephone=said["telephone"], token=said["once"], now=timezone.now()
            ),
        ):
            messages.success(request, _("Registered."))
            return redirect("web:volunteers")
    found = visible_volunteers(actor.organisation).prefetch_related("checks")
    page = Paginator(found, VOLUNTEERS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, checks_absent(row, timezone.localdate())) for row in page]
    context = {"form": form, "page": page, "rows": rows, "query": ""}
    return render(request, "web/volunteers.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def volunteer(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one volunteer: checks, children, visits."""
    return _shown(request, get_volunteer(reference=reference, organisation=actor_of(request).organisation))


@for_roles(*OFFICERS)
@require_POST
def volunteer_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Record a check, or assign a child."""
    actor = actor_of(request)
    row = get_volunteer(reference=reference, organisation=actor.organisation)
    form: forms.Form
    if step == "check":
        form = CheckForm(request.POST, auto_id=CHECK_IDS)
    elif step == "assign":
        form = AssignForm(request.POST)
    else:
        raise Http404
    if form.is_valid() and is_done(form, lambda: _step(actor, row, step, form.cleaned_data)):
        messages.success(request, _("Done."))
        return redirect("web:volunteer", reference=row.reference)
    return _shown(request, row, check=form) if step == "check" else _shown(request, row, assign=form)


@for_roles(*OFFICERS)
@require_POST
def companion_step(request: HttpRequest, companionship_id: uuid.UUID, step: str) -> HttpResponse:
    """Log a visit, or end it."""
    actor = actor_of(request)
    row = get_companionship(companionship_id=companionship_id, organisation=actor.organisation)
    form: forms.Form
    if step == "visit":
        form = VisitForm(request.POST, auto_id=_ids(row, step))
    elif step == "end":
        form = EndForm(request.POST, auto_id=_ids(row, step))
    else:
        raise Http404
    if form.is_valid() and is_done(form, lambda: _companion_step(actor, row, step, form.cleaned_data)):
        messages.success(request, _("Done."))
        return redirect("web:volunteer", reference=row.volunteer.reference)
    return _shown(request, row.volunteer, refused=Refused(row, step, form))


def _step(actor: Actor, row: Volunteer, step: str, said: Any) -> object:
    now = timezone.now()
    if step == "check":
        return record_check(
            actor=actor,
            volunteer=row,
            kind=said["kind"],
            checked_on=timezone.localdate(said["checked_on"]),
            expires_on=said["expires_on"],
            document=said["document"],
            now=now,
        )
    _household, member = get_recipient(reference=said["recipient"], organisation=actor.organisation)
    if member is None:
        raise MemberMissing(member=said["recipient"], pointer="/recipient")
    return assign_companion(actor=actor, volunteer=row, member=member, kind=said["kind"], now=now)


def _companion_step(actor: Actor, row: Companionship, step: str, said: Any) -> object:
    now = timezone.now()
    if step == "visit":
        day = timezone.localdate(said["visited_on"])
        return record_companion_visit(actor=actor, companionship=row, visited_on=day, note=said["note"], now=now)
    return close_companionship(actor=actor, companionship=row, reason=said["reason"], now=now)


def _shown(
    request: HttpRequest,
    row: Volunteer,
    *,
    check: forms.Form | None = None,
    assign: forms.Form | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    companionships = visible_companionships(actor_of(request).organisation).filter(volunteer=row)
    context = {
        "volunteer": row,
        "checks": row.checks.order_by("-id"),
        "absent": checks_absent(row, timezone.localdate()),
        "companionships": [_said(one, refused) for one in companionships],
        "check": check or CheckForm(auto_id=CHECK_IDS),
        "assign": assign or AssignForm(),
    }
    is_refused = any(form is not None for form in (check, assign, refused))
    return render(request, "web/volunteer.html", context, status=422 if is_refused else 200)


def _ids(row: Companionship, step: str) -> str:
    """Tell the fields of several companionships on one page apart."""
    return f"{step}_{row.id}_%s"


def _said(
    row: Companionship, refused: Refused | None
) -> tuple[Companionship, "QuerySet[CompanionVisit]", dict[str, forms.Form]]:
    """Return a companionship with its newest visits and its two forms: the one that was refused with what it says."""
    made: dict[str, forms.Form] = {
        "visit": VisitForm(auto_id=_ids(row, "visit")),
        "end": EndForm(auto_id=_ids(row, "end")),
    }
    if refused is not None and refused.row == row:
        made[refused.step] = refused.form
    return row, row.visits.order_by("-visited_on", "-id")[:VISITS_SHOWN], made
