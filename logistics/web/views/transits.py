"""Goods and money on the way: send, and say what came."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.stock.arrivals import ENDS, Arrival
from logistics.stock.hand_downs import Goods, confirm_hand_down, send_hand_down
from logistics.stock.models import TransitLine
from logistics.stock.moves import receive_move, send_move
from logistics.stock.transit import left_of
from logistics.stock.transit_reads import (
    get_hand_down,
    get_move,
    is_receivers_side,
    visible_hand_downs,
    visible_moves,
)
from logistics.storage.rows import new_id
from logistics.web.care_forms import GoodsDownForm, GoodsLineForms, MoneyDownForm, MoveForm
from logistics.web.doors import CARERS, OFFICERS, actor_of, for_roles
from logistics.web.pages import filled, is_done, show_form, take_step

ROWS_SHOWN = 60
DIGITS_MAX = 15


@for_roles(*CARERS)
def transits(request: HttpRequest) -> HttpResponse:
    """List what is on the way and what came lately."""
    actor = actor_of(request)
    own = actor.organisation
    context = {
        "moves": visible_moves(own)[:ROWS_SHOWN],
        "hand_downs": visible_hand_downs(own)[:ROWS_SHOWN],
        "is_officer": bool(actor.person and actor.person.has_role(*OFFICERS)),
    }
    return render(request, "web/transits.html", context)


@for_roles(*CARERS)
def move(request: HttpRequest) -> HttpResponse:
    """Send goods to another warehouse."""
    actor = actor_of(request)
    form = MoveForm(request.POST or None, organisation=actor.organisation)
    lines = GoodsLineForms(request.POST or None, prefix="line")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        values = form.cleaned_data
        if is_done(
            form,
            lambda: send_move(
                actor=actor,
                origin=values["warehouse"],
                destination=values["to"],
                fund=values["fund"],
                lines=_goods(lines),
                note=values["note"],
                now=timezone.now(),
                token=values["once"],
            ),
        ):
            return redirect("web:transits")
    intro = _("They lie in transit until the other warehouse says what came.")
    return show_form(request, form, _("Move goods"), intro, lines=lines)


@for_roles(*CARERS)
def goods_down(request: HttpRequest) -> HttpResponse:
    """Hand goods down."""
    actor = actor_of(request)
    form = GoodsDownForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    lines = GoodsLineForms(request.POST or None, prefix="line")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        values = form.cleaned_data
        goods = Goods(values["warehouse"], values["to"], _goods(lines))
        if is_done(form, lambda: _send(request, values, values["to"].organisation, goods=goods)):
            return redirect("web:transits")
    intro = _("The warehouse that they come to says to whom. Its body confirms what came.")
    return show_form(request, form, _("Hand goods down"), intro, lines=lines)


@for_roles(*OFFICERS)
def money_down(request: HttpRequest) -> HttpResponse:
    """Hand money down."""
    actor = actor_of(request)
    form = MoneyDownForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if is_done(form, lambda: _send(request, values, values["to"], amount_minor=values["amount"])):
            return redirect("web:transits")
    intro = _("The fund and its terms go with the money. The body below confirms what came.")
    return show_form(request, form, _("Hand money down"), intro)


@for_roles(*CARERS)
def one_move(request: HttpRequest, move_id: uuid.UUID) -> HttpResponse:
    """Show a move, and say what came of it."""
    actor = actor_of(request)
    found = get_move(move_id=move_id, organisation=actor.organisation)
    if request.method == "POST":
        told = _told(request, found.lines.order_by("id"))
        take_step(
            request,
            lambda: receive_move(actor=actor, move=found, arrivals=told, now=timezone.now(), token=_token(request)),
            _("Recorded."),
        )
        return redirect("web:move", move_id=move_id)
    context = {"title": _("Move"), "from": found.origin.code, "to": found.destination.code, "ends": ENDS}
    return _shown(request, found, context)


@for_roles(*CARERS)
def one_hand_down(request: HttpRequest, hand_down_id: uuid.UUID) -> HttpResponse:
    """Show a hand-down, and confirm what came of it."""
    actor = actor_of(request)
    found = get_hand_down(hand_down_id=hand_down_id, organisation=actor.organisation)
    is_receiver = is_receivers_side(found, actor.organisation)
    if request.method == "POST":
        told = _told(request, found.lines.order_by("id"))
        take_step(
            request,
            lambda: confirm_hand_down(
                actor=actor, hand_down=found, arrivals=told, now=timezone.now(), token=_token(request)
            ),
            _("Recorded."),
        )
        return redirect("web:hand-down", hand_down_id=hand_down_id)
    context = {"title": _("Hand-down"), "from": found.organisation.code, "to": found.receiver.code}
    ends = ENDS[:3] if is_receiver else ENDS[1:]
    return _shown(request, found, {**context, "ends": ends})


def _send(request: HttpRequest, values: dict[str, Any], receiver: Any, **what: Any) -> None:
    send_hand_down(
        actor=actor_of(request),
        fund=values["fund"],
        receiver=receiver,
        evidence_sha256=values["evidence_sha256"],
        note=values["note"],
        reference=str(values["once"]),
        now=timezone.now(),
        **what,
    )


def _shown(request: HttpRequest, row: Any, context: dict[str, Any]) -> HttpResponse:
    lines = [(line, left_of(line)) for line in row.lines.select_related("item").order_by("id")]
    return render(request, "web/transit.html", {"row": row, "lines": lines, "once": new_id(), **context})


def _goods(lines: Any) -> list[Any]:
    return [(line["item"], line["quantity"]) for line in filled(lines)]


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return new_id()


def _told(request: HttpRequest, lines: Any) -> list[Arrival] | None:
    """Read what was written of each line; with the button for all, everything came."""
    if "all" in request.POST:
        return None
    return [_arrival(request, line) for line in lines]


def _arrival(request: HttpRequest, line: TransitLine) -> Arrival:
    texts = {end: request.POST.get(f"{line.id}-{end}", "").strip() for end in ENDS}
    # What is no number is more than was ever sent, and so it is refused in words.
    counts = {end: _whole(text) for end, text in texts.items() if text}
    return Arrival(**counts)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else 10**DIGITS_MAX
