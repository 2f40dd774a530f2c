"""Findings of auditors and what was said of them."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row


class FindingSubject(models.TextChoices):
    """What a finding is about."""

    ENTRY = "ENTRY"
    PARCEL = "PARCEL"
    FUND = "FUND"
    LEDGER = "LEDGER"


class Severity(models.TextChoices):
    """How much a finding weighs."""

    NOTE = "NOTE"
    DEFICIENCY = "DEFICIENCY"
    SERIOUS = "SERIOUS"


class Finding(Row):
    """What an auditor found, about one thing; what is said of it stands in its notes. Never changed."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="findings")
    # The third finding of an organisation's year is 2026-3.
    number = models.PositiveIntegerField()
    year = models.PositiveIntegerField()
    mandate = models.ForeignKey("audits.AuditMandate", on_delete=models.PROTECT, null=True, related_name="findings")
    subject_kind = models.CharField(max_length=8, choices=FindingSubject.choices)
    subject_id = models.UUIDField(null=True)
    # What people call it: the parcel's or fund's code, the entry's id, the ledger's name.
    subject_text = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    due_on = models.DateField()
    raised_at = models.DateTimeField()
    raised_by_id = models.UUIDField()

    class Meta:
        db_table = "audits_finding"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="audits_finding_numbered"),
            models.CheckConstraint(condition=Q(subject_kind__in=FindingSubject.values), name="audits_finding_subject"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="audits_finding_severity_known"),
        ]

    @property
    def reference(self) -> str:
        """Say its number as people do: 2026-3."""
        return f"{self.year}-{self.number}"


class NoteKind(models.TextChoices):
    """What a note of a finding does: it opens it, answers it, goes on asking, or settles it."""

    RAISED = "RAISED"
    ANSWERED = "ANSWERED"
    ASKED = "ASKED"
    SETTLED = "SETTLED"


class FindingNote(Row):
    """One step of a finding: who said what, when. The text is kept erasable; its commitment is sealed."""

    finding = models.ForeignKey("audits.Finding", on_delete=models.PROTECT, related_name="notes")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    author_id = models.UUIDField()
    text_commitment = models.CharField(max_length=64)
    # SHA-256 of a document that supports what is said, where there is one.
    document_sha256 = models.CharField(max_length=64, blank=True, default="")
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "audits_findingnote"
        constraints = [
            models.UniqueConstraint(fields=["finding", "position"], name="audits_findingnote_one_a_position"),
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="audits_findingnote_kind_known"),
        ]
