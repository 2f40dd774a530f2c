"""Purchases, what lies where, and kits."""

import uuid
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
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from api.pages import page_of
from logistics.funds.reads import FundRequired, funds_at_hand, get_fund_at_hand
from logistics.parties.reads import get_programme, get_supplier
from logistics.stock.actions import KITS_PER_ASSEMBLY_MAX, assemble_kits, break_up_kits
from logistics.stock.models import Purchase, PurchaseState
from logistics.stock.purchase_reads import visible_purchases
from logistics.stock.purchases import PURCHASE_LINES_MAX, PurchaseLineInput, record_purchase
from logistics.stock.reads import StockRow, get_item, get_kit_recipe, get_warehouse, stock_rows
from logistics.stock.receipts import record_prepaid_purchase

WRITE = {"POST": ("stock:write",)}
CANDIDATES_MAX = 10


class PurchaseLineField(StrictSerializer):
    """One line of a purchase."""

    item = CodeField()
    quantity = WholeField(least=1)
    line_total = LineTotalField()
    expires_on = DayField(required=False, allow_null=True, default=None)
    batch = TextField(length=64, required=False, allow_blank=True, default="")


class PurchaseInput(StrictSerializer):
    """Goods bought with money of one fund."""

    fund = CodeField(required=False)
    supplier = CodeField()
    warehouse = CodeField()
    purchased_at = MomentField()
    lines = serializers.ListField(child=PurchaseLineField(), max_length=PURCHASE_LINES_MAX)
    invoice = TextField(length=64)
    reference = TextField(
        length=120, required=False, help_text="The caller's own number; the invoice's where it is missing."
    )
    is_prepaid = TruthField(required=False, default=False, help_text="Paid first: the goods come later, in parts.")


class PurchaseAnswer(serializers.Serializer):
    """Goods bought: at once, or paid first (ORDERED) and received in parts."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=PurchaseState.choices)
    fund = serializers.CharField()
    supplier = serializers.CharField()
    warehouse = serializers.CharField()
    total = serializers.IntegerField()
    currency = serializers.CharField()
    invoice = serializers.CharField()
    reference = serializers.CharField()
    refunded = serializers.IntegerField(help_text="What the supplier paid back.")
    entry = serializers.UUIDField()
    lots = serializers.ListField(child=serializers.UUIDField())
    lines = serializers.ListField(child=serializers.DictField())


class KitsInput(StrictSerializer):
    """Which kits, where, of whose goods, how many."""

    kit_recipe = CodeField()
    warehouse = CodeField()
    fund = CodeField()
    quantity = WholeField(least=1, most=KITS_PER_ASSEMBLY_MAX)


class AssemblyAnswer(serializers.Serializer):
    """Kits made."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField()
    quantity = serializers.IntegerField()


class EntryAnswer(serializers.Serializer):
    """The entry that stands for it in the books."""

    entry = serializers.UUIDField()


class StockAnswer(serializers.Serializer):
    """What one warehouse has of one lot."""

    warehouse = serializers.CharField()
    item = serializers.CharField()
    fund = serializers.CharField()
    programme = serializers.CharField()
    lot = serializers.UUIDField()
    batch = serializers.CharField(allow_blank=True)
    expires_on = serializers.DateField(allow_null=True)
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    value = serializers.IntegerField(allow_null=True, help_text="null where no value can be had (basis NONE).")


class StockPage(serializers.Serializer):
    """Everything that lies there, first expired first."""

    items = serializers.ListField(child=StockAnswer())
    next_cursor = serializers.CharField(allow_null=True)


