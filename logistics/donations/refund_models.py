"""What of a gift went back to its donor."""

from django.db import models
from django.db.models import Q

from logistics.parties.proposals import Proposal


class Refund(Proposal):
    """A gift given back, all or a part: an amount of money, or `lines` of [lot, quantity]."""

    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    lines = models.JSONField(default=list)

    class Meta(Proposal.Meta):
        db_table = "donations_refund"
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="donations_refund_not_negative"),
        ]
