"""Something small to be done for a family, by a day."""

from django.db import models

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class ErrandState(models.TextChoices):
    """ASKED waits for a volunteer; DONE is what the volunteer says, CONFIRMED what the family does."""

    ASKED = "ASKED"
    TAKEN = "TAKEN"
    DONE = "DONE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Errand(Row):
    """Something small for the old and the young: medicine fetched, a child brought home. Due on a day."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="errands")
    reference = models.CharField(max_length=24, unique=True)
    what = EncryptedTextField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ErrandState.choices, default=ErrandState.ASKED)
    volunteer = models.ForeignKey("volunteering.Volunteer", on_delete=models.PROTECT, null=True, related_name="errands")
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "volunteering_errand"
        indexes = [models.Index(fields=["state", "due_on"], name="volunteering_errands_by_day")]
