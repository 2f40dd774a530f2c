"""The events: one row a fact, written in the transaction of the action that brought it about.

Event      something that another system may want to hear of
Unnumbered an event that waits for its number
Numbered   an event with its place in the feed

Who is told by a call stands in `endpoint_models.py`.
"""

from django.db import models

from logistics.outbox.endpoint_models import DeliveryTry, WebhookDelivery, WebhookEndpoint
from logistics.storage.rows import Row

# Django looks for tables here.
__all__ = ["DeliveryTry", "Event", "Numbered", "Unnumbered", "WebhookDelivery", "WebhookEndpoint"]


class Event(Row):
    """Something happened that another system may want to hear of. The payload carries ids, never persons."""

    kind = models.CharField(max_length=64)
    organisation_id = models.UUIDField()
    subject_id = models.UUIDField()
    payload = models.JSONField()
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_event"


class Unnumbered(models.Model):
    """An event that waits for its number: added by a trigger, so that none can be forgotten."""

    event = models.OneToOneField("outbox.Event", on_delete=models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        db_table = "outbox_unnumbered"


class Numbered(models.Model):
    """The place of an event in the feed: 1, 2, 3, ... without a gap, given after the commit."""

    id = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField("outbox.Event", on_delete=models.PROTECT, related_name="numbered")
    # Of the event, so that a body's feed is one walk along one index.
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=64)

    class Meta:
        db_table = "outbox_numbered"
        indexes = [models.Index(fields=["organisation_id", "id"], name="outbox_numbered_by_body")]
