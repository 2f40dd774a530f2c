"""Read sheets that came back, in a worker: which rows are on each page, and what their boxes say."""

import base64
import io
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from PIL import Image

from logistics.codes.reads import read_text
from logistics.households.models import Household
from logistics.kernel.refusals import Refusal
from logistics.parties.models import Organisation
from logistics.press.models import JobState, SheetRow, problem_of
from logistics.press.returned_models import ReturnedFile, ReturnedPaper, ReturnedRow
from logistics.press.sheet_pages import pages_with, rows_by_code
from logistics.storage.locked_files import throw_away, unlocked
from logistics.storage.transactions import action

if TYPE_CHECKING:
    from labels.returned.reading import RowRead

# What a page turned out to be: rows of ours, codes that are none of ours (or another organisation's), or no code.
READ, UNKNOWN, NO_CODE = "READ", "UNKNOWN", "NO_CODE"
Tell = Callable[[int, int], None]
PageFound = tuple[str, int]


def read_returned_paper(paper_id: uuid.UUID, tell: Tell = lambda done, total: None) -> None:
    """Read what was handed in, then take the photos away: the pictures of the boxes are all that is kept."""
    paper = ReturnedPaper.objects.select_related("organisation").get(id=paper_id)
    if paper.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    jobs = ReturnedPaper.objects.filter(id=paper_id)
    jobs.update(state=JobState.RUNNING, done=0)
    files = list(paper.files.order_by("number"))
    try:
        pages, rows = _read(paper, files, tell)
        _release(paper, pages, rows)
    except Refusal as refusal:
        jobs.update(state=JobState.FAILED, problem=problem_of(refusal), finished_at=timezone.now())
    _throw_away(files)


def _read(paper: ReturnedPaper, files: list[ReturnedFile], tell: Tell) -> "tuple[list[PageFound], dict[str, RowRead]]":
    from labels.returned.reading import agreed

    pages: list[PageFound] = []
    rows: dict[str, RowRead] = {}
    for file in files:
        for photo in _pictures(unlocked(file.path, file.file_key)):
            found, reads = _page(photo, paper.organisation)
            pages.append((found, len(reads)))
            for read in reads:
                rows[read.code] = agreed(rows[read.code], read) if read.code in rows else read
            ReturnedPaper.objects.filter(id=paper.id).update(done=len(pages))
            tell(len(pages), paper.total)
    return pages, rows


def _pictures(data: bytes) -> Iterator[Image.Image]:
    from labels.returned.pages import is_pdf, pages_of

    if is_pdf(data):
        yield from pages_of(data)
        return
    with Image.open(io.BytesIO(data)) as image:
        yield image.convert("RGB")


def _page(photo: Image.Image, organisation: Organisation) -> "tuple[str, list[RowRead]]":
    from labels.returned.places import PagePlaces
    from labels.returned.reading import rows_on
    from labels.returned.seeing import Seen, codes_on

    seen = [Seen(text, found.corners) for found in codes_on(photo) if (text := _code_in(found.text))]
    if not seen:
        return NO_CODE, []
    pages = pages_with(codes={one.text for one in seen}, organisation=organisation)
    reads = [read for page in pages for read in rows_on(photo, seen, PagePlaces.of_fields(page.places))]
    return (READ if reads else UNKNOWN), reads


def _code_in(text: str) -> str:
    try:
        return read_text(text)
    except Refusal:
        return ""


@action
def _release(paper: ReturnedPaper, pages: list[PageFound], rows: "dict[str, RowRead]") -> None:
    # Two workers may have read it after a crash: one of them releases it.
    released = ReturnedPaper.objects.filter(id=paper.id, state=JobState.RUNNING).update(
        state=JobState.DONE, done=paper.total, pages=pages, finished_at=timezone.now()
    )
    if released:
        known = rows_by_code(rows)
        gone = _rows_of_erased([row.id for row in known.values()])
        read_rows = [_row(paper, known[code].id, read) for code, read in rows.items()]
        for row in read_rows:
            row.picture = "" if row.row_id in gone else row.picture
        ReturnedRow.objects.bulk_create(read_rows)


def _rows_of_erased(row_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Return which rows are of somebody who was erased while the photo waited; their families are locked."""
    families = SheetRow.objects.filter(id__in=row_ids).values("parcel__household")
    list(Household.objects.select_for_update().filter(id__in=families).order_by("id"))
    erased = Q(parcel__household__erased_at__isnull=False) | Q(parcel__beneficiary__erased_at__isnull=False)
    return set(SheetRow.objects.filter(erased, id__in=row_ids).values_list("id", flat=True))


def _row(paper: ReturnedPaper, row_id: uuid.UUID, read: "RowRead") -> ReturnedRow:
    return ReturnedRow(
        paper=paper,
        row_id=row_id,
        verdict=read.finding.verdict,
        reason=read.finding.reason,
        ink_permille=read.finding.ink_permille,
        picture=base64.b64encode(read.picture).decode(),
    )


def _throw_away(files: list[ReturnedFile]) -> None:
    ReturnedFile.objects.filter(id__in=[file.id for file in files]).delete()
    for file in files:
        throw_away(file.path)
