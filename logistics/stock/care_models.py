"""Goods set aside, called back or disposed of; knitters and volunteers. Quantities are booked in the journal.

Recall           lots called back wherever they are
  RecalledLot    one of them, or one that was made of them
Hold             goods set aside
Disposal         goods written off or sold as unfit: proposed by one, approved by another
Knitter, VolunteerHours   who knits from our yarn, and the hours that volunteers give (a memo, no money)
"""

from django.db import models
from django.db.models import F, Q

from logistics.journal.history import MasterRow
from logistics.stock.care_reasons import CountReason
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


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
    name = EncryptedTextField()
    reference = models.CharField(max_length=24, unique=True)
    account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(null=True)

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
