"""Ask for jobs and their files."""

import uuid

from django.db.models import QuerySet

from logistics.kernel.refusals import Conflicting, Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.label_batches import calibration_renderer, file_of
from logistics.press.label_papers import get_printer, get_sheet, setup_of
from logistics.press.models import JobState, LabelBatch


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


def labels_file(batch: LabelBatch) -> bytes:
    """Return a finished batch's PDF. Refuses FileNotReady."""
    if batch.state != JobState.DONE:
        raise FileNotReady(state=batch.state)
    return file_of(batch).read_bytes()


def calibration_file(*, sheet: str, printer: str, organisation: Organisation) -> bytes:
    """Return the page that shows how far a printer misses a paper.

    Refuses SheetUnknown, PrinterMissing, DrawingUnavailable.
    """
    paper = get_sheet(name=sheet, organisation=organisation)
    setup = setup_of(get_printer(code=printer, organisation=organisation) if printer else None)
    return calibration_renderer()(paper, setup)
