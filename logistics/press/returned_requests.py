"""Hand in sheets that came back: photos and scans are looked at, locked away, and queued to be read."""

import datetime as dt
import uuid
from collections.abc import Sequence

from labels.returned.pages import PAGES_MAX, PdfTooLong, count_of_pages, is_pdf
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.parties.actors import Actor
from logistics.press.returned_models import ReturnedFile, ReturnedPaper
from logistics.press.tasks import read_sheets
from logistics.storage.camera_notes import blank_camera_notes, without_camera_notes
from logistics.storage.locked_files import lock_away, throw_away
from logistics.storage.photos import read_photo
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

FILES_MAX = 40
FILES_BYTES_MAX = 64 * 1024 * 1024


class SheetFilesOutOfBounds(Unacceptable):
    code = "sheet_files_out_of_bounds"
    zh = "一次可上传 1 到 {most} 个文件，合计不超过 {megabytes} MB。"
    en = "Send between 1 and {most} files, at most {megabytes} MB together."


@action
def ask_to_read_sheets(
    *, actor: Actor, files: Sequence[bytes], now: dt.datetime, token: uuid.UUID | None = None
) -> ReturnedPaper:
    """Queue photos (JPEG, PNG) and scans (PDF) of signed sheets to be read. The same token queues them once.

    Refuses SheetFilesOutOfBounds, PhotoUnreadable, PhotoTooLarge, PdfUnreadable, PdfLocked, PdfTooLong, PdfTooLarge.
    """
    if not 0 < len(files) <= FILES_MAX or sum(map(len, files)) > FILES_BYTES_MAX:
        raise SheetFilesOutOfBounds(most=FILES_MAX, megabytes=FILES_BYTES_MAX // 1024 // 1024, pointer="/sheets")
    paper_id = derived_id(token, 0) if token else new_id()
    queued = ReturnedPaper.objects.filter(id=paper_id, organisation=actor.organisation).first()
    if queued is not None:
        return queued
    looked_at = [_looked_at(data) for data in files]
    total = sum(pages for pages, _ in looked_at)
    if total > PAGES_MAX:
        raise PdfTooLong(pages=total, most=PAGES_MAX, pointer="/sheets")
    paper = ReturnedPaper.objects.create(
        id=paper_id, organisation=actor.organisation, total=total, asked_at=now, asked_by_id=actor.holder_id
    )
    _keep(paper, [data for _, data in looked_at])
    read_sheets.enqueue(str(paper.id))
    return paper


def _looked_at(data: bytes) -> tuple[int, bytes]:
    """Count the pages of a file, and return what is kept of it: nothing of what a camera wrote beside its pictures."""
    try:
        if is_pdf(data):
            return count_of_pages(data), blank_camera_notes(data)
        return 1, without_camera_notes(read_photo(data)).data
    except Refusal as refusal:
        refusal.pointer = "/sheets"
        raise


def _keep(paper: ReturnedPaper, files: Sequence[bytes]) -> None:
    rows: list[ReturnedFile] = []
    try:
        for number, data in enumerate(files, 1):
            # Asked for again after a rollback, the same request finds its paths free.
            path = f"returned/{new_id().hex}"
            rows.append(ReturnedFile(paper=paper, number=number, path=path, file_key=lock_away(data, path)))
        ReturnedFile.objects.bulk_create(rows)
    except BaseException:
        for row in rows:
            throw_away(row.path)
        raise
