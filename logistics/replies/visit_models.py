"""Verification visits: draws that nobody can steer, whom to visit, what was found, what was done about it."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class VisitDraw(Row):
    """A draw as it was announced: of what, how many, by when. What is drawn follows from the log, later."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="visit_draws")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="visit_draws")
    # Days on which it was handed over or paid, both included.
    from_on = models.DateField()
    to_on = models.DateField()
    size = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    announced_by_id = models.UUIDField()
    announced_at = models.DateTimeField()

    class Meta:
        db_table = "replies_visitdraw"
        constraints = [
            # Who does not like what was drawn draws no second time.
            models.UniqueConstraint(
                fields=["organisation", "programme", "from_on", "to_on"], name="replies_visitdraw_once"
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="replies_visitdraw_days_in_order"),
        ]


class VisitDrawing(Row):
    """What came of a draw: the checkpoint whose root was its seed, and of how many it was drawn."""

    draw = models.OneToOneField("replies.VisitDraw", on_delete=models.PROTECT, related_name="drawing")
    checkpoint = models.ForeignKey("journal.SignedCheckpoint", on_delete=models.PROTECT, related_name="+")
    population = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "replies_visitdrawing"


class VisitKind(models.TextChoices):
    """Why somebody is visited."""

    RANDOM = "RANDOM"
    TARGETED = "TARGETED"


class VerificationVisit(Row):
    """A family to visit after a hand-over or a payment: drawn, or asked for with a reason. Never changed."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="verifications")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="verifications")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="verifications")
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, null=True, related_name="verifications")
    grant = models.ForeignKey("grants.Grant", on_delete=models.PROTECT, null=True, related_name="verifications")
    kind = models.CharField(max_length=8, choices=VisitKind.choices)
    drawing = models.ForeignKey("replies.VisitDrawing", on_delete=models.PROTECT, null=True, related_name="visits")
    why_commitment = models.CharField(max_length=64, blank=True, default="")
    due_on = models.DateField()
    asked_by_id = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "replies_visit"
        constraints = [
            models.CheckConstraint(
                condition=Q(parcel__isnull=False, grant__isnull=True) | Q(parcel__isnull=True, grant__isnull=False),
                name="replies_visit_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind="RANDOM", drawing__isnull=False) | Q(kind="TARGETED", drawing__isnull=True),
                name="replies_visit_drawn_or_asked_for",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "due_on"], name="replies_visit_by_due")]


class Arrived(models.TextChoices):
    """How much of it a family says it got."""

    WHOLE = "WHOLE"
    PARTLY = "PARTLY"
    NOT_AT_ALL = "NOT_AT_ALL"


class Said(models.TextChoices):
    """What a family says to a question."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class VisitResult(Row):
    """What a visit found. `differs` where it is not what the books say. Never changed; the note is kept erasable."""

    visit = models.OneToOneField("replies.VerificationVisit", on_delete=models.PROTECT, related_name="result")
    visited_on = models.DateField()
    arrived = models.CharField(max_length=12, choices=Arrived.choices)
    content_right = models.CharField(max_length=8, choices=Said.choices)
    in_time = models.CharField(max_length=8, choices=Said.choices)
    helped = models.CharField(max_length=8, choices=Said.choices)
    differs = models.BooleanField()
    note_commitment = models.CharField(max_length=64, blank=True, default="")
    visited_by_id = models.UUIDField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "replies_visitresult"
        constraints = [
            models.CheckConstraint(condition=Q(arrived__in=Arrived.values), name="replies_visitresult_arrived_known"),
            models.CheckConstraint(
                condition=Q(arrived="WHOLE") | Q(differs=True), name="replies_visitresult_short_differs"
            ),
        ]
        indexes = [models.Index(fields=["differs"], name="replies_visit_differs", condition=Q(differs=True))]


class DifferenceSettled(Row):
    """What was done about a difference that a visit found, by somebody else than who found it."""

    result = models.OneToOneField("replies.VisitResult", on_delete=models.PROTECT, related_name="settled")
    text_commitment = models.CharField(max_length=64)
    visited_by_id = models.UUIDField()
    settled_by_id = models.UUIDField()
    settled_at = models.DateTimeField()

    class Meta:
        db_table = "replies_differencesettled"
        constraints = [
            models.CheckConstraint(
                condition=~Q(settled_by_id=F("visited_by_id")), name="replies_difference_settled_by_another"
            )
        ]
