"""Keys of programs, and the sandboxes in which partners try things out.

ApiKey     a key of a partner's program or of a device; found by its prefix, kept as a keyed hash
Sandbox    a body with books of its own that keys for tests work on, until it is reset
"""

import uuid

from django.db import models
from django.db.models import Q

from logistics.journal.history import MasterRow

NAME_LENGTH_MAX = 60


class KeyKind(models.TextChoices):
    """Who holds a key, and on what it works: TEST on a sandbox and nothing else."""

    PARTNER = "PARTNER"
    DEVICE = "DEVICE"
    TEST = "TEST"


class ApiKey(MasterRow):
    """A key: found by its prefix, stored as a keyed hash, shown once."""

    prefix = models.CharField(max_length=8, unique=True)
    secret_hash = models.CharField(max_length=64)
    # Who calls, whichever of its keys it uses today: a key and the one that replaces it have the same holder, so that
    # references and repeated requests are known again.
    holder_id = models.UUIDField(db_index=True)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=KeyKind.choices)
    # The enrolled device that holds it; a device has one key after another. None for partners, and for programs of
    # one's own that were given a device's key by command.
    device = models.ForeignKey("parties.Device", on_delete=models.PROTECT, null=True, related_name="keys")
    # The auditor's mandate under which it was issued: it opens what the mandate opens, as long as that is in force.
    mandate = models.ForeignKey("audits.AuditMandate", on_delete=models.PROTECT, null=True, related_name="keys")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replacement")
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    scopes = models.JSONField()
    # The networks that it may be used from, such as 203.0.113.0/24; all where it is empty.
    networks = models.JSONField(default=list)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    unnoted_fields = frozenset({"secret_hash", "last_used_at"})

    class Meta:
        db_table = "api_key"


class Sandbox(MasterRow):
    """A body beside the tree with books of its own, for one body's tests. A reset closes it and opens the next."""

    owner = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="sandboxes")
    organisation = models.OneToOneField("parties.Organisation", on_delete=models.PROTECT, related_name="sandbox")
    # What the codes of everything in it begin with.
    mark = models.CharField(max_length=24, unique=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "partners_sandbox"
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(closed_at__isnull=True), name="partners_sandbox_one_open"
            )
        ]

    def noted_under(self) -> uuid.UUID | None:
        """Return the body whose sandbox it is."""
        return self.owner_id
