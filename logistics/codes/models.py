"""Printed codes and what became of them."""

from django.db import models

from logistics.storage.rows import Row


class CodeState(models.TextChoices):
    """Whether a printed code still counts."""

    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"


class Code(Row):
    """A code on paper. `subject_id` is the parcel, household card, gift ... above us that it names."""

    text = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16)
    subject_id = models.UUIDField(db_index=True)
    organisation_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=CodeState.choices, default=CodeState.ACTIVE)
    issued_at = models.DateTimeField()
    print_count = models.PositiveIntegerField(default=0)
    printed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=200, blank=True, default="")
    revoked_by_id = models.UUIDField(null=True)
    replaced_by = models.OneToOneField("codes.Code", on_delete=models.PROTECT, null=True, related_name="replaces")

    class Meta:
        db_table = "codes_code"


class CodePrint(Row):
    """One time that a code went to paper: who, when, in which batch."""

    code = models.ForeignKey("codes.Code", on_delete=models.PROTECT, related_name="prints")
    batch_id = models.UUIDField()
    printed_at = models.DateTimeField()
    printed_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "codes_print"
