"""Stock-takes at a page: count blind, then approve what differs."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.stock.care_reasons import CountReason
from logistics.stock.count_models import StockTakeState
from logistics.stock.count_reads import (
    counted,
    get_stock_take,
    is_settled,
    lines_of,
    may_count,
    progress_of,
    visible_stock_takes,
)
from logistics.stock.counts import (
    approve_stock_take,
    count_lots,
    drop_stock_take,
    open_stock_take,
    recount_lots,
)
from logistics.stock.models import CountLine, StockTake
from logistics.web.care_forms import StockTakeForm
from logistics.web.doors import CARERS, OFFICERS, actor_of, for_roles
from logistics.web.pages import is_done, take_step

ROWS_SHOWN = 60
DIGITS_MAX = 10


@for_roles(*CARERS)
def counts(request: HttpRequest) -> HttpResponse:
    """List the stock-takes and begin one."""
    actor = actor_of(request)
    form = StockTakeForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values, opened = form.cleaned_data, []
        if is_done(
            form,
            lambda: opened.append(
                open_stock_take(
                    actor=actor,
                    warehouse=values["warehouse"],
                    item=values["item"],
                    now=timezone.now(),
                    token=values["once"],
                )
            ),
        ):
            return redirect("web:count", stock_take_id=opened[0].id)
    context = {"form": form, "takes": visible_stock_takes(actor.organisation)[:ROWS_SHOWN]}
    return render(request, "web/counts.html", context, status=422 if form.errors else 200)


@for_roles(*CARERS)
def count(request: HttpRequest, stock_take_id: uuid.UUID) -> HttpResponse:
    """Show what is still to count, blind; when all is counted, what differs."""
    actor = actor_of(request)
    take = get_stock_take(stock_take_id=stock_take_id, organisation=actor.organisation)
    if request.method == "POST":
        told = _numbers(request, lines_of(take))
        if told:
            take_step(
                request,
                lambda: count_lots(actor=actor, stock_take=take, counts=told, now=timezone.now()),
                _("Noted. Another person counts the same lots."),
            )
        return redirect("web:count", stock_take_id=stock_take_id)
    lines = lines_of(take)
    is_open = take.state == StockTakeState.OPEN
    context = {
        "take": take,
        "progress": progress_of(lines),
        "waiting": [line for line in lines if is_open and may_count(line, actor.holder_id)],
        "rows": [] if is_open else [_compared(line) for line in lines if is_settled(line)],
        "reasons": CountReason.values,
        "may_decide": bool(actor.person and actor.person.has_role(*OFFICERS)),
    }
    return render(request, "web/count.html", context)


@for_roles(*OFFICERS)
@require_POST
def count_step(request: HttpRequest, stock_take_id: uuid.UUID, step: str) -> HttpResponse:
    """Approve a stock-take, let what differs be counted anew, or drop it."""
    actor = actor_of(request)
    take = get_stock_take(stock_take_id=stock_take_id, organisation=actor.organisation)
    if step == "approve":
        reasons = {line.lot_id: request.POST.get(f"reason-{line.lot_id}", "") for line in lines_of(take)}
        take_step(
            request,
            lambda: approve_stock_take(actor=actor, stock_take=take, reasons=reasons, now=timezone.now()),
            _("Approved and booked."),
        )
    elif step == "recount":
        lots = [line.lot_id for line in _differing(take)]
        take_step(request, lambda: recount_lots(stock_take=take, lots=lots), _("These lots are counted anew."))
    else:
        take_step(
            request,
            lambda: drop_stock_take(actor=actor, stock_take=take, now=timezone.now()),
            _("Dropped; nothing was booked."),
        )
    return redirect("web:count", stock_take_id=stock_take_id)


def _compared(line: CountLine) -> tuple[CountLine, int, int]:
    return line, counted(line), counted(line) - line.expected


def _differing(take: StockTake) -> list[CountLine]:
    return [line for line in lines_of(take) if is_settled(line) and counted(line) != line.expected]


def _numbers(request: HttpRequest, lines: list[Any]) -> dict[uuid.UUID, int]:
    """Read what was written beside each lot; what is no number is refused like an impossible one."""
    texts = {line.lot_id: request.POST.get(f"count-{line.lot_id}", "").strip() for line in lines}
    return {
        lot: int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else -1
        for lot, text in texts.items()
        if text
    }
