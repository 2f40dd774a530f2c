"""Files of gifts and bank statements: what each row says, with whom and what it was matched, and what became of it."""

from django.db import models

from logistics.press.models import FileJob
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class ImportKind(models.TextChoices):
    """What a file is."""

    GIFTS = "GIFTS"
    STATEMENT = "STATEMENT"


class ImportStage(models.TextChoices):
    """What the job is about: to read the file, or to record the rows that were chosen."""

    READ = "READ"
    RECORD = "RECORD"


class RowOutcome(models.TextChoices):
    """What a row is, or became."""

    NEW = "NEW"
    KNOWN = "KNOWN"
    DIFFERS = "DIFFERS"
    WRONG = "WRONG"
    LEFT_OUT = "LEFT_OUT"
    RECORDED = "RECORDED"


class GiftImport(FileJob):
    """A file that was handed in. `programme` and `fund` are for rows that name none."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="gift_imports")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    stage = models.CharField(max_length=6, choices=ImportStage.choices, default=ImportStage.READ)
    programme = models.ForeignKey("parties.Programme", on_delete=models.PROTECT, related_name="+")
    fund = models.ForeignKey("funds.Fund", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True, default="")
    file_sha256 = models.CharField(max_length=64)
    # The file itself, locked away until it is read; then it goes, with its key.
    file_key = models.CharField(max_length=64, blank=True, default="")
    # The first and last day that a statement speaks of.
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)

    class Meta:
        db_table = "press_giftimport"

    @property
    def is_forgotten(self) -> bool:
        """Tell whether its rows say nothing of persons any more: then it leads nowhere."""
        return not self.path


class ImportRow(Row):
    """One row of a file. `said` is what it says, as JSON; `faults` say why it cannot be taken, naming no person."""

    job = models.ForeignKey("press.GiftImport", on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    said = EncryptedTextField()
    faults = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    is_chosen = models.BooleanField(default=False)
    # How many donors of this name are known: the oldest is taken.
    namesakes = models.PositiveIntegerField(default=0)
    donor = models.ForeignKey("parties.Donor", on_delete=models.PROTECT, null=True, related_name="+")
    pledge = models.ForeignKey("donations.Pledge", on_delete=models.PROTECT, null=True, related_name="+")
    # The gift that it is, or that it was matched with.
    donation = models.ForeignKey("donations.Donation", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "press_importrow"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="press_importrow_once")]
        indexes = [models.Index(fields=["job", "outcome"], name="press_importrow_by_outcome")]
