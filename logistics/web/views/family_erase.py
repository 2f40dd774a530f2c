"""Erase a family or one member for good: shown, confirmed, done; and everything that is kept of them as a file."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles
from logistics.web.erase_pages import ErasePage, handed_out, show_erase_page
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
    ids = {"household_id": household.id, **({"member_id": member.id} if member else {})}
    page = ErasePage(
        kind=_("Member") if member else _("Family"),
        reference=reference,
        name=masked_name(member.name if member else household.head_name),
        kept=kept_of(household, member),
        open=open_things(household, member),
        goes_and_stays=_(
            "Names, numbers, addresses, hardships, photos, proofs and the words of the family's history are destroyed"
            " for good, in the database and in files, and again after a backup is restored. What stays: the number, "
            "the township, the books, and commitments that say nothing any more."
        ),
        export_url=reverse("web:member-export" if member else "web:family-export", kwargs=ids),
        back_url=reverse("web:family", kwargs={"household_id": household.id}),
        back=_("Back to the family"),
        look=LookForm(),
    )
    return show_erase_page(request, page, form)


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
    return handed_out(request, reference, said, holdings())


def _whom(
    request: HttpRequest, household_id: uuid.UUID, member_id: uuid.UUID | None
) -> tuple[Household, Member | None]:
    household = get_household(household_id=household_id, organisation=actor_of(request).organisation)
    return household, get_member(member_id=member_id, household=household) if member_id else None
