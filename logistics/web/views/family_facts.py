"""What is known of a family besides its names: shown as far as a role sees it, and changed."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from logistics.households.actions import MemberInput, NothingToUnmask, opened_eyes
from logistics.households.consents import record_member_consent, withdraw_member_consent
from logistics.households.guardians import end_guardian, get_guardian, note_guardian
from logistics.households.hardships import end_hardship, hardship_kinds, note_hardship
from logistics.households.joining import register_member
from logistics.households.models import Household, Member
from logistics.households.photos import erase_photos, get_photo, keep_household_photo, photo_as_kept
from logistics.households.reads import get_household, get_member
from logistics.households.visibility import Eyes, eyes_of
from logistics.households.whole import FamilyWhole, family_whole
from logistics.kernel.refusals import Refusal
from logistics.web.doors import LIAISONS, OFFICERS, actor_of, explain, for_roles, language
from logistics.web.family_facts_forms import ConsentForm, FamilyPhotoForm, GuardianForm, HardshipForm, LookForm
from logistics.web.family_register_forms import MemberForm
from logistics.web.family_wording import CONSENT_GIVERS, CONSENTS, FIELDS_OF_FAMILIES
from logistics.web.pages import take_step

Forms = dict[str, forms.Form]
ENDING = frozenset({"hardship", "guardian", "photo"})


@for_roles(*LIAISONS)
@require_GET
def facts(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show what is known, masked."""
    return _shown(request, _found(request, household_id), eyes_of(actor_of(request)))


