"""Public notices, for anyone to read and to object to."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.lists.access import visible_notices
from logistics.lists.models import Objection, PublicNotice
from logistics.lists.notice_reads import notices_for_anyone, programmes_to_publish
from logistics.lists.notices import entries_for_anyone, get_public_notice
from logistics.lists.objections import (
    objections_to,
    raise_objection,
    texts_of_objections,
)
from logistics.parties.models import Person, Programme
from logistics.partners.networks import line_of
from logistics.web.doors import OFFICERS, actor_of, explain
from logistics.web.lists_forms import ObjectionForm

ENTRIES_PER_PAGE = 200
NOTICES_PER_PAGE = 50


def public_notices(request: HttpRequest) -> HttpResponse:
    """List the notices that run and those of the last year, for anyone; officers see what they may publish."""
    today = timezone.localdate()
    page = Paginator(notices_for_anyone(today), NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    person = request.user if isinstance(request.user, Person) else None
    to_publish: list[tuple[Programme, int]] = []
    if person is not None and person.has_role(*OFFICERS):
        to_publish = programmes_to_publish(actor_of(request).organisation)
    context = {"page": page, "today": today, "to_publish": to_publish}
    return render(request, "web/lists/notices.html", context)


def public_notice(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Show a notice to anyone and take objections; who decides sees what was objected."""
    found = get_public_notice(notice_id=notice_id)
    today = timezone.localdate()
    is_running = today <= found.ends_on
    form = ObjectionForm(request.POST or None, initial={"number": request.GET.get("number", "")[:24]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            raise_objection(
                notice=found,
                number=values["number"],
                text=values["text"],
                contact=values["contact"],
                source=line_of(request.META),
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Thank you. It is answered before the list is approved."))
            return redirect("web:public-notice", notice_id=found.id)
    page = Paginator(entries_for_anyone(found), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"row": found, "page": page, "form": form if is_running else None, "is_running": is_running}
    context |= _for_officers(request, found)
    return render(request, "web/lists/notice.html", context, status=422 if form.errors else 200)


def _for_officers(request: HttpRequest, found: PublicNotice) -> dict[str, object]:
    """Add what was objected, for officers of the body that published."""
    person = request.user
    if not isinstance(person, Person) or not person.has_role(*OFFICERS):
        return {}
    organisation = actor_of(request).organisation
    if not visible_notices(organisation).filter(id=found.id).exists():
        return {}
    rows: list[Objection] = list(objections_to(found))
    texts = texts_of_objections(rows)
    return {"objections": [(row, texts[row.id]) for row in rows], "is_ours": True}
