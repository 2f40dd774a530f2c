"""Errands for the old and the small: late ones first, each with the one thing to do next."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.reads import get_recipient
from logistics.parties.actors import Actor
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.errands import (
    adopt_errand,
    cancel_errand,
    confirm_errand,
    get_errand,
    open_errands,
    record_errand_done,
    refuse_errand,
    report_errand,
)
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.errand_forms import ErrandForm
from logistics.web.helping_forms import TakeForm
from logistics.web.pages import is_done, take_step

ERRANDS_PER_PAGE = 50
_STEPS: dict[str, Callable[[Actor, Errand], object]] = {
    "done": lambda actor, row: record_errand_done(errand=row, now=timezone.now()),
    "confirm": lambda actor, row: confirm_errand(actor=actor, errand=row, now=timezone.now()),
    "give-back": lambda actor, row: refuse_errand(errand=row),
    "cancel": lambda actor, row: cancel_errand(errand=row),
}


@for_roles(*OFFICERS)
def errands(request: HttpRequest) -> HttpResponse:
    """List open errands, the first due first, and write one down."""
    actor = actor_of(request)
    form = ErrandForm(request.POST or None, initial={"due_on": timezone.localdate()})
    if form.is_valid() and is_done(form, lambda: _report(actor, form.cleaned_data)):
        messages.success(request, _("Written down."))
        return redirect("web:errands")
    page = Paginator(open_errands(actor.organisation), ERRANDS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "today": timezone.localdate(),
        "take": TakeForm(organisation=actor.organisation, auto_id=False),
        "query": "",
    }
    return render(request, "web/errands.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
def errand_step(request: HttpRequest, errand_id: uuid.UUID, step: str) -> HttpResponse:
    """Take one step with an errand."""
    actor = actor_of(request)
    row = get_errand(errand_id=errand_id, organisation=actor.organisation)
    if step == "take":
        form = TakeForm(request.POST, organisation=actor.organisation)
        if form.is_valid():
            helper = form.cleaned_data["volunteer"]
            take_step(request, lambda: adopt_errand(errand=row, volunteer=helper, now=timezone.now()), _("Done."))
        else:
            messages.error(request, _("Choose a volunteer."))
    elif step in _STEPS:
        take_step(request, lambda: _STEPS[step](actor, row), _("Done."))
    else:
        raise Http404
    return redirect("web:errands")


def _report(actor: Actor, said: Any) -> Errand:
    household, _member = get_recipient(reference=said["recipient"], organisation=actor.organisation)
    return report_errand(actor=actor, household=household, what=said["what"], due_on=said["due_on"], now=timezone.now())
