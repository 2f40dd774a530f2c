"""Households that may be one, and the merges that a person made of them."""

from django.db import models
from django.db.models import F, Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class PairState(models.TextChoices):
    """OPEN waits for a person, who merges the two or keeps them apart; kept apart, a pair does not come again."""

    OPEN = "OPEN"
    MERGED = "MERGED"
    APART = "APART"


class DuplicatePair(Row):
    """Two households that may be one. `agreements` say why, as parts, percents and points: never what they say.

    `organisation` is the lowest body that sees both: its officers decide, and those above it.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="duplicate_pairs")
    first = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    agreements = models.JSONField()
    state = models.CharField(max_length=6, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    reason = EncryptedTextField(blank=True, default="")

    class Meta:
        db_table = "households_duplicatepair"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="households_duplicatepair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="households_duplicatepair_older_first"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "-score"], name="households_pairs_to_look_at")]


class HouseholdMerge(Row):
    """One household taken into another. `before` keeps, as JSON, what that changed, until it is undone or erased."""

    survivor = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="absorptions")
    pair = models.ForeignKey("households.DuplicatePair", on_delete=models.PROTECT, related_name="merges")
    before = EncryptedTextField(blank=True, default="")
    reason = EncryptedTextField(blank=True, default="")
    merged_at = models.DateTimeField()
    merged_by_id = models.UUIDField()
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.UUIDField(null=True)
    undone_reason = EncryptedTextField(blank=True, default="")

    class Meta:
        db_table = "households_householdmerge"
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="households_merge_one_standing"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="households_merge_of_two"),
        ]
