"""That somebody who signed in was erased."""

from django.db import models

from logistics.storage.erasures import ErasureCause
from logistics.storage.rows import Row


class PersonErasure(Row):
    """That a person who signed in was erased: who did it, when, why, and how many rows of which holding went."""

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="erasures")
    cause = models.CharField(max_length=12, choices=ErasureCause.choices)
    counts = models.JSONField()
    erased_at = models.DateTimeField()
    erased_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "parties_erasure"
