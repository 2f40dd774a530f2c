"""Funds, the donors' terms and their dated revisions."""

import uuid

from django.db import models

from logistics.funds.money_models import Agreement, Consent, Cost, CostRule, Interest, Reversal
from logistics.parties.models import Named
from logistics.storage.rows import Row

# Django looks for tables here.
__all__ = ["Agreement", "Consent", "Cost", "CostRule", "Interest", "Reversal"]


class Basis(models.TextChoices):
    """Whose money it is: our own, held for another body (受托代理), or from a public budget."""

    OWN = "OWN"
    AGENCY = "AGENCY"
    APPROPRIATION = "APPROPRIATION"


class Fund(Named):
    """Money and goods held for one programme and purpose. Shares its id with its purse in the journal."""

    purse = models.OneToOneField("journal.Purse", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="funds")
    owner = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="funds_owned")
    holder = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="funds_held")
    bank_account = models.ForeignKey("journal.Account", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=16, choices=Basis.choices)
    # 公开募捐方案备案编号: under which number the public was asked to give.
    filing_number = models.CharField(max_length=64, blank=True, default="")
    # Which fund the bank's interest on this one's money joins; none: this one.
    interest_fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "funds_fund"

    def noted_under(self) -> uuid.UUID | None:
        """Return who holds the fund."""
        return self.holder_id


class FundRevision(Row):
    """The fund's terms from a day on, as in `kernel.eligibility`. The newest revision that has begun is in force."""

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    in_force_from = models.DateField()
    # SHA-256 of the donor's consent document, from the second revision on.
    consent_sha256 = models.CharField(max_length=64, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "funds_revision"
        constraints = [models.UniqueConstraint(fields=["fund", "number"], name="funds_revision_numbered")]
