"""Erase or export who helps, a volunteer or a knitter: shown, confirmed by the number, done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.erase_pages import ErasePage, handed_out, show_erase_page
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
    is_volunteer, number = isinstance(helper, Volunteer), {"reference": helper.reference}
    page = ErasePage(
        kind=_("Volunteer"),
        reference=helper.reference,
        name=helper.name,
        kept=kept_of_helper(helper),
        open=open_things_of_helper(helper),
        goes_and_stays=_(
            "Name, telephone, papers of checks and notes that name them are destroyed for good, and again after a "
            "backup is restored. What stays: the number, which checks stood when, whom they accompanied and what they"
            " did, and commitments that say nothing any more."
        ),
        export_url=reverse("web:helper-export", kwargs=number),
        back_url=reverse("web:volunteer", kwargs=number) if is_volunteer else reverse("web:knitting"),
        back=_("Back to the volunteer") if is_volunteer else _("Back to knitting"),
    )
    return show_erase_page(request, page, form)


@for_roles(*OFFICERS)
@require_POST
@never_cache
def helper_export(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out what is kept of who helps: as JSON, or as a page to print."""
    helper = _whom(request, reference)
    return handed_out(request, helper.reference, export_of_helper(helper), helper_holdings())


def _whom(request: HttpRequest, reference: str) -> Helping:
    return get_helper(reference=reference, organisation=actor_of(request).organisation)
