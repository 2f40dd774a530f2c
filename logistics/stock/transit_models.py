"""Goods and money on the way. What moved is booked in the journal; here stands why, and what of it came.

Move, HandDown   from one warehouse to another; from one organisation to a lower one (also money)
  TransitLine    what was sent, received, lost, damaged and returned, line by line
"""

from django.db import models
from django.db.models import F, Q

from logistics.stock.transit_rows import Transit
from logistics.storage.rows import Row


class Move(Transit):
    """Goods from one warehouse of an organisation to another of its own."""

    origin = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_move"


class HandDown(Transit):
    """Money or goods of a fund from an organisation to a lower one. They stay what they are: the fund keeps them."""

    receiver = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="hand_downs")
    origin = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, null=True, related_name="+")
    destination = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, null=True, related_name="+")
    amount_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")
    # The decision or agreement behind it.
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "stock_handdown"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="stock_handdown_reference_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, origin__isnull=True) | Q(amount_minor=0, origin__isnull=False),
                name="stock_handdown_money_or_goods",
            ),
        ]


class TransitLine(Row):
    """One line on the way. `pieces` are [lot, start, stop, value] of what left; `item` is None for money."""

    move = models.ForeignKey("stock.Move", on_delete=models.PROTECT, null=True, related_name="lines")
    hand_down = models.ForeignKey("stock.HandDown", on_delete=models.PROTECT, null=True, related_name="lines")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, null=True, related_name="+")
    sent = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    # Back where they came from.
    returned = models.BigIntegerField(default=0)
    pieces = models.JSONField()

    class Meta:
        db_table = "stock_transitline"
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0, lost__gte=0, damaged__gte=0, returned__gte=0, sent__gt=0)
                & Q(sent__gte=F("received") + F("lost") + F("damaged") + F("returned")),
                name="stock_transitline_adds_up",
            )
        ]
