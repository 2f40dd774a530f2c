"""Sponsorships: begin, move on, plan the year's grant, letters both ways, end with thanks; the sponsor's own page."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.codes.models import CodeState
from logistics.codes.reads import get_code
from logistics.households.reads import get_recipient
from logistics.kernel.refusals import Refusal
from logistics.sponsorships.access import visible_sponsorships
from logistics.sponsorships.actions import OFFICERS, begin_sponsorship, end_sponsorship, move_on, plan_year
from logistics.sponsorships.letters import RECORDERS, record_letter
from logistics.sponsorships.models import Sponsorship
from logistics.sponsorships.reads import (
    SponsorshipMissing,
    get_sponsorship,
    letters_waiting,
    outgrown,
    sponsor_view_for,
    sponsorship_by_code,
    sponsorship_view_for,
    sponsorship_views_for,
)
from logistics.web.doors import actor_of, explain, for_roles
from logistics.web.pages import show_form, take_step
from logistics.web.sponsorship_forms import (
    EndForm,
    LetterForm,
    OwnLetterForm,
    SponsorshipForm,
    StageForm,
)

ROWS_PER_PAGE = 50
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}


@for_roles(*RECORDERS)
def sponsorships(request: HttpRequest) -> HttpResponse:
    """List sponsorships, the letters that wait, and the children who have grown out."""
    actor, today = actor_of(request), timezone.localdate()
    page = Paginator(visible_sponsorships(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    views = sponsorship_views_for(list(page), today=today)
    context = {
        "rows": [(row, views[row.id]) for row in page],
        "page": page,
        "waiting": letters_waiting(actor.organisation)[:ROWS_PER_PAGE],
        "outgrown": outgrown(actor.organisation, today)[:ROWS_PER_PAGE],
        "may_begin": actor.person is not None and actor.person.has_role(*OFFICERS),
    }
    return render(request, "web/sponsorships.html", context)


@for_roles(*OFFICERS)
def sponsorship_new(request: HttpRequest) -> HttpResponse:
    """Begin a sponsorship."""
    actor, now = actor_of(request), timezone.now()
    form = SponsorshipForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            _household, member = get_recipient(reference=values.pop("child"), organisation=actor.organisation)
            if member is None:
                raise SponsorshipMissing(pointer="/child")
            row = begin_sponsorship(
                actor=actor,
                member=member,
                yearly_minor=values.pop("yearly"),
                token=values.pop("once"),
                now=now,
                **values,
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Begun. Give the sponsor the address of their page."))
            return redirect("web:sponsorship", sponsorship_id=row.id)
    intro = _("The guardian's consent to a sponsor stands on the family's page. The sponsor never learns a name.")
    return show_form(request, form, _("Begin a sponsorship"), intro)


@for_roles(*RECORDERS)
def sponsorship(request: HttpRequest, sponsorship_id: uuid.UUID) -> HttpResponse:
    """Show a sponsorship; take down a letter."""
    actor, now = actor_of(request), timezone.now()
    row = _found(request, sponsorship_id)
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_letter(
                actor=actor,
                sponsorship=row,
                direction=values["direction"],
                text=values["text"],
                now=now,
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded. Another person looks at it before it is handed on."))
            return redirect("web:sponsorship", sponsorship_id=row.id)
    context = {
        "row": row,
        "seen": sponsorship_view_for(row, today=timezone.localdate()),
        "form": form,
        "stage": StageForm(),
        "end": EndForm(),
        "is_officer": actor.person is not None and actor.person.has_role(*OFFICERS),
    }
    return render(request, "web/sponsorship.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
def sponsorship_step(request: HttpRequest, sponsorship_id: uuid.UUID, step: str) -> HttpResponse:
    """Move on at school, plan a year's grant, or end it."""
    actor, now, row = actor_of(request), timezone.now(), _found(request, sponsorship_id)
    today = timezone.localdate(now)
    if step == "year":
        year = request.POST.get("year", "")
        number = int(year) if year.isascii() and year.isdigit() and len(year) < 3 else -1
        take_step(
            request,
            lambda: plan_year(actor=actor, sponsorship=row, year=number, now=now),
            _("Planned. Another person approves and pays it under Grants."),
        )
        return redirect("web:sponsorship", sponsorship_id=row.id)
    form = {"stage": StageForm, "end": EndForm}.get(step, StageForm)(request.POST)
    if step not in ("stage", "end"):
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Fill in every field."))
        return redirect("web:sponsorship", sponsorship_id=row.id)
    values = form.cleaned_data
    if step == "stage":
        take_step(
            request,
            lambda: move_on(actor=actor, sponsorship=row, stage=values["stage"], on=today, now=now),
            _("Noted."),
        )
    else:
        take_step(
            request, lambda: end_sponsorship(actor=actor, sponsorship=row, on=today, now=now, **values), _("Noted.")
        )
    return redirect("web:sponsorship", sponsorship_id=row.id)


def sponsor(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sponsor their page, and take a letter; whoever has the code is the sponsor."""
    text = get_code(code)
    row = sponsorship_by_code(text.id) if text.state == CodeState.ACTIVE else None
    if row is None:
        raise SponsorshipMissing
    form = OwnLetterForm(request.POST or None)
    is_sent = False
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_letter(
                actor=None,
                sponsorship=row,
                direction="TO_CHILD",
                text=values["text"],
                now=timezone.now(),
                token=values["once"],
            )
            is_sent, form = True, OwnLetterForm()
        except Refusal as refusal:
            explain(form, refusal)
    seen = sponsor_view_for(row, today=timezone.localdate())
    context = {"row": row, "seen": seen, "form": form, "is_sent": is_sent}
    response = render(request, "web/sponsor.html", context, status=422 if form.errors else 200)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _found(request: HttpRequest, sponsorship_id: uuid.UUID) -> Sponsorship:
    return get_sponsorship(sponsorship_id=sponsorship_id, organisation=actor_of(request).organisation)
