"""Lists of households: hand in, look at what was read, family by family and masked, and record those you choose."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.identity import masked_name, masked_number
from logistics.kernel.refusals import Refusal
from logistics.press.household_import_models import HouseholdImportRow, PersonOutcome
from logistics.press.import_models import ImportStage
from logistics.press.imports.families import Place
from logistics.press.imports.household_jobs import (
    ask_to_import_households,
    ask_to_record_households,
    counts_of_household_import,
    get_household_import,
    rows_of_household_import,
    said_of_row,
    visible_household_imports,
)
from logistics.press.imports.household_templates import households_template
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.household_import_forms import ChosenFamiliesForm, HouseholdImportForm
from logistics.web.views.imports import XLSX_TYPE

FAMILIES_PER_PAGE, IMPORTS_PER_PAGE = 25, 20
REFRESH_SECONDS = 1
_OPEN = (PersonOutcome.NEW, PersonOutcome.TWIN)


@for_roles(*OFFICERS)
def household_imports(request: HttpRequest) -> HttpResponse:
    """Hand in a list, and show what was handed in."""
    actor = actor_of(request)
    initial = {"division_code": actor.organisation.division_code}
    form = HouseholdImportForm(
        request.POST or None, request.FILES or None, organisation=actor.organisation, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            job = ask_to_import_households(
                actor=actor,
                data=values["file"].read(),
                name=values["file"].name,
                place=Place(values["township"], values["division_code"]),
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:household-import", job_id=job.id)
    rows = visible_household_imports(actor.organisation)
    page = Paginator(rows, IMPORTS_PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    return render(request, "web/household_imports.html", {"form": form, "page": page}, status=status)


@for_roles(*OFFICERS)
def household_template(request: HttpRequest) -> HttpResponse:
    """Give the empty list that people fill in."""
    name, data = households_template(language())
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(data, content_type=XLSX_TYPE, headers=headers)


@for_roles(*OFFICERS)
def household_import(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Show how far a list is; then each family with its faults, to choose."""
    job = get_household_import(job_id=job_id, organisation=actor_of(request).organisation)
    is_running = job.state in {"QUEUED", "RUNNING"}
    counts = counts_of_household_import(job)
    wanted = request.GET.get("families", "")
    wanted = wanted if wanted in counts else ""
    rows = rows_of_household_import(job, wanted)
    numbers = rows.order_by("family").values_list("family", flat=True).distinct()
    page = Paginator(numbers, FAMILIES_PER_PAGE).get_page(request.GET.get("page"))
    families: dict[int, list[HouseholdImportRow]] = {number: [] for number in page}
    for row in rows.filter(family__in=list(families)):
        families[row.family].append(row)
    context = {
        "job": job,
        "is_running": is_running,
        "is_recording": job.stage == ImportStage.RECORD,
        "problem": job.problem[language()] if job.problem else "",
        "counts": [(outcome, counts[outcome]) for outcome in PersonOutcome.values if outcome in counts],
        "new": counts.get(PersonOutcome.NEW, 0),
        "can_choose": not is_running and any(outcome in counts for outcome in _OPEN),
        "wanted": wanted,
        "query": f"families={wanted}" if wanted else "",
        "page": page,
        "families": [_shown(number, group, is_running=is_running) for number, group in families.items()],
    }
    response = render(request, "web/household_import.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*OFFICERS)
@require_POST
def household_import_record(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Record all new families of a list, or the chosen ones."""
    actor = actor_of(request)
    job = get_household_import(job_id=job_id, organisation=actor.organisation)
    numbers = rows_of_household_import(job).filter(outcome__in=_OPEN).order_by("family")
    form = ChosenFamiliesForm(request.POST, numbers=list(numbers.values_list("family", flat=True).distinct()))
    try:
        if form.is_valid():
            ask_to_record_households(actor=actor, job=job, families=form.chosen(), now=timezone.now())
        else:
            messages.error(request, _("Some of these households are no longer new."))
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
    return redirect("web:household-import", job_id=job_id)


def _shown(number: int, rows: list[HouseholdImportRow], *, is_running: bool) -> dict[str, object]:
    first = rows[0]
    return {
        "number": number,
        "outcome": first.outcome,
        "is_open": first.outcome in _OPEN and not is_running,
        "is_ticked": first.outcome == PersonOutcome.NEW,
        "household": first.household,
        "rows": [_shown_row(row) for row in rows],
    }


def _shown_row(row: HouseholdImportRow) -> dict[str, object]:
    said = said_of_row(row)
    return {
        "number": row.number,
        "name": masked_name(said.name),
        "relation": said.relation,
        "identity_number": masked_number(said.identity_number),
        "has_formula": said.has_formula,
        "faults": [
            f"{fault['column']}: {fault[language()]}" if fault["column"] else fault[language()] for fault in row.faults
        ],
    }
