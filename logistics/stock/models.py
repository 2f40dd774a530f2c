"""Items, kit recipes, warehouses and purchases. Quantities stand in the journal, never here.

What happens to goods on their way stands in `transit_models.py`, who counts them in `count_models.py`, what is set
aside, called back or disposed of in `care_models.py`.
"""

import uuid

from django.db import models
from django.db.models import Q

from logistics.parties.models import Named
from logistics.stock.care_models import Disposal, Hold, Knitter, Recall, RecalledLot, VolunteerHours
from logistics.stock.count_models import Count, CountLine, StockTake
from logistics.stock.money_models import Opening, OpeningLine, PriceRefund, YarnMove
from logistics.stock.transit_models import HandDown, Move, TransitLine
from logistics.storage.rows import Row

# Django looks for tables here.
__all__ = [
    "Count",
    "CountLine",
    "Disposal",
    "HandDown",
    "Hold",
    "Knitter",
    "Move",
    "Opening",
    "OpeningLine",
    "PriceRefund",
    "Recall",
    "RecalledLot",
    "StockTake",
    "TransitLine",
    "VolunteerHours",
    "YarnMove",
]


# What the codes of goods for tests begin with; lists of real goods leave them out.
SANDBOX_PREFIX = "sandbox-"


class Unit(models.TextChoices):
    """The base unit in which an item is counted."""

    PIECE = "PIECE"
    GRAM = "GRAM"


class Item(Named):
    """A kind of goods. A kit is an item that is made by assembly."""

    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.PIECE)
    weight_grams = models.PositiveIntegerField(null=True)
    size = models.CharField(max_length=20, blank=True, default="")
    barcode = models.CharField(max_length=14, blank=True, default="", db_index=True)
    is_kit = models.BooleanField(default=False)
    # Whom it fits, as sexes and ages in `kernel.eligibility`: {"age_from": 5, "age_to": 7}; empty fits everybody.
    fits = models.JSONField(default=dict)

    class Meta:
        db_table = "stock_item"


class KitRecipe(Named):
    """What a pack holds. `item` is the kit that assembly makes."""

    item = models.OneToOneField("stock.Item", on_delete=models.PROTECT, related_name="recipe")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="kit_recipes")

    class Meta:
        db_table = "stock_kitrecipe"

    def noted_under(self) -> uuid.UUID | None:
        """Return whose programme packs it."""
        return self.programme.organisation_id


class KitRecipeLine(Row):
    """One item of a recipe and how many go into one kit."""

    recipe = models.ForeignKey("stock.KitRecipe", on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        db_table = "stock_kitrecipeline"
        constraints = [
            models.UniqueConstraint(fields=["recipe", "item"], name="stock_kitrecipeline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_kitrecipeline_positive"),
        ]


class Warehouse(Named):
    """Where goods lie."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="warehouses")
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        db_table = "stock_warehouse"


class PurchaseState(models.TextChoices):
    """How far goods that were paid have come."""

    ORDERED = "ORDERED"
    RECEIVED = "RECEIVED"
    # Nothing came, and the supplier paid everything back.
    DROPPED = "DROPPED"


class Purchase(Row):
    """Goods bought with money of one fund: received at once, or paid first and received in parts."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="purchases")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="purchases")
    supplier = models.ForeignKey("parties.Supplier", on_delete=models.PROTECT, related_name="purchases")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="purchases")
    # Whose reference this is: the holder of the key, or the organisation for a person at a page.
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    invoice = models.CharField(max_length=64)
    purchased_at = models.DateTimeField()
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PurchaseState.choices, default=PurchaseState.RECEIVED)
    # Where money waits that was paid and for which nothing has come yet.
    prepaid = models.OneToOneField("journal.Account", on_delete=models.PROTECT, null=True, related_name="+")
    # What the supplier paid back of the price.
    refunded_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "stock_purchase"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="stock_purchase_reference_once")
        ]


class PurchaseLine(Row):
    """One line of a purchase: a lot where it came at once, else how many have come so far."""

    purchase = models.ForeignKey("stock.Purchase", on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.OneToOneField("journal.Lot", on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.BigIntegerField()
    line_total_minor = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    # How much of the line's own prepayment has become goods.
    used_minor = models.BigIntegerField(default=0)
    expires_on = models.DateField(null=True)
    batch = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "stock_purchaseline"


class PurchaseReceipt(Row):
    """Goods of a prepaid purchase that came on one day. `lines` lists [line, quantity, lot, value]."""

    purchase = models.ForeignKey("stock.Purchase", on_delete=models.PROTECT, related_name="receipts")
    invoice = models.CharField(max_length=64)
    lines = models.JSONField()
    received_at = models.DateTimeField()
    received_by_id = models.UUIDField()
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_purchasereceipt"


class Assembly(Row):
    """Items became kits: which recipe, how many, which lot."""

    recipe = models.ForeignKey("stock.KitRecipe", on_delete=models.PROTECT, related_name="assemblies")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="assemblies")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="assemblies")
    quantity = models.PositiveIntegerField()
    lot = models.OneToOneField("journal.Lot", on_delete=models.PROTECT, related_name="+")
    assembled_at = models.DateTimeField()

    class Meta:
        db_table = "stock_assembly"
