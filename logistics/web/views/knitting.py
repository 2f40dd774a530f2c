"""Knit with Love: who knits, who holds how much yarn, and what comes of it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.kernel.refusals import Refusal
from logistics.stock.knitters import register_knitter, standing_knitters, yarn_held
from logistics.stock.knitting import (
    YarnInput,
    move_yarn_out,
    receive_garments,
    receive_yarn_back,
    record_yarn_lost,
)
from logistics.stock.money_models import YarnMove, YarnMoveKind
from logistics.web.doors import OFFICERS, PACKERS, actor_of, explain, for_roles
from logistics.web.knitting_forms import KnitterForm, YarnForm

KNITTERS_SHOWN = 500
_ACTS: Mapping[str, Callable[..., tuple[YarnMove, bool]]] = {
    YarnMoveKind.OUT: move_yarn_out,
    YarnMoveKind.GARMENTS: receive_garments,
    YarnMoveKind.BACK: receive_yarn_back,
    YarnMoveKind.LOST: record_yarn_lost,
}


@for_roles(*PACKERS)
def knitting(request: HttpRequest) -> HttpResponse:
    """Show who holds yarn, and record what happens to it."""
    actor = actor_of(request)
    form = YarnForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        try:
            _ACTS[form.cleaned_data["kind"]](actor=actor, yarn=_yarn(form.cleaned_data), now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect("web:knitting")
    context = {
        "form": form,
        "knitter_form": KnitterForm(organisation=actor.organisation, auto_id="knitter_%s"),
        "may_order": actor.person is not None and actor.person.has_role(*OFFICERS),
        "held": list(yarn_held(actor.organisation)),
        "knitters": standing_knitters(actor.organisation)[:KNITTERS_SHOWN],
    }
    return render(request, "web/knitting.html", context, status=422 if form.errors else 200)


@for_roles(*PACKERS)
@require_POST
def knitter(request: HttpRequest) -> HttpResponse:
    """Register a volunteer who knits."""
    actor = actor_of(request)
    form = KnitterForm(request.POST, organisation=actor.organisation)
    if form.is_valid():
        row = register_knitter(actor=actor, name=form.cleaned_data["name"], token=form.cleaned_data["once"])
        messages.success(request, f"{_('Registered.')} {row.reference}")
    else:
        messages.error(request, _("Write the volunteer's name."))
    return redirect("web:knitting")


def _yarn(values: Mapping[str, Any]) -> YarnInput:
    is_garments = values["kind"] == YarnMoveKind.GARMENTS
    return YarnInput(
        knitter=values["knitter"],
        fund=values["fund"],
        yarn=values["yarn"],
        quantity=values["quantity"],
        happened_at=values["happened_on"],
        reference=str(values["once"]),
        warehouse=values["warehouse"],
        garment=values["garment"] if is_garments else None,
        garments=values["garments"] if is_garments else 0,
    )
