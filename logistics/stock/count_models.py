"""Counts of a warehouse. What differs from the books is booked in the journal; here stands who counted what.

StockTake        a count: blind, twice, by two people
  CountLine      one lot: what the books said, and whether its counts agree
    Count        what one of them counted, never changed
"""

from django.db import models
from django.db.models import Q

from logistics.stock.care_reasons import CountReason
from logistics.storage.rows import Row


class StockTakeState(models.TextChoices):
    """OPEN until both have counted each lot and agree; COUNTED; APPROVED and booked, or dropped."""

    OPEN = "OPEN"
    COUNTED = "COUNTED"
    APPROVED = "APPROVED"
    DROPPED = "DROPPED"


_UNDER_WAY = Q(state__in=[StockTakeState.OPEN, StockTakeState.COUNTED])


class StockTake(Row):
    """A count of a warehouse, one at a time. Nobody who counts sees what the books or the other person say."""

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="stock_takes")
    state = models.CharField(max_length=8, choices=StockTakeState.choices, default=StockTakeState.OPEN)
    opened_at = models.DateTimeField()
    opened_by_id = models.UUIDField()
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "stock_stocktake"
        constraints = [
            models.UniqueConstraint(fields=["warehouse"], condition=_UNDER_WAY, name="stock_stocktake_one_under_way")
        ]


class CountLine(Row):
    """One lot of a stock-take. It is settled when two counts in a row, which are by two people, agree.

    `expected` is what the books said when the counting of it began, `moves` how often goods of the lot had come or gone
    by then: goods that moved since must be counted again. Counts numbered below `counted_from` no longer speak.
    """

    stock_take = models.ForeignKey("stock.StockTake", on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    expected = models.BigIntegerField()
    moves = models.BigIntegerField()
    counted_from = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=12, choices=CountReason.choices, blank=True, default="")
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "stock_countline"
        constraints = [models.UniqueConstraint(fields=["stock_take", "lot"], name="stock_countline_once")]


class Count(Row):
    """What one person counted of one line."""

    line = models.ForeignKey("stock.CountLine", on_delete=models.PROTECT, related_name="counts")
    number = models.PositiveIntegerField()
    quantity = models.BigIntegerField()
    counted_by_id = models.UUIDField()
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "stock_count"
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="stock_count_numbered"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_count_not_negative"),
        ]
