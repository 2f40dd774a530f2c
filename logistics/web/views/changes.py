"""Every change of master data, newest first."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from logistics.audits.access import days_within
from logistics.journal.history import Revision
from logistics.journal.revision_views import revision_views
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Person
from logistics.web.doors import AUDITORS, actor_of, for_roles
from logistics.web.history_names import names_of
from logistics.web.masters import key_of, kind_of_history

ROWS_PER_PAGE = 50


@for_roles(*AUDITORS)
def changes(request: HttpRequest) -> HttpResponse:
    """List every change of master data of one's own organisations, newest first, within the days one may see."""
    actor = actor_of(request)
    from_on, to_on = days_within(actor, None, None)
    rows = Revision.objects.filter(organisation_id__in=organisation_ids_below(actor.organisation))
    if from_on and to_on:
        rows = rows.filter(noted_at__date__gte=from_on, noted_at__date__lte=to_on)
    if request.GET.get("all") is None:
        # What was registered once and never touched is no change.
        rows = rows.filter(number__gt=1)
    page = Paginator(rows.order_by("-id"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    shown = [(view, *_address(view.kind, view.subject_id)) for view in revision_views(page)]
    context = {
        "page": page,
        "rows": shown,
        "is_all": "all" in request.GET,
        "query": "all" if "all" in request.GET else "",
        "names": names_of(view for view, *_more in shown),
        "people": Person.objects.in_bulk({view.actor_id for view, *_more in shown if view.actor_id}),
    }
    return render(request, "web/changes.html", context)


def _address(kind: str, subject_id: uuid.UUID) -> tuple[str, str]:
    page = kind_of_history(kind)
    return page, key_of(page, subject_id) if page else ""
