"""Distribution rounds: one outing or ceremony, the parcels on it, and what became of each."""

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class RoundKind(models.TextChoices):
    """From door to door, or at one place on one day."""

    OUTING = "OUTING"
    CEREMONY = "CEREMONY"


class RoundState(models.TextChoices):
    """Where a round stands. One that was planned and never held is dropped."""

    PLANNED = "PLANNED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    DROPPED = "DROPPED"


class LeftAs(models.TextChoices):
    """What becomes of a parcel that a closed round leaves over."""

    STILL_OUT = "STILL_OUT"
    TO_BE_RETURNED = "TO_BE_RETURNED"


class DistributionRound(MasterRow):
    """An outing or ceremony: a document with its history. `people` lists the ids of who goes along."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=8, choices=RoundKind.choices)
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=60)
    held_on = models.DateField()
    people = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=RoundState.choices, default=RoundState.PLANNED)
    parcel_count = models.PositiveIntegerField()
    # Over the sorted codes: with it the list is sealed as the round was planned, and again as parcels were added.
    parcels_sha256 = models.CharField(max_length=64)
    planned_at = models.DateTimeField()
    planned_by_id = models.UUIDField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Who was not at home, and why it was dropped.
    note = EncryptedTextField(blank=True, default="")

    class Meta:
        db_table = "deliveries_round"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="deliveries_round_state_known")
        ]
        indexes = [models.Index(fields=["organisation", "state", "held_on"], name="deliveries_round_by_day")]

    def __str__(self) -> str:
        return f"{self.name} {self.held_on}"

    def personal_fields(self) -> frozenset[str]:
        """What was noted may name a family."""
        return frozenset({"note"})


class RoundParcel(Row):
    """A parcel on a round. While the round is neither closed nor dropped, the parcel is on no other."""

    round = models.ForeignKey("deliveries.DistributionRound", on_delete=models.PROTECT, related_name="places")
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, related_name="rounds")
    is_live = models.BooleanField(default=True)
    # Told at closing: in which state it was, and what becomes of it where it was left over.
    state_at_close = models.CharField(max_length=20, blank=True, default="")
    left_as = models.CharField(max_length=16, choices=LeftAs.choices, blank=True, default="")

    class Meta:
        db_table = "deliveries_roundparcel"
        constraints = [
            models.UniqueConstraint(fields=["round", "parcel"], name="deliveries_roundparcel_once"),
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(is_live=True), name="deliveries_roundparcel_one_live"
            ),
        ]
