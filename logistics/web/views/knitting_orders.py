"""Knitting orders: a garment for one child's measures, from the yarn to the parcel; the knitter never learns whose."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.reads import MemberMissing, get_recipient
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcel
from logistics.parties.actors import Actor
from logistics.stock.knitting import YarnInput
from logistics.volunteering.access import visible_orders
from logistics.volunteering.knitted import (
    get_order,
    issue_yarn,
    knitter_of,
    receive_garment,
    record_garment_packed,
    report_measures,
)
from logistics.volunteering.knitting_models import KnittingOrder, KnittingState
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.forms import PageForm
from logistics.web.helping_wording import MEASURE_WORDS
from logistics.web.knitting_order_forms import MeasuresForm, OrderParcelForm, UsedYarnForm, YarnOutForm
from logistics.web.pages import is_done

ORDERS_PER_PAGE = 50
# What is next in each state: the step and its form.
_NEXT: Mapping[str, tuple[str, type[PageForm]]] = {
    KnittingState.ASKED: ("yarn", YarnOutForm),
    KnittingState.KNITTING: ("garment", UsedYarnForm),
    KnittingState.RECEIVED: ("parcel", OrderParcelForm),
}


@for_roles(*OFFICERS)
def knitting_orders(request: HttpRequest) -> HttpResponse:
    """List orders, the longest waiting first, and write one down."""
    actor = actor_of(request)
    form = MeasuresForm(request.POST or None, organisation=actor.organisation)
    if form.is_valid() and is_done(form, lambda: _report(actor, form)):
        messages.success(request, _("Ordered. The knitter sees the number and the measures, not whose they are."))
        return redirect("web:knitting-orders")
    state = request.GET.get("state", "")
    rows = visible_orders(actor.organisation)
    rows = rows.filter(state=state) if state in KnittingState.values else rows.exclude(state=KnittingState.GIVEN)
    page = Paginator(rows, ORDERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "states": KnittingState.values, "wanted": state, "query": f"state={state}"}
    return render(request, "web/knitting_orders.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def knitting_order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Show one order and what is next."""
    actor = actor_of(request)
    row = get_order(order_id=order_id, organisation=actor.organisation)
    step, make = _NEXT.get(row.state, ("", None))
    first = _first(row) if step == "garment" else {}
    return _shown(request, row, step, make(organisation=actor.organisation, initial=first) if make else None)


@for_roles(*OFFICERS)
@require_POST
def knitting_order_step(request: HttpRequest, order_id: uuid.UUID, step: str) -> HttpResponse:
    """Take the next step with an order."""
    actor = actor_of(request)
    row = get_order(order_id=order_id, organisation=actor.organisation)
    make = next((form for name, form in _NEXT.values() if name == step), None)
    if make is None:
        raise Http404
    form = make(request.POST, organisation=actor.organisation)
    if form.is_valid() and is_done(form, lambda: _STEPS[step](actor, row, form.cleaned_data)):
        messages.success(request, _("Done."))
        return redirect("web:knitting-order", order_id=row.id)
    return _shown(request, row, step, form)


def _shown(request: HttpRequest, row: KnittingOrder, step: str, form: PageForm | None) -> HttpResponse:
    context = {
        "order": row,
        "step": step,
        "form": form,
        "measures": [(MEASURE_WORDS[name], value) for name, value in row.measures.items()],
        "parcel": Parcel.objects.select_related("code").filter(id=row.parcel_id).first() if row.parcel_id else None,
    }
    return render(request, "web/knitting_order.html", context, status=422 if form is not None and form.errors else 200)


def _report(actor: Actor, form: MeasuresForm) -> KnittingOrder:
    said = form.cleaned_data
    _household, member = get_recipient(reference=said["recipient"], organisation=actor.organisation)
    if member is None:
        raise MemberMissing(member=said["recipient"], pointer="/recipient")
    return report_measures(
        actor=actor, member=member, garment=said["garment"], measures=form.measures(), now=timezone.now()
    )


def _first(row: KnittingOrder) -> dict[str, Any]:
    """Offer what went out: mostly all of it went into the garment."""
    out = row.yarn_out
    assert out is not None, "who knits has yarn"
    warehouse = out.warehouse.code if out.warehouse else ""
    return {"fund": out.fund.code, "warehouse": warehouse, "yarn": out.yarn.code, "quantity": out.yarn_quantity}


def _yarn(row: KnittingOrder, said: Mapping[str, Any]) -> YarnInput:
    return YarnInput(
        knitter=said.get("knitter") or knitter_of(row),
        fund=said["fund"],
        yarn=said["yarn"],
        quantity=said["quantity"],
        happened_at=said["happened_on"],
        reference="",
        warehouse=said["warehouse"],
    )


def _pack(row: KnittingOrder, actor: Actor, key: str) -> KnittingOrder:
    parcel = get_parcel(key=key, organisation=actor.organisation)
    return record_garment_packed(order=row, parcel_id=parcel.id, household_id=parcel.household_id)


_STEPS: Mapping[str, Callable[[Actor, KnittingOrder, Mapping[str, Any]], object]] = {
    "yarn": lambda actor, row, said: issue_yarn(actor=actor, order=row, yarn=_yarn(row, said), now=timezone.now()),
    "garment": lambda actor, row, said: receive_garment(
        actor=actor, order=row, yarn=_yarn(row, said), now=timezone.now()
    ),
    "parcel": lambda actor, row, said: _pack(row, actor, said["parcel"]),
}
