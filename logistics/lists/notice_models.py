"""Public notices, and what people object to them."""

from django.db import models
from django.db.models import F, Q

from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.storage.rows import Row


class PublicNotice(Row):
    """What anyone may read for some days before a list is approved: township, programme, count and numbers, no person.

    `ends_on` is the last day on which somebody may object.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="public_notices")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="public_notices")
    round_name = models.CharField(max_length=ROUND_LENGTH_MAX)
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    ends_on = models.DateField()
    published_by_id = models.UUIDField()
    # SHA-256 over what the notice shows.
    entries_sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "lists_notice"
        constraints = [models.UniqueConstraint(fields=["organisation", "year", "number"], name="lists_notice_numbered")]
        indexes = [models.Index(fields=["ends_on"], name="lists_notice_by_end")]

    @property
    def reference(self) -> str:
        """Say its number as people do: 2026-3."""
        return f"{self.year}-{self.number}"


class NoticeEntry(Row):
    """One application on a notice."""

    notice = models.ForeignKey("lists.PublicNotice", on_delete=models.PROTECT, related_name="entries")
    application = models.OneToOneField("lists.Application", on_delete=models.PROTECT, related_name="notice_entry")
    township = models.CharField(max_length=60)
    reference = models.CharField(max_length=24)

    class Meta:
        db_table = "lists_noticeentry"
        indexes = [models.Index(fields=["notice", "township", "reference"], name="lists_noticeentry_in_order")]


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
