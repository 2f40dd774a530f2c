"""Distribution lists, frozen when approved, and what each of their places was allocated."""

from django.db import models
from django.db.models import F, Q

from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.parties.proposals import ProposalState
from logistics.storage.rows import Row


class DistributionList(Row):
    """Who gets what, in order: drafted after a notice by one person, approved and frozen by another.

    `offers` lists what there is to give: `{"kit_recipe", "warehouse", "fund", "quantity"}` or
    `{"fund", "amount_minor", "quantity"}`. Approved lists are numbered without a gap by organisation and year.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="lists")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="lists")
    round_name = models.CharField(max_length=ROUND_LENGTH_MAX)
    notice = models.ForeignKey("lists.PublicNotice", on_delete=models.PROTECT, related_name="lists")
    # None: no weights were ever approved, and only the days of waiting count.
    weights = models.ForeignKey("lists.WeightsRevision", on_delete=models.PROTECT, null=True, related_name="lists")
    ranked_on = models.DateField()
    offers = models.JSONField()
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    decision_reason = models.CharField(max_length=200, blank=True, default="")
    year = models.PositiveIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    count = models.PositiveIntegerField(default=0)
    entries_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "lists_list"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="lists_list_numbered"),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(state="PROPOSED"), name="lists_list_one_draft_a_notice"
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED")
                | (
                    Q(decided_by_id__isnull=False, number__isnull=False, year__isnull=False)
                    & ~Q(decided_by_id=F("proposed_by_id"))
                    & ~Q(entries_sha256="")
                ),
                name="lists_list_approved_by_another",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="lists_list_by_state")]

    @property
    def reference(self) -> str:
        """Say the number of an approved list as people do: 2026-3."""
        return f"{self.year}-{self.number}" if self.number else ""


class ListEntry(Row):
    """One place of a frozen list: who stands there, with how many points, and what they get or why nothing.

    The points by part would tell the hardships of a family: they lie apart, encrypted, and are committed to here. Who
    gets nothing may stand on a later list.
    """

    list = models.ForeignKey("lists.DistributionList", on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveIntegerField()
    application = models.ForeignKey("lists.Application", on_delete=models.PROTECT, related_name="list_entries")
    reference = models.CharField(max_length=24)
    points = models.PositiveIntegerField()
    parts_commitment = models.CharField(max_length=64)
    waiting_since = models.DateField()
    # Which of the list's offers it gets; none, for the reason beside it.
    offer = models.PositiveSmallIntegerField(null=True)
    unserved_reason = models.CharField(max_length=24, blank=True, default="")
    filed_by_id = models.UUIDField()
    reviewed_by_id = models.UUIDField()
    approved_by_id = models.UUIDField()

    class Meta:
        db_table = "lists_listentry"
        constraints = [
            models.UniqueConstraint(fields=["list", "place"], name="lists_listentry_one_a_place"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(offer__isnull=False), name="lists_listentry_served_once"
            ),
            models.CheckConstraint(
                condition=~Q(approved_by_id=F("reviewed_by_id")) & ~Q(approved_by_id=F("filed_by_id")),
                name="lists_listentry_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(offer__isnull=False) ^ ~Q(unserved_reason=""), name="lists_listentry_served_or_why_not"
            ),
        ]


class Allocation(Row):
    """What one place of a list was promised: a parcel or a grant, until it is released."""

    class Kind(models.TextChoices):
        """What was promised."""

        PARCEL = "PARCEL"
        GRANT = "GRANT"

    entry = models.ForeignKey("lists.ListEntry", on_delete=models.PROTECT, related_name="allocations")
    list = models.ForeignKey("lists.DistributionList", on_delete=models.PROTECT, related_name="allocations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # The parcel or the grant, which stand in rooms above.
    subject_id = models.UUIDField(unique=True)
    allocated_at = models.DateTimeField()
    allocated_by_id = models.UUIDField()
    released_at = models.DateTimeField(null=True)
    released_by_id = models.UUIDField(null=True)
    release_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "lists_allocation"
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(released_at__isnull=True), name="lists_allocation_one_an_entry"
            ),
            models.CheckConstraint(condition=Q(kind__in=["PARCEL", "GRANT"]), name="lists_allocation_kind_known"),
        ]
        indexes = [models.Index(fields=["list", "released_at"], name="lists_allocation_of_list")]


class ServedMark(Row):
    """Somebody is served by a programme in a round: for a household, for a member and, by a keyed hash, for an identity
    number. While it stands nobody else serves them there, also another organisation that asks at the same moment.
    """

    # The parcel or the grant.
    subject_id = models.UUIDField()
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="+")
    round_name = models.CharField(max_length=ROUND_LENGTH_MAX)
    key_hash = models.CharField(max_length=64)
    served_on = models.DateField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "lists_servedmark"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "round_name", "key_hash"],
                condition=Q(released_at__isnull=True),
                name="lists_servedmark_once_a_round",
            )
        ]
        indexes = [
            models.Index(fields=["key_hash", "served_on"], name="lists_servedmark_by_key"),
            models.Index(fields=["subject_id"], name="lists_servedmark_by_subject"),
        ]


class HeldUpEntry(Row):
    """A place of a list that could not be allocated, and why, until it is tried again."""

    entry = models.OneToOneField("lists.ListEntry", on_delete=models.PROTECT, related_name="held_up")
    reason = models.CharField(max_length=24)
    tried_at = models.DateTimeField()

    class Meta:
        db_table = "lists_heldupentry"
