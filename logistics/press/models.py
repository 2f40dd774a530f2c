"""Jobs that make files, label batches, and the printers and papers that they are printed on."""

from django.db import models

from logistics.kernel.refusals import Refusal
from logistics.storage.rows import Row


class JobState(models.TextChoices):
    """How far a job has come."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


def problem_of(refusal: Refusal) -> dict[str, str]:
    """Say for a job why it failed, in both languages."""
    return {"code": refusal.code, "zh": refusal.message("zh"), "en": refusal.message("en")}


class FileJob(Row):
    """A job that makes a file: how far it is, what it made, or why it could not."""

    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    problem = models.JSONField(null=True)
    path = models.CharField(max_length=200, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    # How often it was taken up again after a worker died over it.
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class OwnSheet(Row):
    """A label paper of one's own, by its measures in micrometres. Never changed: batches were drawn for it."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="label_sheets")
    name = models.CharField(max_length=24)
    product = models.CharField(max_length=60, blank=True, default="")
    page_width_um = models.PositiveIntegerField()
    page_height_um = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    margin_left_um = models.PositiveIntegerField()
    margin_top_um = models.PositiveIntegerField()
    gutter_x_um = models.PositiveIntegerField()
    gutter_y_um = models.PositiveIntegerField()
    label_width_um = models.PositiveIntegerField()
    label_height_um = models.PositiveIntegerField()

    class Meta:
        db_table = "press_ownsheet"
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="press_ownsheet_name_once")]


class Printer(Row):
    """A printer: its dots, and how far it prints from where it should, in micrometres."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="printers")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    dots_per_inch = models.PositiveIntegerField()
    offset_x_um = models.IntegerField(default=0)
    offset_y_um = models.IntegerField(default=0)

    class Meta:
        db_table = "press_printer"
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="press_printer_code_once")]


class PrinterPosition(Row):
    """Where the next label goes on the part-used sheet of one kind that lies at a printer."""

    printer = models.ForeignKey("press.Printer", on_delete=models.PROTECT, related_name="positions")
    sheet = models.CharField(max_length=24)
    position = models.PositiveIntegerField()

    class Meta:
        db_table = "press_printerposition"
        constraints = [models.UniqueConstraint(fields=["printer", "sheet"], name="press_printerposition_once")]


class LabelBatch(FileJob):
    """Labels to be printed in one go: the job that draws them and the file that it made."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="label_batches")
    printer = models.ForeignKey("press.Printer", on_delete=models.PROTECT, null=True, related_name="label_batches")
    sheet = models.CharField(max_length=24)
    start_position = models.PositiveIntegerField(default=1)
    # Why labels are printed once more; empty for the first time.
    reason = models.CharField(max_length=200, blank=True, default="")
    parcel_ids = models.JSONField()

    class Meta:
        db_table = "press_labelbatch"


class LabelChunk(Row):
    """Labels of a batch that are released: from here on they count as printed. Never changed.

    `first` and `labels` say which of the batch's, counted from 0; `start_position` where they begin on their sheet.
    """

    batch = models.ForeignKey("press.LabelBatch", on_delete=models.PROTECT, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    labels = models.PositiveIntegerField()
    start_position = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    released_at = models.DateTimeField()

    class Meta:
        db_table = "press_labelchunk"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="press_labelchunk_number_once"),
            models.UniqueConstraint(fields=["batch", "first"], name="press_labelchunk_first_once"),
        ]


class PaperJob(FileJob):
    """Paper to be made in one go: which kind, of what, how far it is and the file that it made.

    `request` holds codes, ids and counts, never a person. A job of many papers makes a ZIP of PDFs.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="paper_jobs")
    kind = models.CharField(max_length=24)
    request = models.JSONField()

    class Meta:
        db_table = "press_paperjob"


class SheetRow(Row):
    """One row of a sign-off sheet: which parcel it is for and the row's own code, made once for each sheet."""

    job = models.ForeignKey("press.PaperJob", on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    parcel = models.ForeignKey("parcels.Parcel", on_delete=models.PROTECT, related_name="+")
    code = models.OneToOneField("codes.Code", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "press_sheetrow"
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="press_sheetrow_once")]


class BundleJob(FileJob):
    """An auditor's bundle of one organisation's books and of those below it: what was asked, and the ZIP."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="bundle_jobs")
    asked = models.JSONField()

    class Meta:
        db_table = "press_bundlejob"
