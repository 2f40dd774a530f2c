"""Sheets that come back: hand in photos, see how far they are read, and decide row by row beside the cut-out box."""

import uuid
from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.press.returned_confirming import confirm_returned_rows
from logistics.press.returned_looks import look_at_box, looks_at, rows_looked_at
from logistics.press.returned_models import ReturnedPaper
from logistics.press.returned_reads import (
    RowShown,
    count_of_rows_unseen,
    get_returned_paper,
    recent_returned_papers,
    rows_for,
)
from logistics.press.returned_requests import ask_to_read_sheets
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.returned_forms import DecisionsForm, ReturnedFilesForm, unseen_among

ROWS_PER_PAGE = 20
REFRESH_SECONDS = 1


@for_roles(*OFFICERS)
def returned_sheets(request: HttpRequest) -> HttpResponse:
    """Hand in photos and scans, and list what came back."""
    actor = actor_of(request)
    form = ReturnedFilesForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            paper = ask_to_read_sheets(actor=actor, files=values["sheets"], now=timezone.now(), token=values["once"])
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:returned-sheet", paper_id=paper.id)
    page = Paginator(recent_returned_papers(actor.organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(request, "web/returned_sheets.html", {"form": form, "page": page}, status=status)


@for_roles(*OFFICERS)
def returned_sheet(request: HttpRequest, paper_id: uuid.UUID) -> HttpResponse:
    """Show how far the reading is; then each row with its box, to decide."""
    actor = actor_of(request)
    paper = get_returned_paper(paper_id=paper_id, organisation=actor.organisation)
    rows = rows_for(paper=paper, actor=actor)
    printed_on = max((timezone.localdate(shown.row.row.job.asked_at) for shown in rows), default=None)
    form = DecisionsForm(request.POST or None, rows=rows, printed_on=printed_on)
    if request.method == "POST" and form.is_valid():
        said = form.decisions(rows)
        unseen = unseen_among(said, rows, rows_looked_at(paper=paper, actor=actor))
        try:
            decided = confirm_returned_rows(
                actor=actor,
                paper=paper,
                # What nobody has scrolled to stays open; if that is all there is, the action says so.
                decisions={row: word for row, word in said.items() if row not in unseen} or said,
                handed_over_on=form.cleaned_data["handed_over_on"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message(language()))
        else:
            count = sum(row.outcome == "RECORDED" for row in decided)
            messages.success(request, _("%(count)d hand-overs recorded.") % {"count": count})
            if unseen:
                words = _("Rows %(rows)s stay open: their boxes were not on your screen yet.")
                messages.warning(request, words % {"rows": ", ".join(map(str, unseen.values()))})
            return redirect("web:returned-sheet", paper_id=paper_id)
    return _shown(request, paper, rows, form)


@for_roles(*OFFICERS)
def returned_box(request: HttpRequest, paper_id: uuid.UUID, row_id: uuid.UUID) -> HttpResponse:
    """Send the picture of one row's box, and note who looks; no cache keeps it."""
    actor = actor_of(request)
    paper = get_returned_paper(paper_id=paper_id, organisation=actor.organisation)
    picture = look_at_box(actor=actor, paper=paper, row_id=row_id, now=timezone.now())
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _shown(request: HttpRequest, paper: ReturnedPaper, rows: list[RowShown], form: DecisionsForm) -> HttpResponse:
    is_running = paper.state in {"QUEUED", "RUNNING"}
    counts = Counter(shown.row.verdict for shown in rows)
    context = {
        "paper": paper,
        "is_running": is_running,
        "problem": paper.problem[language()] if paper.problem else "",
        "counts": [(verdict, counts[verdict]) for verdict in ("MARKED", "EMPTY", "DOUBTFUL", "NOT_FOUND")],
        "rows": [(shown, form.row_field(shown)) for shown in rows],
        "odd_pages": [(number, found) for number, (found, _rows) in enumerate(paper.pages, 1) if found != "READ"],
        "unseen": count_of_rows_unseen(paper),
        "looks": looks_at(paper),
        "is_open": any(shown.is_open for shown in rows),
        "form": form,
    }
    response = render(request, "web/returned_sheet.html", context, status=422 if form.errors else 200)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response
