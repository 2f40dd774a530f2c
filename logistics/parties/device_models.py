"""Devices that scan, the one-time QRs that enrol them, and the PINs by which people sign in on them."""

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class Device(MasterRow):
    """A telephone or scanner that scans for an organisation, under a key of its own. Scans bear its id, not the key's:
    with another key it is the same device.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="devices")
    # What people call it by: stands on the device and in the list, says nothing to whoever guesses.
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    platform = models.CharField(max_length=120, blank=True, default="")
    enrolled_at = models.DateTimeField()
    # Who showed the QR, or was signed in on the telephone itself.
    enrolled_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=200, blank=True, default="")
    last_seen_at = models.DateTimeField(null=True)
    # When it called again after it was revoked, and was told to wipe itself.
    told_at = models.DateTimeField(null=True)
    unnoted_fields = frozenset({"last_seen_at", "told_at"})

    class Meta:
        db_table = "parties_device"
        indexes = [models.Index(fields=["organisation", "-id"], name="parties_device_by_body")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def personal_fields(self) -> frozenset[str]:
        """People call a telephone by its owner, and say of whom they take it."""
        return frozenset({"name", "revoked_because"})


class Enrolment(Row):
    """A QR that enrols one device, once, for a quarter of an hour. The token in it is stored hashed."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # Made by the device for its one request, so that it may ask again when the answer was lost on the way.
    request_id = models.UUIDField(null=True)
    device = models.OneToOneField("parties.Device", on_delete=models.PROTECT, null=True, related_name="enrolment")

    class Meta:
        db_table = "parties_enrolment"
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, device__isnull=True) | Q(used_at__isnull=False, device__isnull=False),
                name="parties_enrolment_used_by_one",
            )
        ]


class OperatorPin(Row):
    """The PIN of somebody who works on shared devices: what a device needs to check it without a network."""

    person = models.OneToOneField("parties.Person", on_delete=models.PROTECT, related_name="pin")
    salt = models.CharField(max_length=32)
    iterations = models.PositiveIntegerField()
    # PBKDF2-HMAC-SHA-256 of the PIN, as hexadecimal digits: few digits, so encrypted in the database besides.
    verifier = EncryptedTextField()
    set_at = models.DateTimeField()
    # Wrong PINs in a row, where a device asked here, and when the last one was.
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "parties_pin"
