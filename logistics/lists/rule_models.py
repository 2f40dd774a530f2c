"""What a programme sets for its lists: who is eligible, how long each step may take, what weighs how much."""

import uuid

from django.db import models
from django.db.models import F, Q

from logistics.journal.history import MasterRow
from logistics.parties.proposals import ProposalState
from logistics.storage.rows import Row

ROUND_LENGTH_MAX = 24


class Stage(models.TextChoices):
    """What somebody waits for, in the order of the way; HAND_OVER is the whole way from an approved list."""

    REVIEW = "REVIEW"
    NOTICE = "NOTICE"
    OBJECTION = "OBJECTION"
    APPROVAL = "APPROVAL"
    ALLOCATION = "ALLOCATION"
    PACKING = "PACKING"
    DISPATCH = "DISPATCH"
    DELIVERY = "DELIVERY"
    PAYMENT = "PAYMENT"
    HAND_OVER = "HAND_OVER"
    REPLY = "REPLY"


class ProgrammeRules(MasterRow):
    """The rules of a programme's lists, with a history. `eligibility` is written as in `kernel.admission`.

    `hours_per_stage` says how long anybody may wait in each stage, e.g. `{"REVIEW": 72}`. Nobody is served
    twice within one `round_name`.
    """

    programme = models.OneToOneField("parties.Programme", on_delete=models.PROTECT, related_name="list_rules")
    round_name = models.CharField(max_length=ROUND_LENGTH_MAX)
    eligibility = models.JSONField(default=dict)
    notice_days = models.PositiveIntegerField()
    hours_per_stage = models.JSONField(default=dict)

    class Meta:
        db_table = "lists_programmerules"

    def noted_under(self) -> uuid.UUID | None:
        """Return whose programme it is."""
        return self.programme.organisation_id


class WeightsRevision(Row):
    """What weighs how much in a programme's ranking from a day on: proposed by one person, approved by another."""

    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="weights")
    number = models.PositiveIntegerField()
    weights = models.JSONField()
    in_force_from = models.DateField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "lists_weights"
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="lists_weights_numbered"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (Q(decided_by_id__isnull=False) & ~Q(decided_by_id=F("proposed_by_id"))),
                name="lists_weights_approved_by_another",
            ),
        ]
