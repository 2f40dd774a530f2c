"""Reply cards: what a family said, how pictures of it were covered, what was decided, and whose gifts it thanks."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row


class ReplyCard(Row):
    """Thanks of a family for one parcel or one grant, as they came: typed, photographed or both. Never changed.

    The text is kept erasable behind its commitment; the picture lies locked in the vault. Without a recorder the
    family sent it itself, by the code on its card.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="replies")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="replies")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, null=True, related_name="replies")
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, null=True, related_name="replies")
    grant = models.ForeignKey("grants.Grant", on_delete=models.PROTECT, null=True, related_name="replies")
    # The card that was read; None where somebody typed the parcel's code.
    card = models.ForeignKey("codes.Code", on_delete=models.PROTECT, null=True, related_name="+")
    text_commitment = models.CharField(max_length=64, blank=True, default="")
    picture = models.ForeignKey("households.KeptProof", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "replies_card"
        constraints = [
            models.CheckConstraint(
                condition=Q(parcel__isnull=False, grant__isnull=True) | Q(parcel__isnull=True, grant__isnull=False),
                name="replies_card_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(text_commitment="") | Q(picture__isnull=False), name="replies_card_says_something"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "recorded_at"], name="replies_card_by_day")]


class CoveredPicture(Row):
    """A new picture made of the one that came, black where somebody drew a box. The last one counts."""

    reply = models.ForeignKey("replies.ReplyCard", on_delete=models.PROTECT, related_name="covered")
    position = models.PositiveIntegerField()
    picture = models.ForeignKey("households.KeptProof", on_delete=models.PROTECT, related_name="+")
    # Each [left, top, width, height] in thousandths of the picture.
    boxes = models.JSONField()
    covered_by_id = models.UUIDField()
    covered_at = models.DateTimeField()

    class Meta:
        db_table = "replies_covered"
        constraints = [models.UniqueConstraint(fields=["reply", "position"], name="replies_covered_one_a_position")]


class DecisionKind(models.TextChoices):
    """What a person decided of a reply."""

    RELEASED = "RELEASED"
    KEPT_BACK = "KEPT_BACK"
    WITHDRAWN = "WITHDRAWN"


class ReplyDecision(Row):
    """A decision about a reply; its state is the last one. Texts are kept erasable behind their commitments."""

    reply = models.ForeignKey("replies.ReplyCard", on_delete=models.PROTECT, related_name="decisions")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    # What is shown to donors, as it was released.
    text_commitment = models.CharField(max_length=64, blank=True, default="")
    picture = models.ForeignKey("households.KeptProof", on_delete=models.PROTECT, null=True, related_name="+")
    reason_commitment = models.CharField(max_length=64, blank=True, default="")
    # How many marks stood in the released text, which whoever released it said to have looked at.
    marks_left = models.PositiveIntegerField(default=0)
    # Who had recorded it: never the one who releases it.
    recorded_by_id = models.UUIDField(null=True)
    decided_by_id = models.UUIDField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "replies_decision"
        constraints = [
            models.UniqueConstraint(fields=["reply", "position"], name="replies_decision_one_a_position"),
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="replies_decision_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="RELEASED") | Q(recorded_by_id__isnull=True) | ~Q(decided_by_id=F("recorded_by_id")),
                name="replies_decision_released_by_another",
            ),
        ]


class ThankedGift(Row):
    """A gift whose giver is shown a released reply, found by the trace when it was released."""

    decision = models.ForeignKey("replies.ReplyDecision", on_delete=models.PROTECT, related_name="gifts")
    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, related_name="thanks")

    class Meta:
        db_table = "replies_thankedgift"
        constraints = [models.UniqueConstraint(fields=["decision", "donation"], name="replies_thankedgift_once")]
