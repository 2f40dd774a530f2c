"""Volunteers, known in lists by a number, and what was checked before they meet a child."""

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Volunteer(MasterRow):
    """Somebody who helps, known in lists by the reference."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="volunteers")
    reference = models.CharField(max_length=24, unique=True)
    name = EncryptedTextField()
    telephone = EncryptedTextField(blank=True, default="")
    registered_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "volunteering_volunteer"

    def personal_fields(self) -> frozenset[str]:
        """Name what speaks of a person."""
        return frozenset({"name", "telephone"})


class CheckKind(models.TextChoices):
    """What was looked at before a volunteer meets a child."""

    IDENTITY = "IDENTITY"
    NO_RECORD = "NO_RECORD"  # the police's certificate that nothing is on record
    TRAINING = "TRAINING"


class VolunteerCheck(Row):
    """One check: when it was made, until when it counts, and who saw the paper. Never changed; a newer one counts."""

    volunteer = models.ForeignKey("volunteering.Volunteer", on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind.choices)
    checked_on = models.DateField()
    expires_on = models.DateField()
    document = EncryptedTextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        db_table = "volunteering_check"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="volunteering_check_kind_known"),
            models.CheckConstraint(
                condition=Q(expires_on__gt=models.F("checked_on")), name="volunteering_check_days_in_order"
            ),
        ]