class Purchases(Door):
    """Purchases."""

    scopes, posts_to_books = {"GET": ("stock:read", "stock:write"), **WRITE}, True
    is_bulk = is_list = True

    @documented(
        "List purchases", "Newest first.", answers={200: paged(PurchaseAnswer, "Purchase")}, tag="stock", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_purchases(self.actor.organisation).prefetch_related("lines__item")
        return page_of(request, rows, said_purchase)

    @documented(
        "Record a purchase",
        "Bank to supplier from one named fund, supplier to warehouse as new lots. Without `fund` 422 "
        "`fund_required` names the candidates. With `is_prepaid` the money waits until the goods come: see receipts.",
        request=PurchaseInput,
        answers={201: PurchaseAnswer, 200: PurchaseAnswer},
        problems=(409, 413, 415, 422),
        tag="stock",
        is_repeatable=True,
        is_bulk=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(PurchaseInput), self.actor.organisation
        if not data.get("fund"):
            codes = list(funds_at_hand(own).values_list("code", flat=True)[:CANDIDATES_MAX])
            raise FundRequired(candidates=codes, pointer="/fund")
        lines = [
            PurchaseLineInput(
                item=get_item(code=line["item"], pointer=f"/lines/{position}/item"),
                quantity=line["quantity"],
                line_total_minor=line["line_total"],
                expires_on=line["expires_on"],
                batch=line["batch"],
            )
            for position, line in enumerate(data["lines"])
        ]
        record = record_prepaid_purchase if data["is_prepaid"] else record_purchase
        row, is_new = record(
            actor=self.actor,
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            supplier=get_supplier(code=data["supplier"], organisation=own),
            warehouse=get_warehouse(code=data["warehouse"], organisation=own),
            purchased_at=data["purchased_at"],
            lines=lines,
            invoice=data["invoice"],
            reference=data.get("reference") or data["invoice"],
            now=timezone.now(),
        )
        return Response(said_purchase(row), status=201 if is_new else 200)


class Stock(Door):
    """What lies where."""

    scopes = {"GET": ("stock:read",)}
    query = ("warehouse", "item", "programme", "fund")

    @documented(
        "Read the stock",
        "On hand and reserved, by lot, first expired first.",
        answers={200: StockPage},
        tag="stock",
        query={
            "warehouse": "A warehouse's code.",
            "item": "An item's code.",
            "programme": "A programme's code.",
            "fund": "A fund's code.",
        },
    )
    def get(self, request: Request) -> Response:
        """Read."""
        own, wanted = self.actor.organisation, request.query_params
        rows = stock_rows(
            organisation=own,
            warehouse=get_warehouse(code=wanted["warehouse"], organisation=own) if "warehouse" in wanted else None,
            item=get_item(code=wanted["item"]) if "item" in wanted else None,
            programme=get_programme(code=wanted["programme"], organisation=own) if "programme" in wanted else None,
            fund=get_fund_at_hand(code=wanted["fund"], organisation=own) if "fund" in wanted else None,
        )
        return Response({"items": [_stock(row) for row in rows], "next_cursor": None})


class Assemblies(Door):
    """Kits made."""

    scopes, posts_to_books = WRITE, True

    @documented(
        "Assemble kits",
        "Of items of one fund, first expired first.",
        request=KitsInput,
        answers={201: AssemblyAnswer},
        problems=(409, 413, 415, 422),
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Assemble."""
        row = assemble_kits(actor=self.actor, now=timezone.now(), **_kits(self))
        return Response({"id": str(row.id), "lot": str(row.lot_id), "quantity": row.quantity}, status=201)


class BreakUps(Door):
    """Kits taken apart."""

    scopes, posts_to_books = WRITE, True

    @documented(
        "Break kits up",
        "Just the units that went into the kits come back.",
        request=KitsInput,
        answers={201: EntryAnswer},
        problems=(409, 413, 415, 422),
        tag="stock",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Break up."""
        entry_id: uuid.UUID = break_up_kits(actor=self.actor, now=timezone.now(), **_kits(self))
        return Response({"entry": str(entry_id)}, status=201)


def _kits(door: Door) -> dict[str, Any]:
    data, own = door.read(KitsInput), door.actor.organisation
    return {
        "recipe": get_kit_recipe(code=data["kit_recipe"], organisation=own),
        "warehouse": get_warehouse(code=data["warehouse"], organisation=own),
        "fund": get_fund_at_hand(code=data["fund"], organisation=own),
        "quantity": data["quantity"],
    }


def said_purchase(row: Purchase) -> dict[str, Any]:
    """Say a purchase with what has come of each line."""
    lines = sorted(row.lines.all(), key=lambda line: line.id)
    return {
        "id": str(row.id),
        "state": row.state,
        "fund": row.fund.code,
        "supplier": row.supplier.code,
        "warehouse": row.warehouse.code,
        "total": row.total_minor,
        "currency": row.currency,
        "invoice": row.invoice,
        "reference": row.reference,
        "refunded": row.refunded_minor,
        "entry": str(row.entry_id),
        "lots": [str(line.lot_id) for line in lines if line.lot_id],
        "lines": [
            {
                "item": line.item.code,
                "quantity": line.quantity,
                "line_total": line.line_total_minor,
                "received": line.quantity if line.lot_id else line.received,
                "lot": str(line.lot_id) if line.lot_id else None,
            }
            for line in lines
        ],
    }


def _stock(row: StockRow) -> dict[str, Any]:
    return {
        "warehouse": row.warehouse_code,
        "item": row.item_code,
        "fund": row.fund_code,
        "programme": row.programme_code,
        "lot": str(row.lot_id),
        "batch": row.batch,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "on_hand": row.on_hand,
        "reserved": row.reserved,
        "value": row.value_minor,
    }
