"""Who accompanies which child, and what is said of each visit."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class CompanionKind(models.TextChoices):
    """爱心妈妈, 干警妈妈."""

    LOVING_MOTHER = "LOVING_MOTHER"
    POLICE_MOTHER = "POLICE_MOTHER"


class Companionship(Row):
    """A volunteer who accompanies a child, from the day when all checks stood."""

    volunteer = models.ForeignKey("volunteering.Volunteer", on_delete=models.PROTECT, related_name="companionships")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="companionships")
    kind = models.CharField(max_length=16, choices=CompanionKind.choices)
    assigned_at = models.DateTimeField()
    assigned_by_id = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)
    ended_reason = EncryptedTextField(blank=True, default="")

    class Meta:
        db_table = "volunteering_companionship"
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "member"], condition=Q(ended_at__isnull=True), name="volunteering_companion_once"
            )
        ]


class CompanionVisit(Row):
    """What a companion says of one visit. Never changed."""

    companionship = models.ForeignKey("volunteering.Companionship", on_delete=models.PROTECT, related_name="visits")
    visited_on = models.DateField()
    note = EncryptedTextField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        db_table = "volunteering_companionvisit"
