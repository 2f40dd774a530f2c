"""Clothes knitted for one child's measures; the knitter sees a number and the measures."""

from django.db import models

from logistics.storage.rows import Row


class KnittingState(models.TextChoices):
    """ASKED has measures, KNITTING has yarn, RECEIVED lies on the shelf, GIVEN is on its way to the child."""

    ASKED = "ASKED"
    KNITTING = "KNITTING"
    RECEIVED = "RECEIVED"
    GIVEN = "GIVEN"


class KnittingOrder(Row):
    """A garment for one child's size. The knitter knows the reference and `measures` in millimetres, nobody else's."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="knitting_orders")
    reference = models.CharField(max_length=24, unique=True)
    member = models.ForeignKey("households.Member", on_delete=models.PROTECT, related_name="knitting_orders")
    garment = models.ForeignKey("stock.Item", on_delete=models.PROTECT, related_name="+")
    measures = models.JSONField()
    state = models.CharField(max_length=10, choices=KnittingState.choices, default=KnittingState.ASKED)
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    yarn_out = models.OneToOneField("stock.YarnMove", on_delete=models.PROTECT, null=True, related_name="+")
    garment_in = models.OneToOneField("stock.YarnMove", on_delete=models.PROTECT, null=True, related_name="+")
    # The parcel that brings it: the room of parcels stands above this one.
    parcel_id = models.UUIDField(null=True)

    class Meta:
        db_table = "volunteering_knittingorder"
