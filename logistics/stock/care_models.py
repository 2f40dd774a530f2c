"""What happens to goods on their way and on the shelf. Quantities are booked in the journal; here stands why.

Move, HandDown   from one warehouse to another; from one organisation to a lower one (also money)
  TransitLine    what was sent, received, lost and damaged, line by line
StockTake        a count: blind, twice, by two people
  CountLine      one lot: what the books said, and whether its counts agree
    Count        what one of them counted, never changed
Recall           lots called back wherever they are
  RecalledLot    one of them, or one that was made of them
Hold             goods set aside
Disposal         goods written off or sold as unfit: proposed by one, approved by another
Knitter, VolunteerHours   who knits from our yarn, and the hours that volunteers give (a memo, no money)
"""

from django.db import models
from django.db.models import F, Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row


class TransitState(models.TextChoices):
    """SENT; RECEIVED with something missing that the sender has to settle; CONFIRMED by both."""

    SENT = "SENT"
    RECEIVED = "RECEIVED"
    CONFIRMED = "CONFIRMED"


class Transit(Row):
    """Goods or money on the way, booked in an account of their own until somebody says what came."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="+")
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=TransitState.choices, default=TransitState.SENT)
    note = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField()
    sent_by_id = models.UUIDField()
    received_at = models.DateTimeField(null=True)
    received_by_id = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.UUIDField(null=True)
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


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
    pieces = models.JSONField()

    class Meta:
        db_table = "stock_transitline"
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0, lost__gte=0, damaged__gte=0, sent__gt=0)
                & Q(sent__gte=F("received") + F("lost") + F("damaged")),
                name="stock_transitline_adds_up",
            )
        ]


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


class CountReason(models.TextChoices):
    """Why a count differs from the books, or goods are disposed of."""

    LOST = "LOST"
    THEFT = "THEFT"
    DAMAGED = "DAMAGED"
    EXPIRED = "EXPIRED"
    SPOILT = "SPOILT"
    RECALLED = "RECALLED"
    UNFIT = "UNFIT"
    MISCOUNTED = "MISCOUNTED"
    FOUND = "FOUND"


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


class Recall(Row):
    """A kind of goods called back, by lot or by item and batch, until another person lifts it."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="recalls")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    batch = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=200)
    recalled_at = models.DateTimeField()
    recalled_by_id = models.UUIDField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "stock_recall"
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True)
                | (Q(lifted_by_id__isnull=False) & ~Q(lifted_by_id=F("recalled_by_id"))),
                name="stock_recall_lifted_by_another",
            )
        ]


class RecalledLot(Row):
    """A lot that is called back: the one that is wrong, or one that was made of it."""

    recall = models.ForeignKey("stock.Recall", on_delete=models.PROTECT, related_name="lots")
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_recalledlot"
        constraints = [models.UniqueConstraint(fields=["recall", "lot"], name="stock_recalledlot_once")]


class Hold(Row):
    """Units of a lot set aside: nobody packs them until they are released or disposed of.

    `pieces` are [lot, start, stop, value], `left` how many of them, the last ones, still lie aside.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="holds")
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    left = models.BigIntegerField()
    pieces = models.JSONField()
    reason = models.CharField(max_length=12, choices=CountReason.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    recall = models.ForeignKey("stock.Recall", on_delete=models.PROTECT, null=True, related_name="holds")
    held_at = models.DateTimeField()
    held_by_id = models.UUIDField()
    released_at = models.DateTimeField(null=True)
    released_by_id = models.UUIDField(null=True)
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_hold"
        constraints = [
            models.CheckConstraint(condition=Q(left__gte=0, left__lte=F("quantity")), name="stock_hold_left_of_it")
        ]


class DisposalState(models.TextChoices):
    """PROPOSED by one person, APPROVED (and booked) or REJECTED by another."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Disposal(Row):
    """Goods that leave our care: written off, or sold as unfit with the proceeds to the same fund."""

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="disposals")
    lot = models.ForeignKey("journal.Lot", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    # The hold that the units are taken from; off the shelf where there is none.
    hold = models.ForeignKey("stock.Hold", on_delete=models.PROTECT, null=True, related_name="disposals")
    reason = models.CharField(max_length=12, choices=CountReason.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    # What a buyer pays; nothing where the goods are destroyed.
    proceeds_minor = models.BigIntegerField(default=0)
    buyer = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=8, choices=DisposalState.choices, default=DisposalState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+")
    # The new money of the fund that the buyer paid: whose gift it was is told by what was sold for it.
    proceeds_entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "stock_disposal"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (Q(decided_by_id__isnull=False) & ~Q(decided_by_id=F("proposed_by_id"))),
                name="stock_disposal_approved_by_another",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, proceeds_minor__gte=0), name="stock_disposal_positive"),
        ]


class Knitter(MasterRow):
    """A volunteer who knits from our yarn, known in ledgers by the reference. The account holds the yarn."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="knitters")
    name = models.CharField(max_length=120)
    reference = models.CharField(max_length=24, unique=True)
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_knitter"

    def personal_fields(self) -> frozenset[str]:
        """Name what speaks of a person."""
        return frozenset({"name"})


class VolunteerHours(Row):
    """Hours that volunteers gave: a memo for the yearly report, never an amount of money."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="volunteer_hours")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="volunteer_hours")
    served_on = models.DateField()
    volunteers = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    activity = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        db_table = "stock_volunteerhours"
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0, volunteers__gt=0), name="stock_volunteerhours_positive")
        ]
