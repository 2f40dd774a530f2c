"""Files of gifts and bank statements: hand in, look at what was read, and record the rows that you choose."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.press.import_models import ImportKind, ImportRow, ImportStage, RowOutcome
from logistics.press.imports.jobs import ask_to_import, ask_to_record, missing_at_bank, said_of
from logistics.press.imports.reads import counts_of_import, get_import, rows_of_import, visible_imports
from logistics.press.imports.templates import gifts_template
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.import_forms import ChosenRowsForm, ImportForm

ROWS_PER_PAGE, IMPORTS_PER_PAGE = 50, 20
REFRESH_SECONDS = 1
MISSING_SHOWN = 200
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@for_roles(*OFFICERS)
def imports(request: HttpRequest) -> HttpResponse:
    """Hand in a file, and list what was handed in."""
    actor = actor_of(request)
    form = ImportForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            job = ask_to_import(
                actor=actor,
                kind=values["kind"],
                data=values["file"].read(),
                name=values["file"].name,
                programme=values["programme"],
                fund=values["fund"],
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:import", job_id=job.id)
    page = Paginator(visible_imports(actor.organisation), IMPORTS_PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(request, "web/imports.html", {"form": form, "page": page}, status=status)


@for_roles(*OFFICERS)
def import_template(request: HttpRequest) -> HttpResponse:
    """Give the empty file that people fill in."""
    _name, data = gifts_template(language())
    headers = {"Content-Disposition": 'attachment; filename="gifts-template.xlsx"'}
    return HttpResponse(data, content_type=XLSX_TYPE, headers=headers)


@for_roles(*OFFICERS)
def import_file(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a file is; then each row with its faults, to choose."""
    job = get_import(job_id=job_id, organisation=actor_of(request).organisation)
    is_running = job.state in {"QUEUED", "RUNNING"}
    counts = counts_of_import(job)
    wanted = request.GET.get("rows", "")
    wanted = wanted if wanted in counts else ""
    page = Paginator(rows_of_import(job, wanted), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    missing = [] if is_running else missing_at_bank(job)
    context = {
        "job": job,
        "is_running": is_running,
        "is_recording": job.stage == ImportStage.RECORD,
        "is_statement": job.kind == ImportKind.STATEMENT,
        "words": "STATEMENT_ROWS" if job.kind == ImportKind.STATEMENT else "GIFT_ROWS",
        "problem": job.problem[language()] if job.problem else "",
        "counts": [(outcome, counts[outcome]) for outcome in RowOutcome.values if outcome in counts],
        "new": counts.get(RowOutcome.NEW, 0),
        "wanted": wanted,
        "query": f"rows={wanted}" if wanted else "",
        "page": page,
        "rows": [_shown(row) for row in page],
        "missing": missing[:MISSING_SHOWN],
        "missing_count": len(missing),
    }
    response = render(request, "web/import.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*OFFICERS)
@require_POST
def import_record(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Record all new rows of a file, or the chosen ones."""
    actor = actor_of(request)
    job = get_import(job_id=job_id, organisation=actor.organisation)
    numbers = list(rows_of_import(job, RowOutcome.NEW).values_list("number", flat=True))
    form = ChosenRowsForm(request.POST, numbers=numbers)
    try:
        if form.is_valid():
            ask_to_record(actor=actor, job=job, numbers=form.chosen(), now=timezone.now())
        else:
            messages.error(request, _("Some of these rows are no longer new."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:import", job_id=job_id)


def _shown(row: ImportRow) -> dict[str, object]:
    said = said_of(row)
    return {
        "row": row,
        "said": said,
        "is_open": row.outcome == RowOutcome.NEW and row.job.state == "DONE",
        "faults": [
            f"{fault['column']}: {fault[language()]}" if fault["column"] else fault[language()] for fault in row.faults
        ],
    }
