"""Donations of money and of goods, and their lines."""

from django.db import models
from django.db.models import Q

from logistics.donations.pledge_models import Pledge, PledgedGift
from logistics.donations.refund_models import Refund
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import Row

# Django looks for tables here.
__all__ = ["Pledge", "PledgedGift", "Refund"]


class DonationKind(models.TextChoices):
    """What was given."""

    MONEY = "MONEY"
    GOODS = "GOODS"


class Channel(models.TextChoices):
    """How money came."""

    BANK = "BANK"
    WECHAT = "WECHAT"
    ALIPAY = "ALIPAY"
    CASH = "CASH"
    POST = "POST"
    OTHER = "OTHER"


class Donation(Row):
    """A gift received. Its code is on the acknowledgement, and the donor follows the gift by it."""

    kind = models.CharField(max_length=8, choices=DonationKind.choices)
    state = models.CharField(max_length=16, default="RECORDED")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="donations")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="donations")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="donations")
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, related_name="donations")
    code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, related_name="+")
    # Whose reference this is: the holder of the key, or the organisation for a person at a page.
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    is_anonymous = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True, default="")
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True, default="")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, null=True, related_name="donations")
    counted_by = models.JSONField(default=list)
    # Money: the amount; goods: the sum of the line totals that could be valued.
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "donations_donation"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "kind", "reference"], name="donations_reference_once"),
            models.CheckConstraint(
                condition=Q(kind="GOODS", amount_minor__gte=0) | Q(kind="MONEY", amount_minor__gt=0),
                name="donations_amount_positive",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "received_at"], name="donations_by_day")]


class DonationLine(Row):
    """One line of a gift of goods and the lot that it became."""

    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    lot = models.OneToOneField("journal.Lot", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    line_total_minor = models.BigIntegerField(null=True)
    basis = models.CharField(max_length=16, choices=ValueBasis.choices)
    expires_on = models.DateField(null=True)
    batch = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "donations_line"
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="NONE", line_total_minor__isnull=True)
                | (~Q(basis="NONE") & Q(line_total_minor__gt=0)),
                name="donations_line_valued_or_none",
            )
        ]
