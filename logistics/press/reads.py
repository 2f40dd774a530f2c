"""Ask for jobs and their files."""

import uuid

from logistics.kernel.refusals import Conflicting, Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.label_batches import file_of
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


def labels_file(batch: LabelBatch) -> bytes:
    """Return a finished batch's PDF. Refuses FileNotReady."""
    if batch.state != JobState.DONE:
        raise FileNotReady(state=batch.state)
    return file_of(batch).read_bytes()
