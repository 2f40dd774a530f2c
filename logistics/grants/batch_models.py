"""Grants that are paid together, by one file for the bank."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class BatchState(models.TextChoices):
    """How far a file for the bank has come."""

    PLANNED = "PLANNED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    PAID = "PAID"
    DROPPED = "DROPPED"


class PaymentBatch(Row):
    """One file for the bank: grants out of one bank account. `organisation` is whose account pays."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="payment_batches")
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    pay_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by_id = models.UUIDField()
    approved_at = models.DateTimeField(null=True)
    approved_by_id = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    # Of the file that went to the bank; it can be written again, byte for byte.
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "grants_paymentbatch"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="grants_batch_reference_once"),
            models.CheckConstraint(
                condition=Q(approved_by_id__isnull=True) | ~Q(approved_by_id=F("planned_by_id")),
                name="grants_batch_approved_by_another",
            ),
        ]
