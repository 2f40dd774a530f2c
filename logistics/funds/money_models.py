"""Interest, costs, corrections, agreements and the caps on what management may cost."""

import uuid

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.parties.models import OrganisationKind
from logistics.parties.proposals import Proposal


class CostCategory(models.TextChoices):
    """What a cost was for."""

    BANK_FEE = "BANK_FEE"
    MANAGEMENT = "MANAGEMENT"
    TRANSPORT = "TRANSPORT"
    STORAGE = "STORAGE"
    PRINTING = "PRINTING"
    PACKAGING = "PACKAGING"
    VOLUNTEERS = "VOLUNTEERS"
    PUBLICITY = "PUBLICITY"
    AUDIT = "AUDIT"
    OTHER = "OTHER"


class Interest(Proposal):
    """What a bank paid on the money of `fund`; it joins `joins`, which most often is the same fund."""

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="interest")
    joins = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="interest_joined")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(Proposal.Meta):
        db_table = "funds_interest"
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="funds_interest_positive"),
        ]


class Cost(Proposal):
    """What one fund paid for, beyond goods and grants."""

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="costs")
    category = models.CharField(max_length=16, choices=CostCategory.choices)
    payee = models.CharField(max_length=120, blank=True, default="")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(Proposal.Meta):
        db_table = "funds_cost"
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="funds_cost_positive"),
            models.CheckConstraint(condition=Q(category__in=CostCategory.values), name="funds_cost_category_known"),
        ]


class Reversal(Proposal):
    """The mirror image of an entry that was a mistake: a gift, an opening balance, interest, a cost, a refund."""

    reverses = models.ForeignKey("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta(Proposal.Meta):
        db_table = "funds_reversal"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["reverses"], condition=~Q(state="REJECTED"), name="funds_reversal_one_an_entry"
            ),
        ]


class Agreement(MasterRow):
    """What a donor and we signed about one fund, known by the hash of the document."""

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="agreements")
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, null=True, related_name="agreements")
    number = models.CharField(max_length=64)
    signed_on = models.DateField()
    document_sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=500, blank=True, default="")
    # How much of the gifts to the fund management may cost, in thousandths; None where nothing was agreed.
    management_cap_per_mille = models.PositiveSmallIntegerField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        db_table = "funds_agreement"
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="funds_agreement_numbered"),
            models.CheckConstraint(
                condition=Q(management_cap_per_mille__isnull=True) | Q(management_cap_per_mille__lte=1000),
                name="funds_agreement_cap_per_mille",
            ),
        ]

    def noted_under(self) -> uuid.UUID | None:
        """Return the organisation that holds the fund."""
        holder_id: uuid.UUID = self.fund.holder_id
        return holder_id


class Consent(MasterRow):
    """A donor's word that a fund may be used in another way, known by the hash of the document: what a revision of the
    fund's terms names.
    """

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="consents")
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, null=True, related_name="consents")
    given_on = models.DateField()
    document_sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        db_table = "funds_consent"
        constraints = [models.UniqueConstraint(fields=["fund", "document_sha256"], name="funds_consent_once")]

    def noted_under(self) -> uuid.UUID | None:
        """Return the organisation that holds the fund."""
        holder_id: uuid.UUID = self.fund.holder_id
        return holder_id


class CapBase(models.TextChoices):
    """What a cap is a share of."""

    YEAR_EXPENDITURE = "YEAR_EXPENDITURE"
    YEAR_INCOME = "YEAR_INCOME"
    LAST_YEAR_INCOME = "LAST_YEAR_INCOME"


class CostRule(MasterRow):
    """How much management may cost in a year: what a law or a higher body says for one kind of body. Never changed:
    a later row with the same kind and basis takes over from its day on.
    """

    organisation_kind = models.CharField(max_length=16, choices=OrganisationKind.choices)
    # Which money is meant: OWN, AGENCY, APPROPRIATION, or all of it.
    basis = models.CharField(max_length=16, blank=True, default="")
    base = models.CharField(max_length=20, choices=CapBase.choices)
    per_mille = models.PositiveSmallIntegerField()
    # A year's cost up to this is free of the cap.
    free_minor = models.BigIntegerField(default=0)
    source = models.CharField(max_length=500)
    # True where the rule is made up, for a demonstration.
    is_example = models.BooleanField(default=False)
    in_force_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "funds_costrule"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_kind", "basis", "in_force_from"], name="funds_costrule_one_a_day"
            ),
            models.CheckConstraint(condition=Q(base__in=CapBase.values), name="funds_costrule_base_known"),
            models.CheckConstraint(
                condition=Q(per_mille__lte=1000, free_minor__gte=0), name="funds_costrule_within_bounds"
            ),
        ]
