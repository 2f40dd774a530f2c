"""Opening balances, price refunds, and yarn in the hands of volunteers."""

from django.db import models
from django.db.models import Q

from logistics.parties.proposals import Proposal
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Opening(Proposal):
    """What one fund held in money and goods when its holder began to keep its books here.

    `number` counts the openings of a fund: there is another only where the one before it was rejected or reversed.
    """

    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="openings")
    number = models.PositiveSmallIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(Proposal.Meta):
        db_table = "stock_opening"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(fields=["fund", "number"], name="stock_opening_numbered"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="stock_opening_not_negative"),
        ]


class OpeningLine(Row):
    """Goods of one kind that were there: they become one lot when the opening is approved."""

    opening = models.ForeignKey("stock.Opening", on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    line_total_minor = models.BigIntegerField(null=True)
    basis = models.CharField(max_length=16, choices=ValueBasis.choices)
    expires_on = models.DateField(null=True)
    batch = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "stock_openingline"
        constraints = [
            models.CheckConstraint(
                condition=Q(basis="NONE", line_total_minor__isnull=True)
                | (~Q(basis="NONE") & Q(line_total_minor__gt=0)),
                name="stock_openingline_valued_or_none",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stock_openingline_positive"),
        ]


class PriceRefund(Row):
    """What a supplier paid back of a purchase: the price was lower, or the rest does not come (`is_rest`)."""

    purchase = models.ForeignKey("stock.Purchase", on_delete=models.PROTECT, related_name="price_refunds")
    amount_minor = models.BigIntegerField()
    is_rest = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True, default="")
    evidence_sha256 = models.CharField(max_length=64)
    refunded_at = models.DateTimeField()
    # Whose reference this is: the holder of the key, or the organisation for a person at a page.
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_pricerefund"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="stock_pricerefund_reference_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="stock_pricerefund_positive"),
        ]


class YarnMoveKind(models.TextChoices):
    """Yarn goes OUT to a knitter; GARMENTS come of it; what is left comes BACK; some is LOST."""

    OUT = "OUT"
    GARMENTS = "GARMENTS"
    BACK = "BACK"
    LOST = "LOST"


class YarnMove(Row):
    """Yarn of one fund that went to a knitter or came from one, as yarn or as garments of a size."""

    knitter = models.ForeignKey("stock.Knitter", on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=8, choices=YarnMoveKind.choices)
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, null=True, related_name="+")
    yarn = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    yarn_quantity = models.BigIntegerField()
    garment = models.ForeignKey("stock.Item", on_delete=models.PROTECT, null=True, related_name="+")
    garment_quantity = models.PositiveIntegerField(default=0)
    # May name the knitter, or a child that it is for.
    note = EncryptedTextField(blank=True, default="")
    happened_at = models.DateTimeField()
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "stock_yarnmove"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="stock_yarnmove_reference_once"),
            models.CheckConstraint(
                condition=Q(kind="GARMENTS", garment__isnull=False, garment_quantity__gt=0)
                | (~Q(kind="GARMENTS") & Q(garment__isnull=True, garment_quantity=0)),
                name="stock_yarnmove_garments_or_yarn",
            ),
            models.CheckConstraint(condition=Q(yarn_quantity__gt=0), name="stock_yarnmove_positive"),
        ]
