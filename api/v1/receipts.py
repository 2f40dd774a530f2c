"""Purchases read, receipts of what was paid first, and what suppliers pay back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import (
    CodeField,
    DayField,
    LineTotalField,
    MomentField,
    MoneyField,
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from api.pages import page_of
from api.v1.stock import PurchaseAnswer, said_purchase
from logistics.stock.models import Purchase, PurchaseReceipt
from logistics.stock.money_models import PriceRefund
from logistics.stock.price_refunds import record_price_refund
from logistics.stock.purchase_reads import get_purchase, lines_to_come
from logistics.stock.purchases import PURCHASE_LINES_MAX
from logistics.stock.receipts import ReceiptLine, receive_purchase

READ, WRITE = ("stock:read", "stock:write"), ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class ReceiptLineField(StrictSerializer):
    """What came of one item."""

    item = CodeField()
    quantity = WholeField(least=1)
    line_total = LineTotalField(
        required=False, allow_null=True, default=None, help_text="The invoiced price; without it the ordered one."
    )
    expires_on = DayField(required=False, allow_null=True, default=None)
    batch = TextField(length=64, required=False, allow_blank=True, default="")


class ReceiptInput(StrictSerializer):
    """Goods of a purchase that was paid first."""

    invoice = TextField(length=64)
    received_at = MomentField()
    reference = TextField(length=120, help_text="The caller's own number for this receipt.")
    lines = serializers.ListField(child=ReceiptLineField(), max_length=PURCHASE_LINES_MAX)
    may_pay_more = TruthField(
        required=False, default=False, help_text="Whether the fund pays the difference where prices rose."
    )


class ReceiptAnswer(serializers.Serializer):
    """Goods that came, and how the purchase stands now."""

    id = serializers.UUIDField()
    purchase = serializers.UUIDField()
    state = serializers.CharField()
    invoice = serializers.CharField()
    received_at = serializers.DateTimeField()
    entry = serializers.UUIDField()
    lines = serializers.ListField(child=serializers.DictField())


class PriceRefundInput(StrictSerializer):
    """What a supplier paid back; without `money` all that waits, because the rest does not come."""

    money = MoneyField(required=False, allow_null=True, default=None)
    refunded_at = MomentField()
    evidence_sha256 = TextField(length=64)
    reason = TextField(length=200, required=False, allow_blank=True, default="")
    reference = TextField(length=120)


class PriceRefundAnswer(serializers.Serializer):
    """What a supplier paid back, and how the purchase stands now."""

    id = serializers.UUIDField()
    purchase = serializers.UUIDField()
    state = serializers.CharField()
    amount = serializers.IntegerField()
    is_rest = serializers.BooleanField()
    entry = serializers.UUIDField()


class OnePurchase(Door):
    """One purchase."""

    scopes = {"GET": READ}

    @documented(
        "Read a purchase",
        "With what has come of each line, and what the supplier paid back.",
        answers={200: PurchaseAnswer},
        tag="stock",
    )
    def get(self, request: Request, purchase_id: uuid.UUID) -> Response:
        """Read."""
        return Response(said_purchase(get_purchase(purchase_id=purchase_id, organisation=self.actor.organisation)))


class Receipts(Door):
    """Receipts of one purchase."""

    scopes, posts_to_books, is_list = {"GET": READ, "POST": WRITE}, True, True

    @documented(
        "List receipts",
        "Of one purchase, newest first.",
        answers={200: paged(ReceiptAnswer, "Receipt")},
        tag="stock",
        query=PAGING,
    )
    def get(self, request: Request, purchase_id: uuid.UUID) -> Response:
        """List."""
        purchase = get_purchase(purchase_id=purchase_id, organisation=self.actor.organisation)
        return page_of(request, purchase.receipts.order_by("-id"), lambda row: _receipt(row, purchase))

    @documented(
        "Receive a purchase",
        "Goods of a purchase that was paid first, all or a part of them: what waits with the supplier pays for them, "
        "so that each lot knows its fen.",
        request=ReceiptInput,
        answers={201: ReceiptAnswer, 200: ReceiptAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, purchase_id: uuid.UUID) -> Response:
        """Receive."""
        data = self.read(ReceiptInput)
        purchase = get_purchase(purchase_id=purchase_id, organisation=self.actor.organisation)
        row, is_new = receive_purchase(
            actor=self.actor,
            purchase=purchase,
            lines=_lines(purchase, data["lines"]),
            invoice=data["invoice"],
            received_at=data["received_at"],
            reference=data["reference"],
            may_pay_more=data["may_pay_more"],
            now=timezone.now(),
        )
        return Response(_receipt(row, row.purchase), status=201 if is_new else 200)


class PriceRefunds(Door):
    """What suppliers pay back of one purchase."""

    scopes, posts_to_books = {"POST": WRITE}, True

    @documented(
        "Record a price refund",
        "The price was lower, or the rest does not come. Money that was not used goes back to the same fund as the "
        "very units it was, so the gifts they are of are unspent again.",
        request=PriceRefundInput,
        answers={201: PriceRefundAnswer, 200: PriceRefundAnswer},
        problems=PROBLEMS,
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request, purchase_id: uuid.UUID) -> Response:
        """Record."""
        data = self.read(PriceRefundInput)
        purchase = get_purchase(purchase_id=purchase_id, organisation=self.actor.organisation)
        if data["money"] and data["money"]["currency"] != purchase.currency:
            raise serializers.ValidationError({"money": [f"The purchase is in {purchase.currency}."]})
        row, is_new = record_price_refund(
            actor=self.actor,
            purchase=purchase,
            amount_minor=data["money"]["amount"] if data["money"] else None,
            refunded_at=data["refunded_at"],
            evidence_sha256=data["evidence_sha256"],
            reason=data["reason"],
            reference=data["reference"],
            now=timezone.now(),
        )
        return Response(_price_refund(row), status=201 if is_new else 200)


def _lines(purchase: Purchase, lines: Sequence[Mapping[str, Any]]) -> list[ReceiptLine]:
    found = lines_to_come(purchase, [line["item"] for line in lines])
    return [
        ReceiptLine(row, line["quantity"], line["line_total"], line["expires_on"], line["batch"])
        for row, line in zip(found, lines, strict=True)
    ]


def _receipt(row: PurchaseReceipt, purchase: Purchase) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "purchase": str(purchase.id),
        "state": purchase.state,
        "invoice": row.invoice,
        "received_at": MomentField().to_representation(row.received_at),
        "entry": str(row.entry_id),
        "lines": [{"quantity": line[1], "lot": line[2], "line_total": line[3]} for line in row.lines],
    }


def _price_refund(row: PriceRefund) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "purchase": str(row.purchase_id),
        "state": row.purchase.state,
        "amount": row.amount_minor,
        "is_rest": row.is_rest,
        "entry": str(row.entry_id),
    }