@for_roles(*LIAISONS)
@require_POST
@never_cache
def look(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Show it once in the clear, after a reason was logged."""
    household, form, actor = _found(request, household_id), LookForm(request.POST), actor_of(request)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            eyes = opened_eyes(household=household, actor=actor, reason=reason, now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return _shown(request, household, eyes)
    return _shown(request, household, eyes_of(actor), {"look": form})


@for_roles(*LIAISONS)
@require_POST
def member_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Let somebody join the family."""

    def act(household: Household, data: dict[str, Any]) -> None:
        token, member = data.pop("once"), MemberInput(**data)
        register_member(actor=actor_of(request), household=household, member=member, token=token, now=timezone.now())

    return _kept(request, household_id, "member", act)


@for_roles(*LIAISONS)
@require_POST
def hardship_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Note a hardship."""

    def act(household: Household, data: dict[str, Any]) -> None:
        member = _member(household, data.pop("member"))
        note_hardship(actor=actor_of(request), household=household, member=member, now=timezone.now(), **data)

    return _kept(request, household_id, "hardship", act)


@for_roles(*LIAISONS)
@require_POST
def guardian_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Note a guardian."""

    def act(household: Household, data: dict[str, Any]) -> None:
        ward = get_member(member_id=uuid.UUID(data.pop("ward")), household=household)
        member = _member(household, data.pop("member"))
        note_guardian(actor=actor_of(request), ward=ward, member=member, now=timezone.now(), **data)

    return _kept(request, household_id, "guardian", act)


@for_roles(*LIAISONS)
@require_POST
def consent_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Record a consent."""

    def act(household: Household, data: dict[str, Any]) -> None:
        member = get_member(member_id=uuid.UUID(data.pop("member")), household=household)
        signed = data.pop("guardian")
        guardian = get_guardian(ward=member, guardian_id=uuid.UUID(signed)) if signed else None
        record_member_consent(actor=actor_of(request), member=member, guardian=guardian, now=timezone.now(), **data)

    return _kept(request, household_id, "consent", act)


@for_roles(*LIAISONS)
@require_POST
def photo_new(request: HttpRequest, household_id: uuid.UUID) -> HttpResponse:
    """Keep a photo."""

    def act(household: Household, data: dict[str, Any]) -> None:
        sent = data["photo"].read()
        keep_household_photo(
            actor=actor_of(request), household=household, data=sent, note=data["note"], now=timezone.now()
        )

    return _kept(request, household_id, "photo", act)


@for_roles(*OFFICERS)
@require_POST
def end(request: HttpRequest, household_id: uuid.UUID, kind: str, row_id: uuid.UUID) -> HttpResponse:
    """Say that a hardship is over, that somebody is no guardian any more, or erase a photo."""
    household, actor, now = _found(request, household_id), actor_of(request), timezone.now()
    if kind not in ENDING:
        raise Http404

    def act() -> None:
        if kind == "hardship":
            end_hardship(actor=actor, household=household, hardship_id=row_id, now=now)
        elif kind == "photo":
            get_photo(household=household, photo_id=row_id)
            erase_photos(actor=actor, household=household, photo_ids=[row_id], now=now)
        else:
            ward = Member.objects.filter(household=household, guardians__id=row_id).first()
            end_guardian(actor=actor, ward=ward or Member(household=household), guardian_id=row_id, now=now)

    take_step(request, act, _("Noted."))
    return redirect("web:family-facts", household_id=household.id)


@for_roles(*OFFICERS)
@require_POST
def consent_withdraw(request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID, scope: str) -> HttpResponse:
    """Take a consent back."""
    household, actor = _found(request, household_id), actor_of(request)
    member = get_member(member_id=member_id, household=household)
    take_step(
        request,
        lambda: withdraw_member_consent(actor=actor, member=member, scope=scope, now=timezone.now()),
        _("Withdrawn from today on. What was done before stands."),
    )
    return redirect("web:family-facts", household_id=household.id)


@for_roles(*LIAISONS)
@require_POST
@never_cache
def photo_jpg(request: HttpRequest, household_id: uuid.UUID, photo_id: uuid.UUID) -> HttpResponse:
    """Show a photo once, after a reason was logged."""
    household, form, actor = _found(request, household_id), LookForm(request.POST), actor_of(request)
    row = get_photo(household=household, photo_id=photo_id)
    if not form.is_valid():
        return _shown(request, household, eyes_of(actor), {"look": form})
    eyes = opened_eyes(household=household, actor=actor, reason=form.cleaned_data["reason"], now=timezone.now())
    if not eyes.shows("photos"):
        raise NothingToUnmask
    return HttpResponse(photo_as_kept(row), content_type="image/jpeg")


def _found(request: HttpRequest, household_id: uuid.UUID) -> Household:
    return get_household(household_id=household_id, organisation=actor_of(request).organisation)


def _member(household: Household, text: str) -> Member | None:
    return get_member(member_id=uuid.UUID(text), household=household) if text else None


def _kept(
    request: HttpRequest, household_id: uuid.UUID, name: str, act: Callable[[Household, dict[str, Any]], None]
) -> HttpResponse:
    """Take a form of the page, act, and go back to it; or show beside the form why not."""
    household, eyes = _found(request, household_id), eyes_of(actor_of(request))
    form = _forms(family_whole(household, eyes), sent=name, request=request)[name]
    if form.is_valid():
        try:
            act(household, dict(form.cleaned_data))
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("web:family-facts", household_id=household.id)
    return _shown(request, household, eyes, {name: form})


def _forms(whole: FamilyWhole, *, sent: str = "", request: HttpRequest | None = None) -> Forms:
    """Make the forms of the page; the one that was sent is bound."""
    people = [(str(one.member_id), f"{one.name} {one.reference}") for one in whole.view.members]
    guardians = [(str(one.guardian_id), f"{one.name} {one.relation}") for one in whole.guardians]
    data: dict[str, Any] = {sent: request.POST} if request else {}
    files = request.FILES if request and sent == "photo" else None
    return {
        "look": LookForm(),
        "member": MemberForm(data.get("member")),
        "hardship": HardshipForm(data.get("hardship"), kinds=hardship_kinds(), people=people, language=language()),
        "guardian": GuardianForm(data.get("guardian"), people=people),
        "consent": ConsentForm(data.get("consent"), people=people, guardians=guardians),
        "photo": FamilyPhotoForm(data.get("photo"), files),
    }


def _shown(request: HttpRequest, household: Household, eyes: Eyes, refused: Forms | None = None) -> HttpResponse:
    whole, person = family_whole(household, eyes), actor_of(request).person
    names = {one.member_id: f"{one.name} ({one.reference})" for one in whole.view.members}
    context = {
        "household": household,
        "whole": whole,
        "family": whole.view,
        "forms": {**_forms(whole), **(refused or {})},
        "hardships": [(row, names[row.member_id] if row.member_id else "") for row in whole.hardships],
        "guardians": [(row, names.get(row.ward_id, "")) for row in whole.guardians],
        "consents": [
            (
                row,
                names.get(row.member_id, ""),
                CONSENTS.get(row.scope, row.scope),
                CONSENT_GIVERS.get(row.given_by, ""),
            )
            for row in whole.consents
        ],
        "unmaskable": [FIELDS_OF_FAMILIES[field] for field in whole.view.unmaskable],
        "is_english": language() == "en",
        # What ends or erases is an officer's; a liaison comes from a need and goes back there.
        "may_end": bool(person and person.has_role(*OFFICERS)),
    }
    is_refused = any(form.errors for form in (refused or {}).values())
    return render(request, "web/family_facts.html", context, status=422 if is_refused else 200)
