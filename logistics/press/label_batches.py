"""Draw a batch of labels: plain values from parcels, one PDF, every code read back before anybody gets it."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from labels.readback import unread_codes
from labels.sheets import find_sheet
from labels.spec import ParcelLabel
from logistics.codes.actions import record_prints
from logistics.kernel.codes import code_uri
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.parcels.models import Parcel
from logistics.press.models import JobState, LabelBatch
from logistics.setup.packages import FOR_LABELS, line_for
from logistics.storage.transactions import action

READ_BACK_MAX = 500
READ_BACK_DPI = 203


class CodeUnread(Unacceptable):
    code = "code_unread"
    zh = "打印的码无法读回：{codes}。这一批不能使用。"
    en = "Printed codes could not be read back: {codes}. This batch must not be used."


class DrawingUnavailable(Unacceptable):
    code = "drawing_unavailable"
    zh = "这台机器缺少绘制标签所需的 Pango。请用 root 运行：{line}"
    en = "This machine lacks Pango, which draws labels. As root, run: {line}"


def draw_batch(batch_id: uuid.UUID, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Draw a queued batch. A refusal fails the whole batch and is kept on it; nothing half made is left.

    `tell` hears (labels drawn, labels in all).
    """
    batch = LabelBatch.objects.select_related("organisation").get(id=batch_id)
    if batch.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    LabelBatch.objects.filter(id=batch_id).update(state=JobState.RUNNING, done=0)
    parcels = _parcels(batch)
    try:
        pdf = _drawn(batch, parcels, tell)
    except Refusal as refusal:
        problem = {"code": refusal.code, "zh": refusal.message("zh"), "en": refusal.message("en")}
        LabelBatch.objects.filter(id=batch_id).update(
            state=JobState.FAILED, problem=problem, finished_at=timezone.now()
        )
        return
    path = _stored(batch_id, pdf)
    _release(batch, parcels, path, hashlib.sha256(pdf).hexdigest())


def label_of(parcel: Parcel) -> ParcelLabel:
    """Say a parcel for paper. There is nothing of a person in it."""
    return ParcelLabel(
        code=parcel.code.text,
        uri=code_uri(parcel.code.text, settings.CODE_HOST),
        programme=parcel.programme.name_zh,
        township=parcel.township or "—",
        contents=tuple(f"{line['zh']} x{line['quantity']}" for line in parcel.contents_text),
        weight_grams=parcel.weight_grams,
        batch=parcel.batch,
        thanks=parcel.programme.thanks,
        federation=parcel.organisation.name_zh,
        reprint=parcel.code.print_count,
    )


def file_of(batch: LabelBatch) -> Path:
    """Return where a finished batch's PDF lies."""
    return Path(settings.MEDIA_ROOT) / batch.path


def _parcels(batch: LabelBatch) -> list[Parcel]:
    rows = Parcel.objects.select_related("code", "programme", "organisation").in_bulk(batch.parcel_ids)
    return [rows[uuid.UUID(parcel_id)] for parcel_id in batch.parcel_ids]


def _drawn(batch: LabelBatch, parcels: Sequence[Parcel], tell: Callable[[int, int], None]) -> bytes:
    def progress(done: int, total: int) -> None:
        LabelBatch.objects.filter(id=batch.id).update(done=done)
        tell(done, total)

    labels = [label_of(parcel) for parcel in parcels]
    pdf = _renderer()(labels, find_sheet(batch.sheet), start_position=batch.start_position, progress=progress)
    if len(labels) <= READ_BACK_MAX:
        unread = unread_codes(pdf, [label.uri for label in labels], READ_BACK_DPI)
        if unread:
            raise CodeUnread(codes=unread[:5])
    return pdf


def _renderer() -> Callable[..., bytes]:
    """Load what draws. Refuses DrawingUnavailable: everything but paper works on a machine without Pango."""
    try:
        from labels.sheet import render_sheets
    except OSError:
        raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
    return render_sheets


def _stored(batch_id: uuid.UUID, pdf: bytes) -> str:
    """Write the file whole or not at all."""
    folder = Path(settings.MEDIA_ROOT) / "labels"
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f"{batch_id}.part"
    waiting.write_bytes(pdf)
    waiting.rename(folder / f"{batch_id}.pdf")
    return f"labels/{batch_id}.pdf"


@action
def _release(batch: LabelBatch, parcels: Sequence[Parcel], path: str, sha256: str) -> None:
    now = timezone.now()
    # Two workers may have drawn it after a crash: one of them releases it, and each label counts as printed once.
    released = LabelBatch.objects.filter(id=batch.id, state=JobState.RUNNING).update(
        state=JobState.DONE, done=batch.total, path=path, sha256=sha256, finished_at=now
    )
    if released:
        record_prints(
            codes=[parcel.code for parcel in parcels], batch_id=batch.id, now=now, printed_by_id=batch.asked_by_id
        )
