"""Erase or export who helps, a volunteer or a knitter: shown, confirmed by the number, done."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from logistics.storage.erasing import helper_holdings
from logistics.volunteering.erasure import (
    Helping,
    erase_helper,
    export_of_helper,
    get_helper,
    kept_of_helper,
    open_things_of_helper,
)
from logistics.volunteering.models import Volunteer
from logistics.web.doors import OFFICERS, actor_of, for_roles, language
from logistics.web.family_facts_forms import PersonEraseForm
from logistics.web.pages import is_done


@for_roles(*OFFICERS)
def helper_erase(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what goes and what stays; erase once it is confirmed by the number."""
    helper, actor = _whom(request, reference), actor_of(request)
    form = PersonEraseForm(request.POST if request.method == "POST" else None, reference=helper.reference)
    if form.is_valid():
        cause, now = form.cleaned_data["cause"], timezone.now()
        if is_done(form, lambda: erase_helper(actor=actor, helper=helper, cause=cause, now=now)):
            messages.success(request, _("Erased for good. What they did stands, by the number alone."))
            return redirect("web:volunteers" if isinstance(helper, Volunteer) else "web:knitting")
    parts = [(part.en if language() == "en" else part.zh, part.count) for part in kept_of_helper(helper)]
    context = {
        "helper": helper,
        "is_volunteer": isinstance(helper, Volunteer),
        "parts": parts,
        "open": open_things_of_helper(helper),
        "form": form,
    }
    return render(request, "web/helper_erase.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
@never_cache
def helper_export(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out what is kept of who helps: as JSON, or as a page to print."""
    helper = _whom(request, reference)
    said = export_of_helper(helper)
    if request.POST.get("as") == "json":
        text = json.dumps({"reference": helper.reference, **said}, ensure_ascii=False, indent=2)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{helper.reference}.json"'
        return answer
    words = {one.name: one.en if language() == "en" else one.zh for one in helper_holdings()}
    parts = [(words[name], rows) for name, rows in said.items() if rows]
    context = {"reference": helper.reference, "parts": parts, "now": timezone.now()}
    return render(request, "web/person_export.html", context)


def _whom(request: HttpRequest, reference: str) -> Helping:
    return get_helper(reference=reference, organisation=actor_of(request).organisation)
