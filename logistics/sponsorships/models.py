"""One sponsor and one child: who began it, how it goes on, the yearly grants, the letters both ways.

Nothing here names the child to the sponsor: there is an alias and a stage of school, and what was released of letters.
"""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class Stage(models.TextChoices):
    """How far a child has come at school."""

    PRIMARY_LOWER = "PRIMARY_LOWER"
    PRIMARY_UPPER = "PRIMARY_UPPER"
    JUNIOR_HIGH = "JUNIOR_HIGH"
    SENIOR_HIGH = "SENIOR_HIGH"
    UNIVERSITY = "UNIVERSITY"


class Sponsorship(Row):
    """A sponsor for a child, as it began. Never changed: what came later are steps. `code` opens the sponsor's page."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="sponsorships")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="sponsorships")
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, related_name="sponsorships")
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="sponsorships")
    code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, related_name="+")
    # What the sponsor calls the child: never a name of hers.
    alias = models.CharField(max_length=12)
    yearly_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    started_on = models.DateField()
    started_by_id = models.UUIDField()
    started_at = models.DateTimeField()

    class Meta:
        db_table = "sponsorships_sponsorship"
        constraints = [models.CheckConstraint(condition=Q(yearly_minor__gt=0), name="sponsorships_amount_positive")]


class EndReason(models.TextChoices):
    """Why a sponsorship ends."""

    GREW_OUT = "GREW_OUT"
    GRADUATED = "GRADUATED"
    MOVED_AWAY = "MOVED_AWAY"
    SPONSOR_STOPPED = "SPONSOR_STOPPED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    OTHER = "OTHER"


class SponsorshipStep(Row):
    """The child moves on at school, or the sponsorship ends with thanks; the last stage counts."""

    sponsorship = models.ForeignKey("sponsorships.Sponsorship", on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()
    stage = models.CharField(max_length=16, choices=Stage.choices, blank=True, default="")
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True, default="")
    thanks_commitment = models.CharField(max_length=64, blank=True, default="")
    on = models.DateField()
    noted_by_id = models.UUIDField()
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "sponsorships_step"
        constraints = [
            models.UniqueConstraint(fields=["sponsorship", "position"], name="sponsorships_step_one_a_position"),
            models.CheckConstraint(
                condition=(Q(stage="") & ~Q(end_reason="")) | (~Q(stage="") & Q(end_reason="")),
                name="sponsorships_step_stage_or_end",
            ),
        ]


class SponsorshipGrant(Row):
    """A grant planned for one year of a sponsorship: 0 is the first."""

    sponsorship = models.ForeignKey("sponsorships.Sponsorship", on_delete=models.PROTECT, related_name="grants")
    year = models.PositiveIntegerField()
    grant = models.OneToOneField("grants.Grant", on_delete=models.PROTECT, related_name="sponsored")

    class Meta:
        db_table = "sponsorships_grant"


class Direction(models.TextChoices):
    """Which way a letter goes. Nobody writes directly."""

    TO_CHILD = "TO_CHILD"
    TO_SPONSOR = "TO_SPONSOR"


class Letter(Row):
    """A letter as it came; its words are kept erasable. Without a recorder the sponsor wrote it at their page."""

    sponsorship = models.ForeignKey("sponsorships.Sponsorship", on_delete=models.PROTECT, related_name="letters")
    direction = models.CharField(max_length=12, choices=Direction.choices)
    text_commitment = models.CharField(max_length=64)
    recorded_by_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "sponsorships_letter"


class LetterDecision(Row):
    """A letter is released in the words that a person left standing, or kept back; once, and never by its recorder."""

    letter = models.OneToOneField("sponsorships.Letter", on_delete=models.PROTECT, related_name="decision")
    is_released = models.BooleanField()
    # What was released, or why it was kept back.
    text_commitment = models.CharField(max_length=64)
    marks_left = models.PositiveIntegerField(default=0)
    recorded_by_id = models.UUIDField(null=True)
    decided_by_id = models.UUIDField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "sponsorships_letterdecision"
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by_id__isnull=True) | ~Q(decided_by_id=F("recorded_by_id")),
                name="sponsorships_letter_released_by_another",
            )
        ]


class LetterWithdrawal(Row):
    """A letter that was released is taken back, once; why is kept erasable. It stays as it was decided."""

    letter = models.OneToOneField("sponsorships.Letter", on_delete=models.PROTECT, related_name="withdrawal")
    reason_commitment = models.CharField(max_length=64)
    withdrawn_by_id = models.UUIDField()
    withdrawn_at = models.DateTimeField()

    class Meta:
        db_table = "sponsorships_letterwithdrawal"
