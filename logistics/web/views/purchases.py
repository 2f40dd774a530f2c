"""Purchases that are paid first: what is still to come, receipts, and what suppliers pay back."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.kernel.refusals import Refusal
from logistics.stock.price_refunds import record_price_refund
from logistics.stock.purchase_reads import get_purchase, visible_purchases
from logistics.stock.receipts import ReceiptLine, receive_purchase
from logistics.web.doors import OFFICERS, PACKERS, actor_of, explain, for_roles
from logistics.web.money_forms import PriceRefundForm, ReceiptForm

ROWS_PER_PAGE = 50


@for_roles(*PACKERS, *OFFICERS)
def purchases(request: HttpRequest) -> HttpResponse:
    """List purchases, newest first, with what is still to come."""
    actor = actor_of(request)
    rows = visible_purchases(actor.organisation).prefetch_related("lines__item")
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    may_record = actor.person is not None and actor.person.has_role(*OFFICERS)
    return render(request, "web/purchases.html", {"page": page, "may_record": may_record})


@for_roles(*PACKERS, *OFFICERS)
def receipt(request: HttpRequest, purchase_id: uuid.UUID) -> HttpResponse:
    """Receive goods of a purchase that was paid first."""
    actor = actor_of(request)
    purchase = get_purchase(purchase_id=purchase_id, organisation=actor.organisation)
    form = ReceiptForm(request.POST or None, purchase=purchase, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            receive_purchase(
                actor=actor,
                purchase=purchase,
                lines=[ReceiptLine(line, quantity, price) for line, quantity, price in form.came()],
                invoice=values["invoice"],
                received_at=values["happened_on"],
                reference=str(values["once"]),
                may_pay_more=values["may_pay_more"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Received. The goods are in the warehouse."))
            return redirect("web:purchases")
    context = {
        "form": form,
        "title": _("Receive what was paid first"),
        "intro": _("Write how many of each came; what is empty is still to come."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def price_refund(request: HttpRequest, purchase_id: uuid.UUID) -> HttpResponse:
    """Record what a supplier paid back."""
    actor = actor_of(request)
    purchase = get_purchase(purchase_id=purchase_id, organisation=actor.organisation)
    form = PriceRefundForm(request.POST or None, request.FILES or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_price_refund(
                actor=actor,
                purchase=purchase,
                amount_minor=values["amount"],
                refunded_at=values["happened_on"],
                reason=values["reason"],
                evidence_sha256=values["evidence_sha256"],
                reference=str(values["once"]),
                now=timezone.now(),
            )
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Recorded. The money is back in its fund."))
            return redirect("web:purchases")
    context = {
        "form": form,
        "title": _("The supplier paid back"),
        "intro": _("Money that was not used goes back to the fund, and the gifts it is of are unspent again."),
    }
    return render(request, "web/form.html", context, status=422 if form.errors else 200)
