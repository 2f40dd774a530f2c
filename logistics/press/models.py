"""Jobs that make files, and label batches."""

from django.db import models

from logistics.storage.rows import Row


class JobState(models.TextChoices):
    """How far a job has come."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


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

    class Meta:
        abstract = True


class LabelBatch(FileJob):
    """Labels to be printed in one go: the job that draws them and the file that it made."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="label_batches")
    sheet = models.CharField(max_length=24)
    start_position = models.PositiveIntegerField(default=1)
    parcel_ids = models.JSONField()

    class Meta:
        db_table = "press_labelbatch"


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
