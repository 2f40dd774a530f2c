"""What a move and a hand-down have in common: from where, how far, by whom."""

from django.db import models

from logistics.storage.rows import Row


class TransitState(models.TextChoices):
    """SENT; RECEIVED in part, with something still on the way; CONFIRMED when nothing is any more."""

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
