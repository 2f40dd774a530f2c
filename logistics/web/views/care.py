"""Goods set aside, written off or sold."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.stock.disposal_reads import get_disposal, visible_disposals
from logistics.stock.disposals import approve_disposal, propose_disposal, reject_disposal
from logistics.stock.hold_reads import get_hold, get_lot, visible_holds
from logistics.stock.holds import hold_goods, release_hold
from logistics.stock.reads import get_warehouse
from logistics.stock.recall_reads import visible_recalls
from logistics.web.care_forms import HoldForm, WriteOffForm
from logistics.web.doors import CARERS, OFFICERS, actor_of, for_roles
from logistics.web.pages import is_done, show_form, take_step

ROWS_SHOWN = 60


@for_roles(*CARERS)
def care(request: HttpRequest) -> HttpResponse:
    """Show what is set aside, called back, and proposed to leave."""
    actor = actor_of(request)
    context = {
        "holds": visible_holds(actor.organisation).filter(left__gt=0)[:ROWS_SHOWN],
        "recalls": visible_recalls(actor.organisation)[:ROWS_SHOWN],
        "disposals": visible_disposals(actor.organisation)[:ROWS_SHOWN],
        "me": actor.holder_id,
        "may_decide": bool(actor.person and actor.person.has_role(*OFFICERS)),
    }
    return render(request, "web/care.html", context)


@for_roles(*CARERS)
def hold(request: HttpRequest) -> HttpResponse:
    """Set goods aside."""
    actor = actor_of(request)
    form = HoldForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if is_done(
            form,
            lambda: hold_goods(
                actor=actor,
                **_place(form, actor.organisation),
                quantity=values["quantity"],
                reason=values["reason"],
                note=values["note"],
                now=timezone.now(),
                token=values["once"],
            ),
        ):
            return redirect("web:care")
    return show_form(request, form, _("Set goods aside"), _("Nobody packs or moves them until they are released."))


@for_roles(*CARERS)
def write_off(request: HttpRequest) -> HttpResponse:
    """Propose to write goods off, or to sell them as unfit."""
    actor = actor_of(request)
    form = WriteOffForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if is_done(
            form,
            lambda: propose_disposal(
                actor=actor,
                **_place(form, actor.organisation),
                quantity=values["quantity"],
                reason=values["reason"],
                note=values["note"],
                proceeds_minor=values["proceeds"] or 0,
                buyer=values["buyer"],
                evidence_sha256=values["evidence_sha256"],
                now=timezone.now(),
                token=values["once"],
            ),
        ):
            return redirect("web:care")
    intro = _("Another person approves it. What a buyer pays joins the goods' own fund.")
    return show_form(request, form, _("Write off or sell"), intro)


@for_roles(*CARERS)
@require_POST
def release(request: HttpRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Put goods back on the shelf."""
    actor = actor_of(request)
    found = get_hold(hold_id=hold_id, organisation=actor.organisation)
    take_step(request, lambda: release_hold(actor=actor, hold=found, now=timezone.now()), _("Released."))
    return redirect("web:care")


@for_roles(*OFFICERS)
@require_POST
def write_off_step(request: HttpRequest, disposal_id: uuid.UUID, step: str) -> HttpResponse:
    """Approve or reject a write-off."""
    actor = actor_of(request)
    found = get_disposal(disposal_id=disposal_id, organisation=actor.organisation)
    act, words = (
        (approve_disposal, _("Approved and booked.")) if step == "approve" else (reject_disposal, _("Rejected."))
    )
    take_step(request, lambda: act(actor=actor, disposal=found, now=timezone.now()), words)
    return redirect("web:care")


def _place(form: HoldForm, own: Any) -> dict[str, Any]:
    """Find what was chosen: a lot in a warehouse, or what lies on a hold."""
    code, key = form.chosen()
    if code == "hold":
        held = get_hold(hold_id=key, organisation=own)
        return {"warehouse": held.warehouse, "lot": held.lot, "hold": held}
    return {"warehouse": get_warehouse(code=code, organisation=own), "lot": get_lot(lot_id=key, organisation=own)}
