"""The events: one row a fact, written in the transaction of the action that brought it about."""

from django.db import models

from logistics.storage.rows import Row


class Event(Row):
    """Something happened that another system may want to hear of. The payload carries ids, never persons."""

    kind = models.CharField(max_length=64)
    organisation_id = models.UUIDField()
    subject_id = models.UUIDField()
    payload = models.JSONField()
    happened_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_event"
