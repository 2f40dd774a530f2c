"""The keeper's pages: what lies there, goods in, kits, parcels."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.households.access import townships_of
from logistics.kernel.refusals import Refusal
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.reads import recipients_without_parcel
from logistics.parties.actions import NewDonor
from logistics.parties.models import Programme
from logistics.parties.reads import get_programme, visible_programmes
from logistics.stock.actions import assemble_kits
from logistics.stock.models import KitRecipe
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.stock.reads import stock_rows
from logistics.stock.receipts import record_prepaid_purchase
from logistics.stock.valuation import ValueBasis
from logistics.web.doors import KEEPERS, OFFICERS, PACKERS, actor_of, explain, for_roles
from logistics.web.fields import offer
from logistics.web.forms import AssembleForm, LineForms, PlanForm, PurchaseForm, ReceiveForm


@for_roles(*PACKERS)
def stock(request: HttpRequest) -> HttpResponse:
    """Show what lies in the warehouses, by lot, first expired first."""
    rows = list(stock_rows(organisation=actor_of(request).organisation))
    return render(request, "web/stock.html", {"rows": rows, "value": sum(row.value_minor or 0 for row in rows)})


@for_roles(*KEEPERS)
def receive(request: HttpRequest) -> HttpResponse:
    """Take in goods that were given."""
    actor = actor_of(request)
    form = ReceiveForm(request.POST or None, organisation=actor.organisation)
    lines = LineForms(request.POST or None, prefix="line")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        values = form.cleaned_data
        try:
            gift, _is_new = record_goods_donation(
                actor=actor,
                programme=values["fund"].programme,
                fund=values["fund"],
                donor=NewDonor(values["donor_kind"], values["donor_name"]),
                warehouse=values["warehouse"],
                received_at=values["received_on"],
                reference=str(values["once"]),
                lines=[_given(line) for line in _filled(lines)],
                counted_by=[values["counted_by"]] if values["counted_by"] else [],
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Received. The code of the gift is %(code)s.") % {"code": gift.code.text})
            return redirect("web:stock")
    return _form(request, form, _("Receive goods"), _("Goods that were given cross our door."), lines=lines)


@for_roles(*OFFICERS)
def purchase(request: HttpRequest) -> HttpResponse:
    """Buy goods with the money of one fund."""
    actor = actor_of(request)
    form = PurchaseForm(request.POST or None, organisation=actor.organisation)
    lines = LineForms(request.POST or None, prefix="line", form_kwargs={"has_basis": False})
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        values = form.cleaned_data
        try:
            record = record_prepaid_purchase if values["is_prepaid"] else record_purchase
            record(
                actor=actor,
                fund=values["fund"],
                supplier=values["supplier"],
                warehouse=values["warehouse"],
                purchased_at=values["purchased_on"],
                lines=[
                    PurchaseLineInput(
                        line["item"], line["quantity"], line["line_total"] or 0, line["expires_on"], line["batch"]
                    )
                    for line in _filled(lines)
                ],
                invoice=values["invoice"],
                reference=str(values["once"]),
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            if values["is_prepaid"]:
                messages.success(request, _("Paid. Record here what comes."))
                return redirect("web:purchases")
            messages.success(request, _("Bought. The goods lie in the warehouse."))
            return redirect("web:stock")
    return _form(
        request,
        form,
        _("Record a purchase"),
        _("Each line becomes a lot that knows whose money paid for it."),
        lines=lines,
    )


@for_roles(*KEEPERS)
def assemble(request: HttpRequest) -> HttpResponse:
    """Make kits."""
    actor = actor_of(request)
    form = AssembleForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = assemble_kits(
                actor=actor,
                recipe=values["recipe"],
                warehouse=values["warehouse"],
                fund=values["fund"],
                quantity=values["quantity"],
                now=timezone.now(),
                token=values["once"],
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            words = ngettext("%(n)s kit is ready.", "%(n)s kits are ready.", made.quantity) % {"n": made.quantity}
            messages.success(request, words)
            return redirect("web:plan")
    return _form(
        request, form, _("Assemble kits"), _("Items of one fund become kits; what expires first goes in first.")
    )


@for_roles(*PACKERS)
def plan(request: HttpRequest) -> HttpResponse:
    """Choose a programme and a township, then the families, and plan a parcel for each."""
    actor = actor_of(request)
    open_ones = visible_programmes(actor.organisation).filter(is_open=True, kit_recipes__isnull=False)
    programmes = open_ones.distinct().order_by("code")
    townships = townships_of(actor.organisation)
    code = request.GET.get("programme") or (programmes[0].code if programmes else "")
    if not code:
        return render(request, "web/plan.html", {"programmes": programmes, "townships": townships})
    try:
        programme = get_programme(code=code, organisation=actor.organisation)
    except Refusal:
        return redirect("web:plan")
    township = request.GET.get("township") or (townships[0] if townships else "")
    whom = {str(_id_of(one)): one for one in recipients_without_parcel(actor.organisation, programme, township)}
    form = PlanForm(request.POST or None, organisation=actor.organisation, initial={"township": township})
    recipes = KitRecipe.objects.filter(programme=programme)
    offer(form, whom=[(key, _said(one)) for key, one in whom.items()], recipe=recipes)
    if request.method == "POST" and form.is_valid():
        try:
            parcels = _planned(request, programme, form.cleaned_data, whom)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            words = ngettext("%(n)s parcel is planned.", "%(n)s parcels are planned.", parcels) % {"n": parcels}
            messages.success(request, words)
            return redirect("web:labels")
    context = {
        "form": form,
        "programmes": programmes,
        "programme": programme,
        "townships": townships,
        "township": township,
    }
    return render(request, "web/plan.html", context, status=422 if form.errors else 200)


def _planned(request: HttpRequest, programme: Programme, values: dict[str, Any], whom: dict[str, Recipient]) -> int:
    chosen = [whom[key] for key in values["whom"]]
    parcels = plan_parcels(
        actor=actor_of(request),
        programme=programme,
        warehouse=values["warehouse"],
        recipe=values["recipe"],
        fund=values["fund"],
        recipients=chosen or None,
        count=values["count"] or 0,
        batch=values["batch"],
        township=values["township"],
        now=timezone.now(),
        token=values["once"],
    )
    return len(parcels)


def _id_of(recipient: Recipient) -> uuid.UUID:
    return recipient.beneficiary.id if recipient.beneficiary else recipient.household.id


def _said(recipient: Recipient) -> str:
    # References only: whoever packs need not know names.
    parts = [recipient.household.reference, recipient.beneficiary.reference if recipient.beneficiary else ""]
    return " · ".join(filter(None, parts))


def _filled(lines: Any) -> Sequence[dict[str, Any]]:
    return [line.cleaned_data for line in lines if line.cleaned_data.get("item")]


def _given(line: dict[str, Any]) -> LineInput:
    return LineInput(
        line["item"],
        line["quantity"],
        line["basis"] or ValueBasis.NONE,
        line["line_total"],
        line["expires_on"],
        line["batch"],
    )


def _form(request: HttpRequest, form: Any, title: str, intro: str, *, lines: Any = None) -> HttpResponse:
    is_refused = bool(form.errors) or bool(lines is not None and lines.is_bound and not lines.is_valid())
    context = {"form": form, "title": title, "intro": intro, "lines": lines}
    return render(request, "web/form.html", context, status=422 if is_refused else 200)
