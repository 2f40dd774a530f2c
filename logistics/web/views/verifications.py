"""Verification visits: which to make, what was found, draws that nobody steers, how much was verified."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.parties.models import Person
from logistics.replies.models import VisitResult
from logistics.replies.subjects import subject_behind
from logistics.replies.visit_draws import ASKERS, announce_draw, carry_out_draw, visible_draws
from logistics.replies.visit_reads import (
    differences_open,
    get_draw,
    get_visit,
    texts_of_visit,
    verified_shares,
    visits_to_make,
)
from logistics.replies.visits import VISITORS, ask_for_visit, deliverers_of, record_visit, settle_difference
from logistics.web.doors import actor_of, explain, for_roles
from logistics.web.pages import show_form, take_step
from logistics.web.visit_forms import AskForm, DrawForm, SettleDifferenceForm, VisitForm

ROWS_PER_PAGE = 50


@for_roles(*VISITORS)
def verifications(request: HttpRequest) -> HttpResponse:
    """List the visits to make, those due first, what differs, and how much of each programme was verified."""
    actor, today = actor_of(request), timezone.localdate()
    person = actor.person
    page = Paginator(visits_to_make(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [(row, row.due_on < today) for row in page],
        "page": page,
        "differences": differences_open(actor.organisation)[:ROWS_PER_PAGE],
        "shares": [(share, share.per_mille / 10) for share in verified_shares(actor.organisation)],
        "draws": visible_draws(actor.organisation),
        "may_ask": person is not None and person.has_role(*ASKERS),
    }
    return render(request, "web/verifications.html", context)


@for_roles(*VISITORS)
def verification(request: HttpRequest, visit_id: uuid.UUID) -> HttpResponse:
    """Show a visit; take what it found, and what was done about a difference."""
    actor, now = actor_of(request), timezone.now()
    row = get_visit(visit_id=visit_id, organisation=actor.organisation)
    result: VisitResult | None = getattr(row, "result", None)
    form: VisitForm | SettleDifferenceForm
    form = VisitForm(request.POST or None) if result is None else SettleDifferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if result is None:
                record_visit(actor=actor, visit=row, now=now, **form.cleaned_data)
            else:
                settle_difference(actor=actor, result=result, now=now, **form.cleaned_data)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect("web:verifications")
    people = dict(Person.objects.filter(id__in=_people(result)).values_list("id", "name"))
    context = {
        "row": row,
        "result": result,
        "settled": getattr(result, "settled", None),
        "texts": texts_of_visit(row),
        "form": form,
        "people": people,
        "visitor": people.get(result.visited_by_id, "") if result else "",
        "brought_it": actor.holder_id in deliverers_of(row),
        "may_settle": bool(actor.person and actor.person.has_role(*ASKERS)),
    }
    return render(request, "web/verification.html", context, status=422 if form.errors else 200)


@for_roles(*ASKERS)
def verification_new(request: HttpRequest) -> HttpResponse:
    """Ask that a family be visited."""
    actor, now = actor_of(request), timezone.now()
    form = AskForm(request.POST or None, initial={"code": request.GET.get("code", "")[:60]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            subject = subject_behind(values["code"], within=actor.organisation)
            ask_for_visit(
                actor=actor, subject=subject, why=values["why"], due_on=values["due_on"], now=now, token=values["once"]
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Asked for. It stands on the list of visits."))
            return redirect("web:verifications")
    return show_form(request, form, _("Ask for a visit"), _("Somebody else than who brought it goes and looks."))


@for_roles(*ASKERS)
def draw_new(request: HttpRequest) -> HttpResponse:
    """Announce a draw."""
    actor, now = actor_of(request), timezone.now()
    form = DrawForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            announce_draw(actor=actor, token=values.pop("once"), now=now, **values)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Announced, and sealed into the log. Draw when the next checkpoint is signed."))
            return redirect("web:verifications")
    intro = _(
        "First it is announced whom to draw among and how many. The root of the next checkpoint of the log then"
        " chooses, so that nobody can: neither you nor we. The same days are drawn from once."
    )
    return show_form(request, form, _("Draw families to visit"), intro)


@for_roles(*ASKERS)
@require_POST
def draw_carry_out(request: HttpRequest, draw_id: uuid.UUID) -> HttpResponse:
    """Draw what was announced."""
    actor = actor_of(request)
    draw = get_draw(draw_id=draw_id, organisation=actor.organisation)
    take_step(request, lambda: carry_out_draw(actor=actor, draw=draw, now=timezone.now()), _("Drawn."))
    return redirect("web:verifications")


def _people(result: VisitResult | None) -> list[uuid.UUID]:
    if result is None:
        return []
    settled = getattr(result, "settled", None)
    return [result.visited_by_id, *([settled.settled_by_id] if settled else [])]
