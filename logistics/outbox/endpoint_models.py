"""Where partners want to hear of events, what they are to be told, and each try to tell it.

WebhookEndpoint an address of a partner, with the secret that signs what is sent there
WebhookDelivery one event for one endpoint, until it is delivered or given up
DeliveryTry     one call, kept for ever: when, how long, what came back
"""

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField

URL_LENGTH_MAX = 500


class EndpointState(models.TextChoices):
    """Whether an endpoint is called."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class WebhookEndpoint(MasterRow):
    """An address that hears of events. `kinds` lists which, all where it is empty.

    While `previous_secret_until` lies ahead, what is sent is signed with both secrets.
    """

    organisation_id = models.UUIDField(db_index=True)
    url = models.CharField(max_length=URL_LENGTH_MAX)
    description = models.CharField(max_length=120, blank=True, default="")
    kinds = models.JSONField(default=list)
    # Who is told when the endpoint rests or is disabled.
    notify_email = models.CharField(max_length=254, blank=True, default="")
    secret = EncryptedTextField()
    previous_secret = EncryptedTextField(blank=True, default="")
    previous_secret_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=EndpointState.choices, default=EndpointState.ENABLED)
    disabled_reason = models.CharField(max_length=24, blank=True, default="")
    registered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # What fails again and again rests longer and longer, and is disabled in the end.
    failures_in_a_row = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    # Secrets, and how it fares from call to call.
    unnoted_fields = frozenset(
        {"secret", "previous_secret", "changed_at", "failures_in_a_row", "failing_since", "rests_until"}
    )

    class Meta:
        db_table = "outbox_endpoint"

    def personal_fields(self) -> frozenset[str]:
        """An address for notices is often somebody's own."""
        return frozenset({"notify_email"})


class DeliveryState(models.TextChoices):
    """How far a delivery is. FAILED was given up after the last try."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class WebhookDelivery(Row):
    """One event for one endpoint. Deliveries about one subject go out one after another, in the order of `number`."""

    endpoint = models.ForeignKey("outbox.WebhookEndpoint", on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey("outbox.Event", on_delete=models.PROTECT, related_name="+")
    subject_id = models.UUIDField()
    number = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # Until when a worker may be at it; after a crash somebody else goes on.
    claimed_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_delivery"
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="outbox_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "number"], condition=Q(state="WAITING"), name="outbox_delivery_waiting"),
            models.Index(
                fields=["endpoint", "subject_id", "number"],
                condition=Q(state="WAITING"),
                name="outbox_delivery_by_subject",
            ),
        ]


class DeliveryTry(Row):
    """One call to an endpoint. `status` is what it answered, 0 where it did not; `fault` says why it does not count."""

    delivery = models.ForeignKey("outbox.WebhookDelivery", on_delete=models.PROTECT, related_name="each_try")
    tried_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    fault = models.CharField(max_length=24, blank=True, default="")
    milliseconds = models.PositiveIntegerField()

    class Meta:
        db_table = "outbox_try"
