"""Public notices and what stands on them."""

from django.db import models

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
