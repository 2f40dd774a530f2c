"""Applications and what was decided of each."""

from django.db import models
from django.db.models import Q

from logistics.kernel.ranking import URGENCY_MAX
from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.storage.rows import Row


class Source(models.TextChoices):
    """Who brought the application: the household itself, or a liaison who proposes it."""

    HOUSEHOLD = "HOUSEHOLD"
    LIAISON = "LIAISON"


class ApplicationState(models.TextChoices):
    """How far an application has come."""

    FILED = "FILED"
    ACCEPTED = "ACCEPTED"
    ON_NOTICE = "ON_NOTICE"
    LISTED = "LISTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Application(Row):
    """A household asks for, or is proposed for, a programme's help; for one member where the programme is for persons.

    `reference` is the number on the family's slip, by which it knows itself in a public notice.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="applications")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="applications")
    round_name = models.CharField(max_length=ROUND_LENGTH_MAX)
    reference = models.CharField(max_length=24, unique=True)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="applications")
    beneficiary = models.ForeignKey(
        "households.Member", on_delete=models.PROTECT, null=True, related_name="applications"
    )
    # Whom it is for: the member, or else the household.
    whom_id = models.UUIDField()
    # The need that it answers, where a visit found one.
    need_id = models.UUIDField(null=True)
    source = models.CharField(max_length=12, choices=Source.choices)
    urgency = models.PositiveSmallIntegerField()
    waiting_since = models.DateField()
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.FILED)
    state_since = models.DateTimeField()
    filed_at = models.DateTimeField()
    filed_by_id = models.UUIDField()
    reviewed_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "lists_application"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "round_name", "whom_id"],
                condition=~Q(state__in=["REFUSED", "WITHDRAWN"]),
                name="lists_application_one_a_round",
            ),
            models.CheckConstraint(condition=Q(urgency__lte=URGENCY_MAX), name="lists_application_urgency_known"),
            models.CheckConstraint(
                condition=Q(reviewed_by_id__isnull=True) | ~Q(reviewed_by_id=models.F("filed_by_id")),
                name="lists_application_reviewed_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "state_since"], name="lists_application_by_state"),
            models.Index(fields=["need_id"], name="lists_application_by_need"),
        ]
