"""The auditor's pages: ledgers with filters and downloads, and the trace of any code."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from logistics.codes.reads import get_code
from logistics.donations.reads import get_donation
from logistics.funds.reads import get_fund, visible_funds
from logistics.kernel.refusals import Refusal
from logistics.ledgers.reads import LEDGERS, as_csv, as_json, as_jsonl, get_ledger
from logistics.ledgers.scope import Ledger, LedgerScope, Row
from logistics.ledgers.traces import STAGES, trace_of_gift, trace_of_parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.models import Organisation
from logistics.parties.reads import get_programme, visible_programmes
from logistics.web.doors import AUDITORS, actor_of, for_roles, language
from logistics.web.wording import FIGURES, MONEY_FIGURES

ROWS_PER_PAGE = 50
SHARES_SHOWN = 200
FILES: dict[str, tuple[Callable[[Ledger, LedgerScope], Iterator[bytes]], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "jsonl": (as_jsonl, "application/jsonl"),
}


@for_roles(*AUDITORS)
def ledgers(request: HttpRequest) -> HttpResponse:
    """Lead to the first ledger."""
    return redirect("web:ledger", name="distribution")


@for_roles(*AUDITORS)
def ledger(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show one page of a ledger with its figures, or stream the whole as a file."""
    own = actor_of(request).organisation
    if name not in LEDGERS:
        raise Http404
    try:
        scope = _scope(request.GET.dict(), own)
    except (Refusal, ValueError) as refusal:
        messages.error(request, refusal.message(language()) if isinstance(refusal, Refusal) else _("This is no day."))
        return redirect("web:ledger", name=name)
    form = request.GET.get("format", "")
    if form in FILES:
        write, media_type = FILES[form]
        headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
        return StreamingHttpResponse(write(get_ledger(name), scope), content_type=media_type, headers=headers)
    return render(request, "web/ledger.html", _shown(request, name, scope, own))


def _shown(request: HttpRequest, name: str, scope: LedgerScope, own: Organisation) -> dict[str, object]:
    found, query = get_ledger(name), request.GET.copy()
    query.pop("after", None)
    rows, last = _page(found, scope, request.GET.get("after", ""))
    headings = [column.zh if language() == "zh" else column.name.replace("_", " ") for column in found.columns]
    return {
        "name": name,
        "names": list(LEDGERS),
        "headings": headings,
        "rows": rows,
        "last": last,
        "figures": [
            (key, value, key in MONEY_FIGURES)
            for key, value in found.summary(scope).items()
            if isinstance(value, int) and key in FIGURES
        ],
        "money_columns": [place for place, column in enumerate(found.columns) if "(分)" in column.zh],
        "programmes": visible_programmes(own).order_by("code"),
        "funds": visible_funds(own).order_by("code"),
        "wanted": request.GET,
        "query": query.urlencode(),
        "files": list(FILES),
    }


def _page(found: Ledger, scope: LedgerScope, after: str) -> tuple[list[Row], uuid.UUID | None]:
    try:
        begin = uuid.UUID(after) if after else None
    except ValueError:
        begin = None
    rows: list[Row] = []
    for row in found.rows(scope, begin):
        if len(rows) == ROWS_PER_PAGE:
            return rows, rows[-1].id
        rows.append(row)
    return rows, None


def _scope(wanted: dict[str, Any], own: Organisation) -> LedgerScope:
    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(wanted[name]) if wanted.get(name) else None

    return LedgerScope(
        organisation=own,
        programme=get_programme(code=wanted["programme"], organisation=own) if wanted.get("programme") else None,
        fund=get_fund(code=wanted["fund"], organisation=own) if wanted.get("fund") else None,
        place=wanted.get("place", "").strip(),
        from_on=day("from"),
        to_on=day("to"),
    )


@for_roles(*AUDITORS)
def trace(request: HttpRequest) -> HttpResponse:
    """Ask for a code."""
    code = request.GET.get("code", "").strip()[:200]
    return redirect("web:trace-code", code=code) if code else render(request, "web/trace.html")


@for_roles(*AUDITORS)
def trace_code(request: HttpRequest, code: str) -> HttpResponse:
    """Draw where a gift went, or whose gifts are in a parcel, with amounts that add up."""
    own = actor_of(request).organisation
    try:
        row = get_code(code)
        if row.kind == "ACKNOWLEDGEMENT":
            return render(request, "web/trace_gift.html", _gift(row.subject_id, own))
        parcel = get_parcel(key=str(row.subject_id), organisation=own)
    except Refusal as refusal:
        return render(request, "web/trace.html", {"problem": refusal.message(language()), "code": code}, status=404)
    found = trace_of_parcel(parcel)
    given = sum(gift.value_minor for gift in found.gifts)
    context = {
        "parcel": parcel,
        "gifts": found.gifts[:SHARES_SHOWN],
        "others": found.others,
        "count": len(found.gifts),
        "given": given,
        "total": given + sum(other.value_minor for other in found.others),
    }
    return render(request, "web/trace_parcel.html", context)


def _gift(donation_id: uuid.UUID, own: Organisation) -> dict[str, object]:
    gift = get_donation(donation_id=donation_id, organisation=own)
    found = trace_of_gift(gift)
    sums = found.by_stage()
    return {
        "gift": gift,
        "stages": [(stage, sums[stage]) for stage in STAGES if sums[stage]],
        "purchases": found.purchases,
        "shares": [share for share in found.shares if share.parcel_code][:SHARES_SHOWN],
        "count": len(found.shares),
        "total": sum(sums.values()),
    }
