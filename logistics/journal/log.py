"""The tables of the tamper-evident log: leaves that wait, leaves with their numbers, the tree, the signed roots.

Leaf             the bytes of one fact, pushed with it
UnsealedLeaf     a leaf that waits for its number
SealedLeaf       a leaf with its number
TreeNode         a complete node above the leaves
SignedCheckpoint the signed root at one size
Voucher          the number of an entry among the vouchers of its month, given when its leaf is sealed
"""

import uuid

from django.db import models

from logistics.kernel.canonical import numbered_record
from logistics.storage.rows import Row

# Whose facts belong to no organisation: what the whole installation shares.
EVERYBODY = uuid.UUID(int=0)


class Leaf(Row):
    """The bytes of one fact for the tamper-evident log, pushed in the transaction that made it true."""

    kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    organisation_id = models.UUIDField(default=EVERYBODY)
    data = models.BinaryField()

    class Meta:
        db_table = "journal_leaf"
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="journal_leaf_one_a_fact")]


class UnsealedLeaf(models.Model):
    """A leaf that waits for its number: added with the leaf, taken away when it is sealed.

    `id` comes from the database's sequence: a fact that builds upon another always stands behind it, whatever the
    clocks of two machines say.
    """

    id = models.BigAutoField(primary_key=True)
    leaf = models.OneToOneField("journal.Leaf", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "journal_unsealedleaf"


class SealedLeaf(models.Model):
    """A leaf with its number in the log, given after its transaction had committed. `id` is the number."""

    id = models.BigIntegerField(primary_key=True)
    leaf = models.OneToOneField("journal.Leaf", on_delete=models.PROTECT, related_name="sealed")
    organisation_id = models.UUIDField()
    # Its number among the leaves of its organisation: 1, 2, 3 ... without a gap. It is hashed with the leaf.
    own_number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_sealedleaf"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "own_number"], name="journal_sealedleaf_one_a_number")
        ]

    @property
    def record(self) -> bytes:
        """The bytes that the tree hashes."""
        organisation = str(self.organisation_id)
        return numbered_record(bytes(self.leaf.data), organisation=organisation, number=self.own_number)


class TreeNode(models.Model):
    """A complete node of the tree above the leaves. `id` is its position shifted by LEVEL_BITS, and its level."""

    LEVEL_BITS = 6

    id = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_treenode"


class SignedCheckpoint(Row):
    """The signed root of the log at one size (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "journal_checkpoint"


class Voucher(Row):
    """The number of an entry among the vouchers (记账凭证) of its organisation and month: 1, 2, 3 ... without a gap."""

    entry = models.OneToOneField("journal.JournalEntry", on_delete=models.PROTECT, related_name="voucher")
    organisation_id = models.UUIDField()
    # "2026-01": the month of the day in the books.
    month = models.CharField(max_length=7)
    number = models.PositiveIntegerField()

    class Meta:
        db_table = "journal_voucher"
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "month", "number"], name="journal_voucher_one_a_number")
        ]
