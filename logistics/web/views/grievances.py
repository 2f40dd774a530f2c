"""Grievances for staff: what waits, one with its steps, and who reads the sensitive ones."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Person, Role
from logistics.parties.reads import visible_people
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievance_reads import (
    count_of_unread_sensitive,
    get_grievance,
    grievance_view_for,
    is_reader,
    people_named,
    visible_grievances,
)
from logistics.replies.grievances import (
    ANSWERERS,
    RECORDERS,
    Told,
    answer_grievance,
    close_grievance,
    name_reader,
    receive_grievance,
    take_up_grievance,
)
from logistics.web.doors import ADMINISTRATORS, actor_of, explain, for_roles, language
from logistics.web.grievance_forms import AnswerForm, GrievanceForm, ReaderForm, people_of
from logistics.web.pages import take_step

ROWS_PER_PAGE = 50
_PLAIN: dict[str, Callable[..., object]] = {"take-up": take_up_grievance, "close": close_grievance}


@for_roles(*RECORDERS)
def grievances(request: HttpRequest) -> HttpResponse:
    """List the grievances that somebody may see: open ones first, the earliest due first."""
    actor, now = actor_of(request), timezone.now()
    person = actor.person
    page = Paginator(visible_grievances(actor), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (row, _kind(row.kind), row.last_kind or "OPEN", row.due_now, not row.is_done and row.due_now < now)  # type: ignore[attr-defined]  # -- annotations
        for row in page
    ]
    reads_all = person is not None and is_reader(person)
    context = {
        "rows": rows,
        "page": page,
        "unread": 0 if reads_all else count_of_unread_sensitive(actor.organisation),
        "names_readers": person is not None and person.has_role(*ADMINISTRATORS),
        "answers": person is not None and person.has_role(*ANSWERERS),
    }
    return render(request, "web/grievances.html", context)


@for_roles(*RECORDERS)
@sensitive_post_parameters()
def grievance_new(request: HttpRequest) -> HttpResponse:
    """Record what somebody told one of ours; the receipt number is shown once, for them."""
    actor = actor_of(request)
    organisation = actor.organisation
    form = GrievanceForm(request.POST or None, organisation=organisation, people=people_of(organisation))
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            parcel: Parcel | None = None
            if values["code"]:
                parcel = get_parcel(key=values["code"], organisation=organisation)
            _row, receipt = receive_grievance(
                organisation=parcel.organisation if parcel else organisation,
                told=Told(values["kind"], values["text"], values["contact"], parcel, values["about"]),
                channel=values["channel"],
                actor=actor,
                source="",
                now=timezone.now(),
                token=values["once"],
            )
            context["receipt"] = receipt
        except Refusal as refusal:
            explain(form, refusal)
    return render(request, "web/grievance_new.html", context, status=422 if form.errors else 200)


@for_roles(*ANSWERERS)
@sensitive_post_parameters()
def grievance(request: HttpRequest, grievance_id: uuid.UUID) -> HttpResponse:
    """Show a grievance and take the next step."""
    actor, now = actor_of(request), timezone.now()
    row = get_grievance(grievance_id=grievance_id, actor=actor)
    form = AnswerForm(request.POST if "text" in request.POST else None)
    step = _PLAIN.get(request.POST.get("step", ""))
    if request.method == "POST" and step is not None:
        take_step(request, lambda: step(actor=actor, grievance=row, now=now), _("Noted."))
        return redirect("web:grievance", grievance_id=grievance_id)
    if request.method == "POST" and form.is_valid():
        try:
            answer_grievance(actor=actor, grievance=row, text=form.cleaned_data["text"], now=now)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Answered. Whoever complained reads it by the receipt number."))
            return redirect("web:grievance", grievance_id=grievance_id)
    seen = grievance_view_for(row)
    people = dict(
        Person.objects.filter(id__in=[one.author_id for one in seen.steps if one.author_id]).values_list("id", "name")
    )
    context = {
        "row": row,
        "kind": _kind(row.kind),
        "seen": seen,
        "steps": [(one, people.get(one.author_id, "") if one.author_id else "") for one in seen.steps],
        "form": form,
        "is_late": seen.state not in ("ANSWERED", "CLOSED") and seen.due_at < now,
    }
    return render(request, "web/grievance.html", context, status=422 if form.errors else 200)


@for_roles(*ADMINISTRATORS)
def readers(request: HttpRequest) -> HttpResponse:
    """Name who reads sensitive grievances."""
    actor = actor_of(request)
    form = ReaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        person = visible_people(actor.organisation).filter(id=values["person"]).first()
        if person is None or not person.has_role(*[Role(role) for role in ANSWERERS]):
            raise Http404
        take_step(
            request,
            lambda: name_reader(actor=actor, person=person, is_reader=values["is_reader"], now=timezone.now()),
            _("Noted."),
        )
        return redirect("web:grievance-readers")
    return render(request, "web/grievance_readers.html", {"people": people_named(actor.organisation)})


def _kind(code: str) -> str:
    found = grievance_kinds().get(code)
    return code if found is None else found.en if language() == "en" else found.zh
