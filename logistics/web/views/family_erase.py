"""Erase a family or one member for good: shown, confirmed, done; and everything that is kept of them as a file."""

import json
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from logistics.households.actions import NothingToUnmask, opened_eyes
from logistics.households.erasure import erase_person, export_of, kept_of, open_things
from logistics.households.identity import masked_name
from logistics.households.models import Household, Member
from logistics.households.reads import get_household, get_member
from logistics.kernel.refusals import Refusal
from logistics.storage.erasing import holdings
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.family_facts_forms import LookForm, PersonEraseForm


@for_roles(*OFFICERS)
def person_erase(request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID | None = None) -> HttpResponse:
    """Show what goes and what stays; erase once it is confirmed by the number."""
    household, member = _whom(request, household_id, member_id)
    reference = member.reference if member else household.reference
    form = PersonEraseForm(request.POST if request.method == "POST" else None, reference=reference)
    if form.is_valid():
        try:
            cause, actor = form.cleaned_data["cause"], actor_of(request)
            erase_person(actor=actor, household=household, member=member, cause=cause, now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Erased for good. The books and their proofs stand."))
            return redirect("web:family", household_id=household.id)
    parts = [(part.en if language() == "en" else part.zh, part.count) for part in kept_of(household, member)]
    context = {
        "household": household,
        "member": member,
        "reference": reference,
        "name": masked_name(member.name if member else household.head_name),
        "parts": parts,
        "open": open_things(household, member),
        "form": form,
        "look": LookForm(),
    }
    return render(request, "web/person_erase.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
@require_POST
@never_cache
def person_export(request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID | None = None) -> HttpResponse:
    """Hand out what is kept of somebody: as JSON, or as a page to print, after a reason was logged."""
    household, member = _whom(request, household_id, member_id)
    form = LookForm(request.POST)
    if not form.is_valid():
        return redirect(request.path.removesuffix("/export") + "/erase-all")
    eyes = opened_eyes(
        household=household, actor=actor_of(request), reason=form.cleaned_data["reason"], now=timezone.now()
    )
    if not eyes.shows("name") or not eyes.shows("identity_number"):
        raise NothingToUnmask
    said, reference = export_of(household, member), member.reference if member else household.reference
    if request.POST.get("as") == "json":
        text = json.dumps({"reference": reference, **said}, ensure_ascii=False, indent=2)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{reference}.json"'
        return answer
    words = {one.name: one.en if language() == "en" else one.zh for one in holdings()}
    parts = [(words[name], rows) for name, rows in said.items() if rows]
    return render(request, "web/person_export.html", {"reference": reference, "parts": parts, "now": timezone.now()})


def _whom(
    request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID | None
) -> tuple[Household, Member | None]:
    household = get_household(household_id=household_id, organisation=actor_of(request).organisation)
    return household, get_member(member_id=member_id, household=household) if member_id else None
