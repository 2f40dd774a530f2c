"""The history of master data: every registration and change with who, when, before, after and why.

MasterRow        a row of master data in a room above: a body, a person, a fund, an item ...
Revision         one registration or change of it, sealed into the log like an entry
CommittedText    what a sealed row says of persons, erasable: the row keeps HMAC-SHA256(salt, text)
"""

import re
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class MasterRow(Row):
    """A row of master data: whoever registers or changes one notes a revision in the same transaction."""

    # What says nothing about the subject, or must not be told: keyed hashes, secrets, when a key was last used.
    unnoted_fields: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def personal_fields(self) -> frozenset[str]:
        """Name the facts that speak of a person: only commitments of them are sealed."""
        return frozenset()

    def noted_under(self) -> uuid.UUID | None:
        """Return the organisation whose history this is; None where it is everybody's."""
        found: uuid.UUID | None = vars(self).get("organisation_id")
        return found

    @classmethod
    def history_kind(cls) -> str:
        """Say what it is in the history: KIT_RECIPE."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).upper()


class Revision(Row):
    """One registration (number 1) or change of a row of master data: only what changed, never edited.

    `commitments` stands for what is said of persons: `{"name.before": "<hex>", "name.after": "<hex>"}`.
    """

    kind = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField()
    organisation_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    before = models.JSONField()
    after = models.JSONField()
    commitments = models.JSONField()
    noted_at = models.DateTimeField()

    class Meta:
        db_table = "journal_revision"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "number"], name="journal_revision_numbered"),
            models.CheckConstraint(condition=Q(number__gt=0), name="journal_revision_number_positive"),
        ]
        indexes = [models.Index(fields=["organisation_id", "noted_at"], name="journal_revision_by_time")]


class CommittedText(Row):
    """A text about a person behind a commitment, with its salt: erase it, and the commitment says nothing."""

    owner_id = models.UUIDField()
    field = models.CharField(max_length=60)
    salt = models.CharField(max_length=64)
    text = EncryptedTextField()

    class Meta:
        db_table = "journal_committedtext"
        constraints = [models.UniqueConstraint(fields=["owner_id", "field"], name="journal_committedtext_one_each")]
