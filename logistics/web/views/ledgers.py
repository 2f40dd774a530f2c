"""The ledgers: pages with filters and figures, and the whole as a file in every format."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.funds.reads import visible_funds
from logistics.kernel.refusals import Refusal
from logistics.ledgers.formats import file_name, formats_of, get_format
from logistics.ledgers.reads import LEDGERS, get_ledger, scope_for
from logistics.ledgers.scope import Cell, Column, Ledger, LedgerScope, Row
from logistics.parties.models import Organisation
from logistics.parties.reads import visible_programmes
from logistics.web.doors import AUDITORS, actor_of, for_roles, language
from logistics.web.wording import FIGURES, MONEY_FIGURES

ROWS_PER_PAGE = 50
# Kept on the way from a figure to its entries.
_KEPT = ("programme", "from", "to", "as_of", "known_at")
_ENTRIES = frozenset({"entry", "reverses", "origin"})
_TRACED = frozenset({"parcel", "donation"})


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
    form = request.GET.get("format", "")
    try:
        scope = _scope(request.GET.dict(), own).require_settled(timezone.now()).bound_to(actor_of(request))
        chosen = get_format(name, form) if form else None
    except (Refusal, ValueError) as refusal:
        messages.error(request, refusal.message(language()) if isinstance(refusal, Refusal) else _("This is no day."))
        return redirect("web:ledger", name=name)
    if chosen is not None:
        headers = {"Content-Disposition": f'attachment; filename="{file_name(name, form)}"'}
        parts = chosen.write(get_ledger(name), scope)
        return StreamingHttpResponse(parts, content_type=chosen.media_type, headers=headers)
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
        "rows": [_shown_cells(name, found.columns, row, request.GET) for row in rows],
        "last": last,
        "figures": [
            (key, value, key in MONEY_FIGURES)
            for key, value in found.summary(scope).items()
            if isinstance(value, int) and key in FIGURES
        ],
        "programmes": visible_programmes(own).order_by("code"),
        "funds": visible_funds(own).order_by("code"),
        "wanted": request.GET,
        "query": query.urlencode(),
        "files": list(formats_of(name)),
    }


class ShownCell(NamedTuple):
    """A cell of the page: what it says, and where it leads."""

    value: Cell
    is_money: bool
    address: str


def _shown_cells(name: str, columns: Sequence[Column], row: Row, wanted: Mapping[str, str]) -> list[ShownCell]:
    told = {column.name: cell for column, cell in zip(columns, row.cells, strict=True)}
    return [
        ShownCell(cell, column.is_money, _address(name, column.name, told, wanted) if cell else "")
        for column, cell in zip(columns, row.cells, strict=True)
    ]


def _address(name: str, column: str, told: Mapping[str, Cell], wanted: Mapping[str, str]) -> str:
    """Say where a cell leads: an entry, a trace, or the entries behind a figure."""
    if column in _ENTRIES:
        return reverse("web:entry", args=[told[column]])
    if column in _TRACED:
        return reverse("web:trace-code", args=[told[column]])
    if name == "funds" and column == "fund":
        return _journal(wanted, fund=told["fund"])
    if name == "trial-balance" and column == "account_kind":
        return _journal(wanted, fund=wanted.get("fund", ""), account_kind=told["account_kind"], item=told["commodity"])
    return ""


def _journal(wanted: Mapping[str, str], **narrow: Cell) -> str:
    kept = {key: wanted[key] for key in _KEPT if wanted.get(key)} | {
        key: value for key, value in narrow.items() if value
    }
    return f"{reverse('web:ledger', args=['journal'])}?{urlencode(kept)}"


def _page(found: Ledger, scope: LedgerScope, after: str) -> tuple[list[Row], uuid.UUID | None]:
    try:
        begin = uuid.UUID(after) if after else None
    except ValueError:
        begin = None
    rows = list(islice(found.rows(scope, begin), ROWS_PER_PAGE + 1))
    return (rows[:ROWS_PER_PAGE], rows[ROWS_PER_PAGE - 1].id) if len(rows) > ROWS_PER_PAGE else (rows, None)


def _scope(wanted: Mapping[str, str], own: Organisation) -> LedgerScope:
    """Read the filters. Refuses unknown codes, and raises ValueError for days and moments that are none."""

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(wanted[name]) if wanted.get(name) else None

    return scope_for(
        own=own,
        programme=wanted.get("programme", ""),
        fund=wanted.get("fund", ""),
        place=wanted.get("place", "").strip(),
        account_kind=wanted.get("account_kind", ""),
        item=wanted.get("item", ""),
        from_on=day("from"),
        to_on=day("to"),
        as_of=day("as_of"),
        known_at=_moment(wanted.get("known_at", "")),
    )


def _moment(text: str) -> dt.datetime | None:
    """Read a moment as a browser writes it, in the time of China, or with an offset."""
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)
