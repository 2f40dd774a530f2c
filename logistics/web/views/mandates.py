"""Auditors' accounts for administrators: register, grant, approve, extend, end; and what was looked at."""

import datetime as dt
import secrets
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.audits.access import live_mandates
from logistics.audits.mandates import approve_mandate, end_mandate, extend_mandate, grant_mandate
from logistics.audits.models import AuditMandate
from logistics.audits.reads import get_mandate, looks_of, visible_mandates
from logistics.audits.sessions import choose_mandate
from logistics.kernel.refusals import Refusal
from logistics.parties.actions import register_person
from logistics.parties.models import Person, Role
from logistics.parties.reads import visible_people
from logistics.web.doors import ADMINISTRATORS, OFFICERS, actor_of, explain, for_roles, language
from logistics.web.mandate_forms import AuditorForm, EndForm, ExtendForm, MandateForm

ROWS_PER_PAGE = 50
PASSWORD_BYTES = 12


@for_roles(*OFFICERS)
def mandates(request: HttpRequest) -> HttpResponse:
    """List the mandates over one's own books, and grant one."""
    actor, now = actor_of(request), timezone.now()
    is_administrator = bool(actor.person and actor.person.has_role(Role.ADMINISTRATOR))
    form = MandateForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and is_administrator and form.is_valid():
        values = form.cleaned_data
        try:
            grant_mandate(
                actor=actor,
                person=values["person"],
                organisation=values["over"],
                from_on=values["from_on"],
                to_on=values["to_on"],
                expires_at=_end_of(values["expires_on"]),
                reason=values["reason"],
                now=now,
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Granted. Another person approves it; until then it opens nothing."))
            return redirect("web:mandates")
    page = Paginator(visible_mandates(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form if is_administrator else None,
        "page": page,
        "rows": [(row, row.state_at(now)) for row in page],
        "auditors": visible_people(actor.organisation).filter(roles=[Role.AUDITOR.value]),
    }
    return render(request, "web/mandates.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINISTRATORS)
def auditor_new(request: HttpRequest) -> HttpResponse:
    """Register an auditor's account; its first password is shown once."""
    actor = actor_of(request)
    form = AuditorForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values, password = form.cleaned_data, secrets.token_urlsafe(PASSWORD_BYTES)
        try:
            person = register_person(
                organisation=actor.organisation,
                username=values["username"],
                name=values["name"],
                roles=[Role.AUDITOR],
                password=password,
                cause=actor.cause(timezone.now(), values["reason"]),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return render(request, "web/auditor_made.html", {"made": person, "password": password})
    context = {
        "form": form,
        "title": _("Register an auditor"),
        "intro": _("The account opens nothing until a mandate is granted and approved."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def mandate(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Show one mandate, how to extend or end it, and what was looked at under it."""
    actor, now = actor_of(request), timezone.now()
    found = get_mandate(mandate_id=mandate_id, organisation=actor.organisation)
    forms = {"extend": ExtendForm(prefix="extend"), "end": EndForm(prefix="end")}
    wanted = request.POST.get("step", "")
    if request.method == "POST" and wanted in forms:
        form = forms[wanted] = type(forms[wanted])(request.POST, prefix=wanted)
        if form.is_valid() and _stepped(request, found, wanted, form.cleaned_data):
            return redirect("web:mandate", mandate_id=mandate_id)
    context = {
        "row": found,
        "state": found.state_at(now),
        "extend": forms["extend"],
        "end": forms["end"],
        "is_administrator": bool(actor.person and actor.person.has_role(Role.ADMINISTRATOR)),
        "may_approve": found.state_at(now) == "GRANTED" and actor.holder_id != found.granted_by_id,
        "people": Person.objects.in_bulk({found.granted_by_id, found.approved_by_id} - {None}),
        "page": Paginator(looks_of(found), ROWS_PER_PAGE).get_page(request.GET.get("page")),
    }
    is_wrong = any(form.errors for form in forms.values())
    return render(request, "web/mandate.html", context, status=422 if is_wrong else 200)


@for_roles(*OFFICERS)
@require_POST
def mandate_approve(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Approve a mandate."""
    actor = actor_of(request)
    found = get_mandate(mandate_id=mandate_id, organisation=actor.organisation)
    try:
        approve_mandate(actor=actor, mandate=found, now=timezone.now())
        messages.success(request, _("Approved. The auditor can look at these books now."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:mandate", mandate_id=mandate_id)


@for_roles(Role.AUDITOR)
@require_POST
def mandate_choose(request: HttpRequest) -> HttpResponse:
    """Work under another of one's own mandates."""
    own = live_mandates(actor_of(request).person, timezone.now())  # type: ignore[arg-type]  # -- a page has a person
    chosen = next((row for row in own if str(row.id) == request.POST.get("mandate")), None)
    if chosen is not None:
        choose_mandate(request, chosen)
    return redirect("web:audit")


def _stepped(request: HttpRequest, found: AuditMandate, step: str, values: dict[str, object]) -> bool:
    actor, now = actor_of(request), timezone.now()
    if actor.person is None or not actor.person.has_role(Role.ADMINISTRATOR):
        return False
    reason = str(values["reason"])
    try:
        if step == "extend":
            expires_at = _end_of(values["expires_on"])  # type: ignore[arg-type]  # -- a day field's value
            extend_mandate(actor=actor, mandate=found, expires_at=expires_at, reason=reason, now=now)
            messages.success(request, _("Extended."))
        else:
            end_mandate(actor=actor, mandate=found, reason=reason, now=now)
            messages.success(request, _("Ended. The auditor sees nothing from now on."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return True


def _end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a day is over here."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
