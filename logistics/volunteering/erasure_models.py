"""That somebody who helped was erased."""

from django.db import models
from django.db.models import Q

from logistics.storage.erasures import ErasureCause
from logistics.storage.rows import Row


class HelperErasure(Row):
    """That a volunteer or a knitter was erased: who did it, when, why, and how many rows of which holding went."""

    volunteer = models.ForeignKey(
        "volunteering.Volunteer", on_delete=models.PROTECT, null=True, related_name="erasures"
    )
    knitter = models.ForeignKey("stock.Knitter", on_delete=models.PROTECT, null=True, related_name="erasures")
    cause = models.CharField(max_length=12, choices=ErasureCause.choices)
    counts = models.JSONField()
    erased_at = models.DateTimeField()
    erased_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "volunteering_erasure"
        constraints = [
            models.CheckConstraint(
                condition=Q(volunteer__isnull=False) ^ Q(knitter__isnull=False), name="volunteering_erasure_of_one"
            )
        ]
