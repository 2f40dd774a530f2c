"""Visits at home, what families lack, who holds each need, and how long each level has.

HomeVisit       a fact that a telephone made: never changed, sealed; taken back by another visit
VisitPhoto      a photo that a visit names by its hash
Need            what a household lacks, as all that is known of it concludes
NeedStep        one step of a need: a fact, never changed, sealed
NeedHolder      who holds a need and since when: a fact, never changed, sealed
NeedTimetable   how many days a programme gives each level, and until a need must be confirmed again
"""

import uuid

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.kernel.need_states import OPEN, STATES, STEPS
from logistics.storage.rows import Row

URGENCY_MAX = 3


class Met(models.TextChoices):
    """Whom a liaison met at the door."""

    HEAD = "HEAD"
    MEMBER = "MEMBER"
    GUARDIAN = "GUARDIAN"
    NEIGHBOUR = "NEIGHBOUR"
    NOBODY = "NOBODY"


class HomeVisit(models.Model):
    """A visit, stored once: its id was made on the device and is its idempotency key for ever.

    `undoes_id` names a visit of the same device that this one takes back. The note is kept apart, erasable.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="visits")
    # Who went there, which need not be who keeps the family.
    organisation_id = models.UUIDField()
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, null=True, related_name="+")
    liaison_id = models.UUIDField(null=True)
    device_id = models.UUIDField()
    visited_at = models.DateTimeField()
    offset_minutes = models.SmallIntegerField()
    received_at = models.DateTimeField()
    met = models.CharField(max_length=12, choices=Met.choices)
    met_member_ids = models.JSONField(default=list)
    undoes_id = models.UUIDField(null=True, db_index=True)
    photos = models.JSONField(default=list)
    # A keyed hash of everything that the visit says: a repeat is told from another visit with the same id.
    content_index = models.CharField(max_length=64)
    note_commitment = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "needs_visit"
        constraints = [models.CheckConstraint(condition=Q(met__in=Met.values), name="needs_visit_met_known")]
        indexes = [models.Index(fields=["household", "visited_at"], name="needs_visit_of_household")]


class VisitPhoto(Row):
    """A photo that a visit names by its hash, and when its bytes arrived."""

    visit = models.ForeignKey("needs.HomeVisit", on_delete=models.PROTECT, related_name="kept_photos")
    # Whose device took it: the bytes come from a device of the same body.
    keeper_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "needs_visitphoto"
        constraints = [models.UniqueConstraint(fields=["visit", "sha256"], name="needs_visitphoto_once")]
        indexes = [models.Index(fields=["sha256", "keeper_id"], name="needs_visitphoto_by_hash")]


class Need(Row):
    """What a household lacks. The sealed steps are the facts; this row says what follows from them.

    `urgency` goes from 0 (some day) to 3 (today). Held by `holder` since `held_since`; `holder_position` counts.
    """

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="needs")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, null=True, related_name="needs")
    visit = models.ForeignKey("needs.HomeVisit", on_delete=models.PROTECT, null=True, related_name="needs")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=24)
    size = models.CharField(max_length=20, blank=True, default="")
    age_years = models.PositiveSmallIntegerField(null=True)
    quantity = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField()
    reported_by_id = models.UUIDField()
    received_at = models.DateTimeField()
    urgency = models.PositiveSmallIntegerField()
    confirmed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=OPEN)
    state_since = models.DateTimeField()
    has_helped = models.BooleanField(null=True)
    holder = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="needs_held")
    held_since = models.DateTimeField()
    holder_position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "needs_need"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="needs_need_state_known"),
            models.CheckConstraint(condition=Q(urgency__lte=URGENCY_MAX), name="needs_need_urgency_known"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="needs_need_quantity_positive"),
        ]
        indexes = [
            models.Index(fields=["household", "state"], name="needs_need_of_household"),
            models.Index(fields=["holder", "state", "held_since"], name="needs_need_by_holder"),
            models.Index(
                fields=["-urgency", "reported_at", "id"], name="needs_need_by_urgency", condition=Q(state=OPEN)
            ),
        ]


class MetBy(models.TextChoices):
    """What met a need."""

    PARCEL = "PARCEL"
    ALLOCATION = "ALLOCATION"
    GRANT = "GRANT"
    WISH = "WISH"
    REFERRAL = "REFERRAL"
    OTHER = "OTHER"


class NeedStep(Row):
    """One step of a need. `need_id` is no key: what a telephone knows of a need may arrive before the need itself.

    A REPORTED step commits to the need's facts and words, any other to its reason; the texts are kept apart, erasable.
    """

    need_id = models.UUIDField()
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="+")
    organisation_id = models.UUIDField()
    visit = models.ForeignKey("needs.HomeVisit", on_delete=models.PROTECT, null=True, related_name="steps")
    step = models.CharField(max_length=12)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # None where what reached the family, or an erasure, concluded it.
    actor_id = models.UUIDField(null=True)
    urgency = models.PositiveSmallIntegerField(null=True)
    # REFERRED: to which body. ACCEPTED, DECLINED, SERVED: which referral this answers, and on which day.
    body = models.CharField(max_length=24, blank=True, default="")
    answers_id = models.UUIDField(null=True)
    answered_on = models.DateField(null=True)
    # MET: by what.
    by_kind = models.CharField(max_length=12, choices=MetBy.choices, blank=True, default="")
    by_id = models.UUIDField(null=True)
    by_code = models.CharField(max_length=40, blank=True, default="")
    commitments = models.JSONField(default=dict)

    class Meta:
        db_table = "needs_step"
        constraints = [
            models.CheckConstraint(condition=Q(step__in=STEPS), name="needs_step_known"),
            models.CheckConstraint(condition=Q(by_kind__in=["", *MetBy.values]), name="needs_step_by_known"),
        ]
        indexes = [models.Index(fields=["need_id", "happened_at"], name="needs_step_of_need")]


class Way(models.TextChoices):
    """How a need came to its holder."""

    FIRST = "FIRST"
    TIMER = "TIMER"
    BY_HAND = "BY_HAND"
    BACK = "BACK"


class NeedHolder(Row):
    """Who holds a need and since when, until the next position. The reason is kept apart, erasable."""

    need = models.ForeignKey("needs.Need", on_delete=models.PROTECT, related_name="holders")
    position = models.PositiveIntegerField()
    holder = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices)
    since = models.DateTimeField()
    moved_by_id = models.UUIDField(null=True)
    reason_commitment = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "needs_holder"
        constraints = [
            models.UniqueConstraint(fields=["need", "position"], name="needs_holder_one_a_position"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="needs_holder_way_known"),
        ]


class NeedTimetable(MasterRow):
    """What a programme sets: how many days a need may stay at each level, and until it must be confirmed again.

    A level that is not named keeps a need until somebody hands it up.
    """

    programme = models.OneToOneField("parties.Programme", on_delete=models.PROTECT, related_name="need_timetable")
    days_per_level = models.JSONField(default=dict)
    days_until_stale = models.PositiveIntegerField()

    class Meta:
        db_table = "needs_timetable"

    def noted_under(self) -> uuid.UUID | None:
        """Return whose programme it is."""
        return self.programme.organisation_id
