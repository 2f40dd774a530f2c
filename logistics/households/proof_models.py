"""Proofs of delivery in the vault: signatures and photos under lock, and who looked at them."""

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class KeptProof(Row):
    """The bytes of a signature or photo, known by their hash within one organisation.

    The file lies locked in storage and `file_key` opens it; to erase a proof, the key goes. `claimed_at` is when a scan
    was found that names the hash: what no scan ever names is aged out.
    """

    # Whose device sent it. Another organisation with the same bytes has a row of its own and learns nothing.
    organisation_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    # The hash of what is kept, where a camera's notes were taken out of what came.
    kept_sha256 = models.CharField(max_length=64, null=True)
    media_type = models.CharField(max_length=16)
    size_bytes = models.PositiveIntegerField()
    path = models.CharField(max_length=120)
    file_key = EncryptedTextField(blank=True, default="")
    received_at = models.DateTimeField()
    received_from_id = models.UUIDField()
    claimed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "households_keptproof"
        constraints = [models.UniqueConstraint(fields=["organisation_id", "sha256"], name="households_proof_once")]
        indexes = [
            models.Index(
                fields=["organisation_id", "received_at"],
                name="households_proof_unclaimed",
                condition=Q(claimed_at__isnull=True),
            )
        ]


class ProofView(Row):
    """Somebody looked at a proof: who, which, why, when."""

    proof = models.ForeignKey("households.KeptProof", on_delete=models.PROTECT, related_name="views")
    viewer_id = models.UUIDField()
    # The reason itself lies with the committed texts.
    reason_commitment = models.CharField(max_length=64, blank=True, default="")
    viewed_at = models.DateTimeField()

    class Meta:
        db_table = "households_proofview"
