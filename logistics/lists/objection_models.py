"""What people object to public notices."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class ObjectionState(models.TextChoices):
    """Whether an objection was answered, and how."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


class Objection(Row):
    """Somebody objects to a notice, or to one number on it. What is said, by whom, and the answer lie apart."""

    notice = models.ForeignKey("lists.PublicNotice", on_delete=models.PROTECT, related_name="objections")
    application = models.ForeignKey("lists.Application", on_delete=models.PROTECT, null=True, related_name="objections")
    raised_at = models.DateTimeField()
    text_commitment = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)
    answer_commitment = models.CharField(max_length=64, blank=True, default="")
    # Null where it is not known: for a default SQLite would rebuild the table, and drop its triggers.
    source_index = models.CharField(max_length=64, null=True)

    class Meta:
        db_table = "lists_objection"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="OPEN") | (Q(answered_by_id__isnull=False) & ~Q(answer_commitment="")),
                name="lists_objection_answered_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="UPHELD") | Q(application__isnull=False), name="lists_objection_upheld_of_one"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("raised_at")),
                name="lists_objection_answered_later",
            ),
        ]
        indexes = [models.Index(fields=["notice", "state"], name="lists_objection_by_state")]
