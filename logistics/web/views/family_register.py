"""Families at a desk: found by what people say, recorded, and corrected without showing what stands."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from logistics.households.changes import correct_household, correct_member
from logistics.households.finding import families_found
from logistics.households.joining import register_family
from logistics.households.models import Household
from logistics.households.reads import get_household, get_member, household_view_for
from logistics.households.visibility import eyes_of
from logistics.web.doors import LIAISONS, actor_of, for_roles
from logistics.web.family_register_forms import (
    CorrectionForm,
    FamilyCorrectionForm,
    FamilyForm,
    FindFamilyForm,
    MemberCorrectionForm,
)
from logistics.web.pages import is_done, show_form


@for_roles(*LIAISONS)
@never_cache
def family_find(request: HttpRequest) -> HttpResponse:
    """Find families. What was said is sent in the body, so that no name stands in an address or a log."""
    actor = actor_of(request)
    form, eyes = FindFamilyForm(request.POST or None), eyes_of(actor)
    found: list[Household] = []
    has_more = is_asked = False
    if form.is_valid():
        found, has_more = families_found(organisation=actor.organisation, words=form.cleaned_data["words"], eyes=eyes)
        is_asked = True
    context = {
        "form": form,
        "families": [household_view_for(row, eyes) for row in found],
        "has_more": has_more,
        "is_asked": is_asked,
    }
    return render(request, "web/family_find.html", context, status=422 if form.errors else 200)


@for_roles(*LIAISONS)
def family_new(request: HttpRequest) -> HttpResponse:
    """Record one family with its head; its members follow at its page."""
    actor = actor_of(request)
    form = FamilyForm(request.POST or None, organisation=actor.organisation)
    made: list[Household] = []

    def act() -> None:
        values = form.cleaned_data
        made.append(
            register_family(
                actor=actor,
                family=form.said(),
                token=values["once"],
                is_another=values["is_another"],
                now=timezone.now(),
            )
        )

    if form.is_valid() and is_done(form, act):
        messages.success(request, _("On record. Now the other members, guardians and consents."))
        return redirect("web:family-facts", household_id=made[0].id)
    intro = _("The head and where the family lives. Whoever may be on record already is told before anything is kept.")
    return show_form(request, form, _("Record a family"), intro)


@for_roles(*LIAISONS)
def family_correct(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Correct what is written of a family."""
    household = get_household(household_id=household_id, organisation=actor_of(request).organisation)
    form = FamilyCorrectionForm(request.POST or None)
    return _corrected(
        request,
        household,
        form,
        _("Correct the family %(reference)s") % {"reference": household.reference},
        lambda: correct_household(
            actor=actor_of(request),
            household=household,
            changes=form.changes(),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
    )


@for_roles(*LIAISONS)
def member_correct(request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID) -> HttpResponse:
    """Correct what is written of a member."""
    household = get_household(household_id=household_id, organisation=actor_of(request).organisation)
    member = get_member(member_id=member_id, household=household)
    form = MemberCorrectionForm(request.POST or None)
    return _corrected(
        request,
        household,
        form,
        _("Correct the member %(reference)s") % {"reference": member.reference},
        lambda: correct_member(
            actor=actor_of(request),
            member=member,
            changes=form.changes(),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
    )


def _corrected(
    request: HttpRequest, household: Household, form: CorrectionForm, title: str, act: Callable[[], object]
) -> HttpResponse:
    if form.is_valid() and is_done(form, act):
        messages.success(request, _("Corrected, with its history."))
        return redirect("web:family-facts", household_id=household.id)
    intro = _("What stands is not shown. An empty line stays as it is; a dash (-) takes it away.")
    return show_form(request, form, title, intro)
