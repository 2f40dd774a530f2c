"""Sheets that come back: where things stood when they were printed, the photos handed in, and what each row says."""

from django.db import models

from logistics.press.models import FileJob
from logistics.storage.rows import Row
from logistics.storage.secrets import EncryptedTextField


class SheetPage(Row):
    """One page of a printed sheet: where its marks, squares and boxes were drawn. Never changed: it is on paper."""

    job = models.ForeignKey("press.PaperJob", on_delete=models.PROTECT, related_name="pages")
    number = models.PositiveIntegerField()
    places = models.JSONField()

    class Meta:
        db_table = "press_sheetpage"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="press_sheetpage_once")]


class ReturnedPaper(FileJob):
    """Photos and scans handed in together: how far they are read, and what was found on each page.

    `pages` lists [what was found, how many rows] in the order in which they came.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="returned_papers")
    pages = models.JSONField(default=list)

    class Meta:
        db_table = "press_returnedpaper"


class ReturnedFile(Row):
    """One file that was handed in, locked away until it is read; then it goes, with its key."""

    paper = models.ForeignKey("press.ReturnedPaper", on_delete=models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    file_key = models.CharField(max_length=64)

    class Meta:
        db_table = "press_returnedfile"
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="press_returnedfile_once")]


class RowDecision(models.TextChoices):
    """What a person says of a row."""

    SIGNED = "SIGNED"
    EMPTY = "EMPTY"


class ReturnedRow(Row):
    """One row of a sheet as it came back: the verdict, the picture of its box, and what a person decided.

    `outcome` is the answer to the hand-over that followed; the picture goes once it is kept as its proof.
    """

    paper = models.ForeignKey("press.ReturnedPaper", on_delete=models.PROTECT, related_name="rows")
    row = models.ForeignKey("press.SheetRow", on_delete=models.PROTECT, related_name="returns")
    verdict = models.CharField(max_length=10)
    reason = models.CharField(max_length=12, blank=True, default="")
    ink_permille = models.PositiveIntegerField()
    # A JPEG in base64.
    picture = EncryptedTextField(blank=True, default="")
    decision = models.CharField(max_length=8, choices=RowDecision.choices, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    proof_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        db_table = "press_returnedrow"
        constraints = [models.UniqueConstraint(fields=["paper", "row"], name="press_returnedrow_once")]

    @property
    def is_unfinished(self) -> bool:
        """Tell whether it is decided as signed and its hand-over is not recorded: somebody was interrupted."""
        return self.decision == RowDecision.SIGNED and not self.outcome

    @property
    def needs_look(self) -> bool:
        """Tell whether whoever decides has a box to look at first."""
        return bool(self.picture) and not self.decision

    @property
    def is_open(self) -> bool:
        """Tell whether a person is still to decide, or to confirm once more."""
        return not self.decision or self.is_unfinished


class BoxView(Row):
    """Somebody looked at the picture of a row's box, on which a name may stand: who, which, when. Never changed."""

    row = models.ForeignKey("press.ReturnedRow", on_delete=models.PROTECT, related_name="views")
    viewer_id = models.UUIDField()
    viewed_at = models.DateTimeField()

    class Meta:
        db_table = "press_boxview"
