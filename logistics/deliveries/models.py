"""Scans as they came, and conclusions that the books cannot take yet."""

from django.db import models
from django.db.models import Q

from logistics.deliveries.round_models import DistributionRound, RoundParcel
from logistics.storage.rows import Row

# Django looks for the tables here.
__all__ = ["DistributionRound", "RoundParcel", "ScanEvent", "ScanProof", "Unposted"]


class ScanEvent(models.Model):
    """One scan, never changed: its id was made on the device and is its idempotency key for ever."""

    id = models.UUIDField(primary_key=True, editable=False)
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, null=True, related_name="scans")
    organisation_id = models.UUIDField()
    # What was read, as it was read, also when it was no code of ours.
    code_text = models.CharField(max_length=200)
    step = models.CharField(max_length=12)
    outcome = models.CharField(max_length=20)
    content_sha256 = models.CharField(max_length=64)
    scanned_at = models.DateTimeField()
    offset_minutes = models.SmallIntegerField()
    received_at = models.DateTimeField()
    # Device time minus server time when the scan was handed in, in milliseconds.
    skew_ms = models.BigIntegerField()
    device_id = models.UUIDField()
    sequence = models.BigIntegerField()
    operator_id = models.UUIDField(null=True)
    witness_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    round_id = models.UUIDField(null=True)
    undoes_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=32, blank=True, default="")
    proofs = models.JSONField(default=list)
    # HMAC over what the vault keeps of this scan (position, collector, notes); empty where it keeps nothing.
    detail_commitment = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "deliveries_scan"
        indexes = [
            models.Index(fields=["device_id", "sequence"], name="deliveries_scan_by_device"),
            models.Index(fields=["organisation_id", "received_at"], name="deliveries_scan_by_day"),
        ]


class Unposted(Row):
    """A conclusion that the books cannot take yet: why, and since when. Retried when a related fact arrives."""

    parcel = models.OneToOneField("parcels.Parcel", on_delete=models.PROTECT, related_name="unposted")
    organisation_id = models.UUIDField()
    reason = models.CharField(max_length=64)
    since = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deliveries_unposted"


class ScanProof(Row):
    """A proof that a scan names by its hash, and when its bytes arrived; without them it is pending."""

    scan = models.ForeignKey("deliveries.ScanEvent", on_delete=models.PROTECT, related_name="+")
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, related_name="proofs")
    # Whose parcel it is, and whose device scanned: the bytes come from a device of the same body.
    organisation_id = models.UUIDField()
    keeper_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deliveries_scanproof"
        indexes = [
            models.Index(fields=["sha256", "keeper_id"], name="deliveries_proof_by_hash"),
            models.Index(
                fields=["organisation_id", "received_at"],
                name="deliveries_proof_pending",
                condition=Q(arrived_at__isnull=True),
            ),
        ]


class Settlement(Row):
    """What an officer settled where scans contradict each other: a fact of its own, never changed, sealed.

    Of the hand-overs `judged` the scan `stands` is the true one, or none is. `household_id` says whom that one went to;
    `is_packed` stands in for a PACK that never came. The reason is kept apart, erasable, behind its commitment.
    """

    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, related_name="settlements")
    organisation_id = models.UUIDField()
    judged = models.JSONField(default=list)
    stands = models.ForeignKey("deliveries.ScanEvent", on_delete=models.PROTECT, null=True, related_name="+")
    household_id = models.UUIDField(null=True)
    is_packed = models.BooleanField(default=False)
    reason_commitment = models.CharField(max_length=64)
    settled_by_id = models.UUIDField()
    settled_at = models.DateTimeField()

    class Meta:
        db_table = "deliveries_settlement"
        indexes = [models.Index(fields=["parcel", "settled_at"], name="deliveries_settled_of")]


class OneTimeCode(Row):
    """Six digits that a family says at the door, kept as a keyed hash. The last one that was issued counts."""

    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, related_name="+")
    code_index = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by_id = models.UUIDField()
    expires_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "deliveries_onetimecode"
