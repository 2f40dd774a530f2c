"""Grievances: what somebody complained of, what was said and done about it, and who may read the sensitive ones."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class Channel(models.TextChoices):
    """How a grievance came."""

    TELEPHONE = "TELEPHONE"
    PAGE = "PAGE"
    VISIT = "VISIT"


class Grievance(Row):
    """A grievance as it came. Its words and how to reach whoever complains are kept erasable behind commitments.

    `receipt_index` is the keyed hash of the receipt number, which only the complainant has.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="grievances")
    # The third of an organisation's year is 2026-3.
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    is_sensitive = models.BooleanField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, null=True, related_name="grievances")
    # Of whom it is, where it is of one of ours: they never see it.
    about = models.ForeignKey("parties.Person", on_delete=models.PROTECT, null=True, related_name="+")
    receipt_index = models.CharField(max_length=64, unique=True)
    # The keyed hash of the address it was sent from, so that nobody floods the page; empty for what staff recorded.
    source_index = models.CharField(max_length=64, blank=True, default="")
    text_commitment = models.CharField(max_length=64)
    contact_commitment = models.CharField(max_length=64, blank=True, default="")
    recorded_by_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        db_table = "replies_grievance"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="replies_grievance_numbered"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="replies_grievance_channel_known"),
        ]
        indexes = [
            models.Index(fields=["source_index", "received_at"], name="replies_grievance_by_source"),
            models.Index(fields=["organisation", "received_at"], name="replies_grievance_by_day"),
        ]

    @property
    def reference(self) -> str:
        """Say its number as people do: 2026-3."""
        return f"{self.year}-{self.number}"


class StepKind(models.TextChoices):
    """What happened to a grievance."""

    TAKEN_UP = "TAKEN_UP"
    ANSWERED = "ANSWERED"
    ASKED_AGAIN = "ASKED_AGAIN"
    ESCALATED = "ESCALATED"
    CLOSED = "CLOSED"


class GrievanceStep(Row):
    """One step: who holds the grievance from then on, and until when it is to be answered."""

    grievance = models.ForeignKey("replies.Grievance", on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    holder = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    text_commitment = models.CharField(max_length=64, blank=True, default="")
    # None where the complainant or the clock did it.
    author_id = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "replies_grievancestep"
        constraints = [
            models.UniqueConstraint(fields=["grievance", "position"], name="replies_grievancestep_one_a_position"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="replies_grievancestep_kind_known"),
        ]


class ReaderNaming(Row):
    """Somebody is named to read sensitive grievances, or no longer; the last one of a person counts."""

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    is_reader = models.BooleanField()
    named_by_id = models.UUIDField()
    named_at = models.DateTimeField()

    class Meta:
        db_table = "replies_readernaming"
        constraints = [
            models.UniqueConstraint(fields=["person", "position"], name="replies_readernaming_one_a_position"),
            models.CheckConstraint(
                condition=~Q(named_by_id=F("person_id")), name="replies_readernaming_named_by_another"
            ),
        ]
