"""How a batch of labels ends: drawn whole, failed, or cancelled; what was released stays released."""

import datetime as dt

from logistics.kernel.refusals import Conflicting, Refusal, Unacceptable
from logistics.parties.actors import Actor
from logistics.press.label_papers import get_sheet
from logistics.press.models import JobState, LabelBatch, problem_of
from logistics.press.positions import give_back_positions
from logistics.storage.transactions import action

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobBroken(Unacceptable):
    code = "job_broken"
    zh = "程序出错，任务中断。请再试一次；若再出现，请告知管理员。"
    en = "The program broke off. Try once more; if it happens again, tell your administrator."


class LabelsCancelled(Unacceptable):
    code = "labels_cancelled"
    zh = "已取消。"
    en = "Cancelled."


class LabelBatchEnded(Conflicting):
    code = "label_batch_ended"
    zh = "这批标签已经结束（{state}）。"
    en = "This batch has ended already ({state})."


@action
def cancel_labels(*, actor: Actor, batch: LabelBatch, now: dt.datetime) -> LabelBatch:
    """Stop a batch: what was released stays, nothing more follows. Refuses LabelBatchEnded."""
    if not fail_batch(batch=batch, refusal=LabelsCancelled(), now=now):
        batch.refresh_from_db()
        raise LabelBatchEnded(state=batch.state)
    batch.refresh_from_db()
    return batch


@action
def fail_batch(*, batch: LabelBatch, refusal: Refusal, now: dt.datetime) -> bool:
    """End a batch that is open with why; returns whether it was. Positions that it did not use are free again."""
    failed = LabelBatch.objects.filter(id=batch.id, state__in=OPEN_STATES).update(
        state=JobState.FAILED, problem=problem_of(refusal), finished_at=now
    )
    if failed:
        batch.refresh_from_db(fields=["done"])
        give_back_positions(batch, get_sheet(name=batch.sheet, organisation=batch.organisation))
    return bool(failed)


@action
def finish_batch(*, batch: LabelBatch, path: str, sha256: str, now: dt.datetime) -> None:
    """Give a batch that runs its whole file."""
    LabelBatch.objects.filter(id=batch.id, state=JobState.RUNNING).update(
        state=JobState.DONE, done=batch.total, path=path, sha256=sha256, finished_at=now
    )
