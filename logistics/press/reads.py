"""Ask for jobs and their files."""

import uuid

from django.db.models import QuerySet

from labels.files import joined
from logistics.kernel.refusals import Conflicting, Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.press.label_batches import calibration_renderer
from logistics.press.label_files import path_of
from logistics.press.label_papers import get_printer, get_sheet, setup_of
from logistics.press.models import JobState, LabelBatch, LabelChunk


class LabelBatchMissing(Missing):
    code = "label_batch_missing"
    zh = "没有找到这批标签。"
    en = "There is no such label batch."


class FileNotReady(Conflicting):
    code = "file_not_ready"
    zh = "文件还没有做好（{state}）。"
    en = "The file is not ready ({state})."


def get_label_batch(*, batch_id: uuid.UUID, organisation: Organisation) -> LabelBatch:
    """Return the batch with this id. Refuses LabelBatchMissing, also for another organisation's."""
    found = LabelBatch.objects.filter(id=batch_id, organisation__in=organisation_ids_below(organisation)).first()
    if found is None:
        raise LabelBatchMissing
    return found


def recent_label_batches(organisation: Organisation) -> "QuerySet[LabelBatch]":
    """Return the batches of an organisation and of those below it, newest first."""
    return LabelBatch.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def last_label_batch(actor: Actor) -> LabelBatch | None:
    """Return the newest batch that this actor asked for, or None."""
    rows = recent_label_batches(actor.organisation).filter(asked_by_id=actor.holder_id)
    return rows.select_related("printer").first()


def labels_file(batch: LabelBatch) -> bytes:
    """Return a finished batch's PDF, all chunks in one. Refuses FileNotReady."""
    if batch.state != JobState.DONE:
        raise FileNotReady(state=batch.state)
    return path_of(batch.path).read_bytes()


def released_file(batch: LabelBatch) -> bytes:
    """Return everything that was released of a batch, however it ended. Refuses FileNotReady."""
    if batch.state == JobState.DONE:
        return labels_file(batch)
    paths = batch.chunks.order_by("number").values_list("path", flat=True)
    if not paths:
        raise FileNotReady(state=batch.state)
    return joined(path_of(path) for path in paths)


def chunk_file(batch: LabelBatch, number: int) -> bytes:
    """Return the PDF of one chunk, which may be had as soon as it is released. Refuses FileNotReady."""
    return path_of(_chunk(batch, number).path).read_bytes()


def first_sheet_picture(batch: LabelBatch) -> bytes:
    """Return the first sheet as a PNG. Refuses FileNotReady."""
    return path_of(_chunk(batch, 0).path).with_suffix(".png").read_bytes()


def _chunk(batch: LabelBatch, number: int) -> LabelChunk:
    found = batch.chunks.filter(number=number).first()
    if found is None:
        raise FileNotReady(state=batch.state)
    return found


def calibration_file(*, sheet: str, printer: str, organisation: Organisation) -> bytes:
    """Return the page that shows how far a printer misses a paper.

    Refuses SheetUnknown, PrinterMissing, DrawingUnavailable.
    """
    paper = get_sheet(name=sheet, organisation=organisation)
    setup = setup_of(get_printer(code=printer, organisation=organisation) if printer else None)
    return calibration_renderer()(paper, setup)
