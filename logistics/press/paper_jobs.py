"""Draw paper in a worker, read its codes back and release it whole; a refusal leaves nothing behind."""

import hashlib
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from logistics.codes.actions import record_prints
from logistics.codes.models import Code
from logistics.kernel.refusals import Refusal
from logistics.parties.actors import Actor
from logistics.press.label_batches import READ_BACK_MAX
from logistics.press.label_files import FileUnwritten
from logistics.press.models import JobState, PaperJob, problem_of
from logistics.press.paper_files import pdf_of, require_drawing
from logistics.press.papers.evidence import EVIDENCE_PAPERS
from logistics.press.papers.families import FAMILY_PAPERS
from logistics.press.papers.gifts import GIFT_PAPERS
from logistics.press.papers.kinds import PaperFile, PaperKind, PaperWork
from logistics.press.papers.notices import NOTICE_PAPERS
from logistics.press.papers.parcels import PARCEL_PAPERS
from logistics.press.papers.slips import SLIP_PAPERS
from logistics.press.papers.stock_labels import STOCK_LABELS
from logistics.press.papers.stock_notes import STOCK_NOTES
from logistics.press.papers.stock_sheets import STOCK_SHEETS
from logistics.press.sheet_pages import note_sheet_pages
from logistics.storage.transactions import action

if TYPE_CHECKING:
    from labels.returned.places import PagePlaces

KINDS: Mapping[str, PaperKind] = {
    **GIFT_PAPERS,
    **PARCEL_PAPERS,
    **FAMILY_PAPERS,
    **NOTICE_PAPERS,
    **SLIP_PAPERS,
    **STOCK_SHEETS,
    **STOCK_NOTES,
    **STOCK_LABELS,
    **EVIDENCE_PAPERS,
}
Tell = Callable[[int, int], None]


def draw_paper_job(job_id: uuid.UUID, tell: Tell = lambda done, total: None) -> None:
    """Draw a queued paper. A refusal fails the whole job and is kept on it; nothing half made is left."""
    job = PaperJob.objects.select_related("organisation").get(id=job_id)
    if job.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    PaperJob.objects.filter(id=job_id).update(state=JobState.RUNNING, done=0)
    try:
        made = _made(job, tell)
    except Refusal as refusal:
        PaperJob.objects.filter(id=job_id).update(
            state=JobState.FAILED, problem=problem_of(refusal), finished_at=timezone.now()
        )
        return
    _release(job, made)


def file_of_paper(job: PaperJob) -> Path:
    """Return where a finished paper lies."""
    return Path(settings.MEDIA_ROOT) / job.path


@dataclass
class Made:
    """What was drawn: where the file lies and its hash, the codes on it, and where things stand on each page."""

    path: str = ""
    sha256: str = ""
    codes: list[Code] = field(default_factory=list)
    pages: "list[PagePlaces]" = field(default_factory=list)


def _made(job: PaperJob, tell: Tell) -> Made:
    """Draw into a file beside its place and move it there when it is whole."""
    require_drawing()
    made = Made()
    folder = Path(settings.MEDIA_ROOT) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f"{job.id}.part"
    try:
        suffix = _write(waiting, _drawn_files(job, made, tell))
        made.sha256 = hashlib.sha256(waiting.read_bytes()).hexdigest()
        waiting.rename(folder / f"{job.id}{suffix}")
    except OSError as error:
        raise FileUnwritten(why=error.strerror or "") from None
    finally:
        waiting.unlink(missing_ok=True)
    made.path = f"papers/{job.id}{suffix}"
    return made


def _drawn_files(job: PaperJob, made: Made, tell: Tell) -> Iterator[tuple[str, bytes]]:
    actor = Actor(job.organisation, job.asked_by_id or job.id)
    done = 0
    for file in KINDS[job.kind].files(PaperWork(job.id, actor, job.request)):

        def progress(drawn: int, before: int = done) -> None:
            PaperJob.objects.filter(id=job.id).update(done=min(before + drawn, job.total))
            tell(before + drawn, job.total)

        # The first of a long job are read back, all of a short one.
        uris = file.uris if done < READ_BACK_MAX else ()
        yield file.name, pdf_of(PaperFile(file.name, file.title, file.papers, uris), progress, made.pages.append)
        made.codes.extend(file.codes)
        done += len(file.papers)


def _write(path: Path, files: Iterator[tuple[str, bytes]]) -> str:
    """Write one PDF as it is, several into a ZIP, never holding more than two; returns the suffix."""
    name, first = next(files)
    second = next(files, None)
    if second is None:
        path.write_bytes(first)
        return ".pdf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{name}.pdf", first)
        archive.writestr(f"{second[0]}.pdf", second[1])
        for other, pdf in files:
            archive.writestr(f"{other}.pdf", pdf)
    return ".zip"


@action
def _release(job: PaperJob, made: Made) -> None:
    now = timezone.now()
    # Two workers may have drawn it after a crash: one of them releases it, and each code counts as printed once.
    released = PaperJob.objects.filter(id=job.id, state=JobState.RUNNING).update(
        state=JobState.DONE, done=job.total, path=made.path, sha256=made.sha256, finished_at=now
    )
    if released:
        note_sheet_pages(job_id=job.id, pages=made.pages)
    if released and made.codes:
        code_ids = [code.id for code in made.codes]
        record_prints(code_ids=code_ids, batch_id=job.id, now=now, printed_by_id=job.asked_by_id)
