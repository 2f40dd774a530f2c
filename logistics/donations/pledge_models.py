"""Promises of gifts, and the gifts that kept them. A pledge stands in no book: only what came does."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row


class Pledge(Row):
    """A promise of money. How much of it came is told by its gifts."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="pledges")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="pledges")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, null=True, related_name="pledges")
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, related_name="pledges")
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    pledged_on = models.DateField()
    due_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "donations_pledge"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="donations_pledge_reference_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="donations_pledge_positive"),
        ]


class PledgedGift(Row):
    """A gift that keeps a promise, all of it or a part; each gift keeps one."""

    pledge = models.ForeignKey("donations.Pledge", on_delete=models.PROTECT, related_name="gifts")
    donation = models.OneToOneField("donations.Donation", on_delete=models.PROTECT, related_name="promise")
    matched_at = models.DateTimeField()
    matched_by_id = models.UUIDField()

    class Meta:
        db_table = "donations_pledgedgift"
