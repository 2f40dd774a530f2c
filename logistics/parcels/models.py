"""Parcels and what is in them."""

from django.db import models
from django.db.models import Q

from logistics.kernel.delivery_states import STATES
from logistics.storage.rows import Row


class Parcel(Row):
    """One package for one household.

    `contents` lists the reserved pieces as [lot, start, stop, value_minor, expires_on], frozen when the parcel is
    planned; `contents_text` says them for people as {"item", "zh", "en", "quantity"}.
    `scan_facts` and `postings` are the fold's memory: what the scans said and which entries follow from it. They stand
    on the row that is locked anyway, so that a scan needs one read; the scans and the journal remain the truth.
    Every scan changes `state`, and with it PostgreSQL writes each index of the row anew: here stand only those that a
    page asks for.
    """

    organisation = models.ForeignKey(
        "parties.Organisation", on_delete=models.PROTECT, related_name="parcels", db_index=False
    )
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="parcels")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, related_name="parcels")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="parcels")
    code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, related_name="parcel")
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, null=True, related_name="parcels")
    beneficiary = models.ForeignKey(
        "households.Member", on_delete=models.PROTECT, null=True, related_name="parcels", db_index=False
    )
    permit = models.ForeignKey("journal.Permit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kit_recipe = models.ForeignKey(
        "stock.KitRecipe", on_delete=models.PROTECT, null=True, related_name="parcels", db_index=False
    )
    reserved_account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    parcel_account = models.OneToOneField("journal.Account", on_delete=models.PROTECT, related_name="+")
    batch = models.CharField(max_length=24)
    # Where it goes, to the township: shown on the label and in ledgers.
    township = models.CharField(max_length=60, blank=True, default="")
    contents = models.JSONField()
    contents_text = models.JSONField(default=list)
    value_minor = models.BigIntegerField()
    weight_grams = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, default="PLANNED")
    scan_facts = models.JSONField(default=list)
    postings = models.JSONField(default=list)
    # What officers have settled of its scans, as [settlement, at_ms, judged, stands, household, is_packed].
    settled = models.JSONField(default=list)
    # Why the books cannot take what the scans conclude; empty where they have taken it.
    unposted_reason = models.CharField(max_length=64, blank=True, default="")
    # The recall that holds it up, and since when: scans that hand it on are answered RECALLED from then on.
    recall = models.ForeignKey(
        "stock.Recall", on_delete=models.PROTECT, null=True, related_name="parcels", db_index=False
    )
    recalled_at = models.DateTimeField(null=True)
    # The day of the newest gift in it: days from gift to delivery are counted from there.
    given_on = models.DateField(null=True)
    planned_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    state_since = models.DateTimeField()
    # The day on which to try again, where it was tried in vain.
    next_try_on = models.DateField(null=True)

    class Meta:
        db_table = "parcels_parcel"
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="parcels_parcel_state_known")]
        indexes = [
            models.Index(fields=["organisation", "state", "id"], name="parcels_by_state"),
            models.Index(fields=["batch"], name="parcels_by_batch"),
            models.Index(
                fields=["organisation", "next_try_on"],
                name="parcels_to_try_again",
                condition=Q(next_try_on__isnull=False),
            ),
            models.Index(fields=["recall"], name="parcels_recalled", condition=Q(recall__isnull=False)),
            models.Index(fields=["beneficiary"], name="parcels_of_member", condition=Q(beneficiary__isnull=False)),
        ]
