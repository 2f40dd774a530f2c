"""Lists of households that come as files: what each row says, whose family it joins, and what became of it."""

from django.db import models

from logistics.press.import_models import ImportStage
from logistics.press.models import FileJob
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class PersonOutcome(models.TextChoices):
    """What the family of a row is, or became: TWIN may be on record already, KNOWN is by an identity number."""

    NEW = "NEW"
    TWIN = "TWIN"
    KNOWN = "KNOWN"
    WRONG = "WRONG"
    RECORDED = "RECORDED"


class HouseholdImport(FileJob):
    """A list of households that was handed in. Township and division are for rows that name none."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="household_imports")
    stage = models.CharField(max_length=6, choices=ImportStage.choices, default=ImportStage.READ)
    township = models.CharField(max_length=60, blank=True, default="")
    division_code = models.CharField(max_length=12, blank=True, default="")
    name = models.CharField(max_length=120, blank=True, default="")
    file_sha256 = models.CharField(max_length=64)
    # The file itself, locked away until it is read; then it goes, with its key.
    file_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "press_householdimport"


class HouseholdImportRow(Row):
    """One row of a list. `said` is what it says, as JSON; `faults` say why it cannot be taken, naming no person."""

    job = models.ForeignKey("press.HouseholdImport", on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    # Rows of one family have one number, in the order of the file.
    family = models.PositiveIntegerField()
    said = EncryptedTextField()
    faults = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=PersonOutcome.choices)
    is_chosen = models.BooleanField(default=False)
    # The household that it became, or that it seems to be.
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "press_householdimportrow"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="press_householdimportrow_once")]
        indexes = [models.Index(fields=["job", "outcome", "family"], name="press_householdrows_by_outcome")]
