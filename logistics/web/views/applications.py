"""One application: what happened to it, and its review."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.lists.applications import (
    accept_application,
    refuse_application,
)
from logistics.lists.facts import facts_of_one
from logistics.lists.models import Application, ApplicationState
from logistics.lists.reads import get_application, steps_of
from logistics.lists.reasons import REFUSAL_REASONS
from logistics.lists.unmet import unmet_of
from logistics.parties.models import Person
from logistics.press.papers.slips import STANDING
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.lists_forms import ReviewForm, TextForm
from logistics.web.lists_wording import reason_words
from logistics.web.views.application_filing import FILERS


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
        "people": Person.objects.in_bulk({step.author_id for step, _words in steps if step.author_id}),
        "unmet": [reason_words(rule, language()) for rule in unmet],
        "form": form if may_review else None,
        "may_print": found.state in STANDING and _is_officer(actor.person),
        "may_withdraw": found.state in (ApplicationState.FILED, ApplicationState.ACCEPTED),
        "withdraw_form": TextForm(),
    }
    return render(request, "web/lists/application.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, found: Application, form: ReviewForm) -> None:
    actor, now, values = actor_of(request), timezone.now(), form.cleaned_data
    if request.POST.get("decision") == "accept":
        accept_application(actor=actor, application=found, text=values["text"], now=now)
    else:
        refuse_application(actor=actor, application=found, reason=values["reason"], text=values["text"], now=now)


def _is_officer(person: Person | None) -> bool:
    return person is not None and person.has_role(*OFFICERS)
