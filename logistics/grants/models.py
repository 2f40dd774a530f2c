"""Grants: money to a household, planned by one person and approved by another."""

from django.db import models
from django.db.models import Q

from logistics.grants.batch_models import PaymentBatch
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField

# Django looks for tables here.
__all__ = ["PaymentBatch"]


class GrantState(models.TextChoices):
    """How far a grant has come."""

    PLANNED = "PLANNED"
    APPROVED = "APPROVED"
    SENT = "SENT"
    PAID = "PAID"
    RETURNED = "RETURNED"
    DROPPED = "DROPPED"


class ReturnReason(models.TextChoices):
    """Why a bank sends money back."""

    ACCOUNT_WRONG = "ACCOUNT_WRONG"
    NAME_DIFFERS = "NAME_DIFFERS"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    OTHER = "OTHER"


class Grant(Row):
    """Money from one fund to one household, for one member where the fund is for persons."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="grants")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="grants")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="grants")
    beneficiary = models.ForeignKey("households.Member", on_delete=models.PROTECT, null=True, related_name="grants")
    permit = models.ForeignKey("journal.Permit", on_delete=models.PROTECT, null=True, related_name="+")
    partner_id = models.UUIDField()
    reference = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=60, blank=True, default="")
    payee = EncryptedTextField(blank=True, default="")
    payee_account = EncryptedTextField(blank=True, default="")
    payee_bank = EncryptedTextField(blank=True, default="")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=12, choices=GrantState.choices, default=GrantState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by_id = models.UUIDField(null=True)
    paid_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    # Why the bank sent it back.
    return_reason = models.CharField(max_length=16, choices=ReturnReason.choices, blank=True, default="")
    # The file for the bank in which it goes; None for one that is paid alone.
    batch = models.ForeignKey("grants.PaymentBatch", on_delete=models.PROTECT, null=True, related_name="grants")
    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "grants_grant"
        constraints = [
            models.UniqueConstraint(fields=["partner_id", "reference"], name="grants_reference_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="grants_amount_positive"),
        ]
