"""Mandates of auditors and what they looked at; findings stand in `finding_models.py`."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from logistics.audits.finding_models import Finding, FindingNote, FindingSubject, NoteKind, Severity
from logistics.journal.history import MasterRow
from logistics.storage.rows import Row

# Django looks for the tables here.
__all__ = [
    "AuditLook",
    "AuditMandate",
    "Finding",
    "FindingNote",
    "FindingSubject",
    "MandateState",
    "NoteKind",
    "Severity",
]


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
