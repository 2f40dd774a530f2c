"""The first page, the language, and the pages for what is not there."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from logistics.audits.mandates import is_bound
from logistics.ledgers.figures import all_late_parcels, figures_by_programme
from logistics.ledgers.late_stages import LateStage, late_stages
from logistics.parcels.access import visible_parcels
from logistics.parcels.reads import parcels_with_names
from logistics.parties.models import Person
from logistics.web.charts import parcel_bars
from logistics.web.doors import OFFICERS, actor_of, language
from logistics.web.overdue import overdue_for

LATE_SHOWN = 10


def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, and show today's figures: of one's own organisation, or of the whole installation.

    Officers see first what is late, oldest first. Who only audits is led to the auditor's pages.
    """
    person = request.user if isinstance(request.user, Person) else None
    if person is not None and is_bound(person):
        return redirect("web:audit")
    figures = figures_by_programme(person.organisation if person else None, timezone.now())
    names = [row.name_en if language() == "en" else row.name_zh for row in figures]
    sums = {
        name: sum(getattr(row, name) for row in figures)
        for name in ("received_minor", "money_minor", "goods_minor", "under_way", "delivered", "late")
    }
    has_late = person is not None and person.has_role(*OFFICERS)
    late = all_late_parcels(visible_parcels(person.organisation), timezone.now()) if person and has_late else None
    context = {
        "late": parcels_with_names(late)[:LATE_SHOWN] if late is not None else (),
        "late_stages": linked(late_stages(person.organisation, timezone.now())[:LATE_SHOWN])
        if person and has_late
        else (),
        "overdue": overdue_for(actor_of(request), timezone.now()).total() if has_late else 0,
        "figures": list(zip(names, figures, strict=True)),
        "sums": sums,
        "bars": parcel_bars(figures, names),
    }
    return render(request, "web/home.html", context)


def linked(rows: Sequence[LateStage]) -> list[tuple[LateStage, str]]:
    """Say beside each late thing where it is dealt with."""
    return [(row, _PAGES[row.subject](row)) for row in rows]


_PAGES: Mapping[str, Callable[[LateStage], str]] = {
    "APPLICATION": lambda row: reverse("web:application", args=[row.subject_id]),
    "NOTICE": lambda row: reverse("web:public-notice", args=[row.subject_id]),
    "OBJECTION": lambda row: reverse("web:public-notice", args=[row.subject_id]) + "#objections",
    "LIST": lambda row: reverse("web:list", args=[row.subject_id]),
    "PARCEL": lambda row: reverse("web:parcel", args=[row.reference]),
    "GRANT": lambda row: reverse("web:grants"),
    "REPLY": lambda row: reverse("web:reply", args=[row.subject_id]),
    "NEED": lambda row: reverse("web:need", args=[row.subject_id]),
}


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came from nowhere, or from a page that had been open too long."""
    return render(request, "web/expired.html", status=403)
