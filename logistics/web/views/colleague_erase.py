"""Erase or export who signs in, once they left: shown, confirmed by the name that they sign in with, done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from logistics.parties.erasure import erase_signed_in, export_of_person, kept_of_person, open_things_of_person
from logistics.parties.models import Person
from logistics.parties.reads import PersonMissing, visible_people
from logistics.storage.erasing import colleague_holdings
from logistics.web.doors import ADMINISTRATORS, actor_of, for_roles
from logistics.web.erase_pages import ErasePage, handed_out, show_erase_page
from logistics.web.family_facts_forms import PersonEraseForm
from logistics.web.pages import is_done


@for_roles(*ADMINISTRATORS)
def colleague_erase(request: HttpRequest, key: str) -> HttpResponse:
    """Show what goes and what stays; erase once it is confirmed by the name for signing in."""
    person, actor = _whom(request, key), actor_of(request)
    form = PersonEraseForm(request.POST if request.method == "POST" else None, reference=person.username)
    form.fields["confirm"].label = _("Write the name for signing in to confirm")
    if form.is_valid():
        cause, now = form.cleaned_data["cause"], timezone.now()
        if is_done(form, lambda: erase_signed_in(actor=actor, person=person, cause=cause, now=now)):
            messages.success(request, _("Erased for good. What they did stands, by the number alone."))
            return redirect("web:masters-of", kind="people")
    page = ErasePage(
        kind=_("Person"),
        reference=person.username,
        name=person.name,
        kept=kept_of_person(person),
        open=open_things_of_person(person),
        goes_and_stays=_(
            "The account is locked for good: both names, the PIN, every session, telephones of their own and the keys"
            " on them, mandates, and the words of the history are destroyed or ended, and again after a backup is "
            "restored. What stays: a number that names nobody, what they did by it, and commitments that say nothing "
            "any more."
        ),
        export_url=reverse("web:colleague-export", kwargs={"key": person.username}),
        back_url=reverse("web:master", kwargs={"kind": "people", "key": person.username}),
        back=_("Back to the person"),
    )
    return show_erase_page(request, page, form)


@for_roles(*ADMINISTRATORS)
@require_POST
@never_cache
def colleague_export(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out what is kept of who signs in: as JSON, or as a page to print."""
    person = _whom(request, key)
    return handed_out(request, person.username, export_of_person(person), colleague_holdings())


def _whom(request: HttpRequest, key: str) -> Person:
    rows = visible_people(actor_of(request).organisation).filter(erased_at=None).select_related("organisation")
    found = rows.filter(username=key).first()
    if found is None:
        raise PersonMissing
    return found
