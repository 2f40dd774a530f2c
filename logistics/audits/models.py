"""Mandates of auditors, what they looked at, and their findings with answers."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row


class MandateState(models.TextChoices):
    """What a mandate opens now; it follows from its dates and is stored nowhere."""

    GRANTED = "GRANTED"
    LIVE = "LIVE"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


class AuditMandate(MasterRow):
    """What an auditor may look at: the books of one organisation and those below it, for some days, until a moment.

    Granted by one, approved by another; every change of it stands in the history of master data.
    """

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="mandates")
    # The days of the books, both included.
    from_on = models.DateField()
    to_on = models.DateField()
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    granted_at = models.DateTimeField()
    granted_by_id = models.UUIDField()
    approved_at = models.DateTimeField(null=True)
    approved_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audits_mandate"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="audits_mandate_days_in_order"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True)
                | (Q(approved_by_id__isnull=False) & ~Q(approved_by_id=F("granted_by_id"))),
                name="audits_mandate_approved_by_another",
            ),
        ]

    def state_at(self, now: dt.datetime) -> str:
        """Say what the mandate opens at a moment."""
        if self.ended_at is not None:
            return MandateState.ENDED
        if self.expires_at <= now:
            return MandateState.EXPIRED
        return MandateState.LIVE if self.approved_at else MandateState.GRANTED


class AuditLook(Row):
    """An auditor opened a page or asked for a file: kept for ever."""

    mandate = models.ForeignKey("audits.AuditMandate", on_delete=models.PROTECT, related_name="looks")
    person_id = models.UUIDField()
    address = models.CharField(max_length=300)
    looked_at = models.DateTimeField()

    class Meta:
        db_table = "audits_look"
        indexes = [models.Index(fields=["mandate", "looked_at"], name="audits_look_by_time")]


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
