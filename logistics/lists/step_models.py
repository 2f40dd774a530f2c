"""What was decided of applications."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row


class StepKind(models.TextChoices):
    """What happened to an application."""

    FILED = "FILED"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ApplicationStep(Row):
    """One decision about an application: who, when, why. What was said lies apart; its commitment is sealed."""

    application = models.ForeignKey("lists.Application", on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    # Why it was refused: a word of the list of reasons.
    reason = models.CharField(max_length=24, blank=True, default="")
    # None where an erasure withdrew it.
    author_id = models.UUIDField(null=True)
    text_commitment = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "lists_applicationstep"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="lists_applicationstep_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="REFUSED") | ~Q(reason=""), name="lists_applicationstep_refused_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["application", "taken_at"], name="lists_step_by_time")]
