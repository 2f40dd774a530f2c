"""Bills of the finance bureau, as they are registered here."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row


class OfficialBill(Row):
    """A bill of the finance bureau for a gift, registered here; a wrong one is voided and another one registered.

    `revision` counts the bills of one gift, `use` the times that one number was registered: the next of either stands
    only when the one before it is void.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="official_bills")
    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, related_name="official_bills")
    revision = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    number = models.CharField(max_length=20)
    use = models.PositiveIntegerField()
    issued_on = models.DateField()
    issuer = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    photo_sha256 = models.CharField(max_length=64, blank=True, default="")
    registered_at = models.DateTimeField()
    registered_by_id = models.UUIDField()

    class Meta:
        db_table = "donations_bill"
        constraints = [
            models.UniqueConstraint(fields=["donation", "revision"], name="donations_bill_reference_once"),
            models.UniqueConstraint(fields=["code", "number", "use"], name="donations_bill_number_reference_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="donations_bill_amount_positive"),
        ]


class OfficialBillVoid(Row):
    """That a registered bill no longer counts, since when and why."""

    bill = models.OneToOneField("donations.OfficialBill", on_delete=models.PROTECT, related_name="void_row")
    reason = models.CharField(max_length=200)
    voided_at = models.DateTimeField()
    voided_by_id = models.UUIDField()

    class Meta:
        db_table = "donations_bill_void"


class OfficialBillPhoto(Row):
    """Where the photo of a bill lies. It names a donor, so that it may be erased; the bill keeps its hash."""

    bill = models.OneToOneField("donations.OfficialBill", on_delete=models.PROTECT, related_name="photo_row")
    path = models.CharField(max_length=200)
    media_type = models.CharField(max_length=20)
    stored_at = models.DateTimeField()

    class Meta:
        db_table = "donations_bill_photo"
