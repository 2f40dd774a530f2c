"""Draw a batch of labels: plain values from parcels, one PDF, every code read back before anybody gets it."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from labels.placing import mark_of
from labels.readback import ReadBackBroken, misread_apart, sample_of
from labels.spec import ParcelLabel
from logistics.codes.actions import record_prints
from logistics.kernel.codes import code_uri
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.parcels.models import Parcel
from logistics.press.label_papers import get_sheet, setup_of
from logistics.press.models import JobState, LabelBatch
from logistics.press.positions import give_back_positions
from logistics.setup.packages import FOR_LABELS, line_for
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

# So many codes of a batch are read back: all of a small one, a sample of a large one.
READ_BACK_MAX = 500
READ_BACK_DPI = 203
UNREAD_NAMED = 5


class CodeUnread(Unacceptable):
    code = "code_unread"
    zh = "包裹 {parcels} 的码无法从文件读回。这一批不能使用，没有打印。"
    en = "The codes of parcels {parcels} could not be read back from the file. Nothing of this batch was printed."


class ReadBackImpossible(Unacceptable):
    code = "read_back_impossible"
    zh = "打印的码无法核对，没有打印。请稍后再试。"
    en = "The codes could not be checked, so nothing was printed. Try again later."


class FileUnwritten(Unacceptable):
    code = "file_unwritten"
    zh = "文件写不下来：{why}。没有打印。"
    en = "The file could not be written: {why}. Nothing was printed."


class DrawingUnavailable(Unacceptable):
    code = "drawing_unavailable"
    zh = "这台机器缺少绘制标签所需的 Pango。请用 root 运行：{line}"
    en = "This machine lacks Pango, which draws labels. As root, run: {line}"


def draw_batch(batch_id: uuid.UUID, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Draw a queued batch. A refusal fails the whole batch and is kept on it; nothing half made is left.

    `tell` hears (labels drawn, labels in all).
    """
    batch = LabelBatch.objects.select_related("organisation", "printer").get(id=batch_id)
    if batch.state not in {JobState.QUEUED, JobState.RUNNING}:
        return
    LabelBatch.objects.filter(id=batch_id).update(state=JobState.RUNNING, done=0)
    parcels = _parcels(batch)
    # Two workers may draw one batch after a crash: each waits with a file of its own.
    waiting = Path(settings.MEDIA_ROOT) / "labels" / f"{batch_id}.{new_id().hex}.part"
    try:
        pdf = _drawn(batch, parcels, waiting, tell)
    except Refusal as refusal:
        waiting.unlink(missing_ok=True)
        _fail(batch, refusal)
        return
    path = f"labels/{batch_id}.pdf"
    waiting.rename(Path(settings.MEDIA_ROOT) / path)
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
        template=parcel.programme.label_template,
    )


def file_of(batch: LabelBatch) -> Path:
    """Return where a finished batch's PDF lies."""
    return Path(settings.MEDIA_ROOT) / batch.path


def calibration_renderer() -> Callable[..., bytes]:
    """Load what draws calibration pages. Refuses DrawingUnavailable."""
    try:
        from labels.calibration import render_calibration
    except OSError:
        raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
    return render_calibration


def _parcels(batch: LabelBatch) -> list[Parcel]:
    rows = Parcel.objects.select_related("code", "programme", "organisation").in_bulk(batch.parcel_ids)
    return [rows[uuid.UUID(parcel_id)] for parcel_id in batch.parcel_ids]


def _drawn(batch: LabelBatch, parcels: Sequence[Parcel], waiting: Path, tell: Callable[[int, int], None]) -> bytes:
    """Draw a batch into a file that waits for its release, and read its codes back from there."""

    def progress(done: int, total: int) -> None:
        LabelBatch.objects.filter(id=batch.id).update(done=done)
        tell(done, total)

    labels = [label_of(parcel) for parcel in parcels]
    sheet, printer = get_sheet(name=batch.sheet, organisation=batch.organisation), setup_of(batch.printer)
    pdf = _renderer()(labels, sheet, start_position=batch.start_position, printer=printer, progress=progress)
    try:
        waiting.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(pdf)
    except OSError as error:
        raise FileUnwritten(why=error.strerror or "") from None
    marks = [
        mark_of(sheet, number, printer, label.uri) for number, label in enumerate(labels, batch.start_position - 1)
    ]
    try:
        misread = misread_apart(waiting, sample_of(marks, READ_BACK_MAX, str(batch.id)), READ_BACK_DPI)
    except ReadBackBroken:
        raise ReadBackImpossible from None
    if misread:
        texts = {mark.text for mark in misread}
        raise CodeUnread(parcels=[label.code for label in labels if label.uri in texts][:UNREAD_NAMED])
    return pdf


def _renderer() -> Callable[..., bytes]:
    """Load what draws. Refuses DrawingUnavailable: everything but paper works on a machine without Pango."""
    try:
        from labels.sheet import render_sheets
    except OSError:
        raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
    return render_sheets


@action
def _fail(batch: LabelBatch, refusal: Refusal) -> None:
    problem = {"code": refusal.code, "zh": refusal.message("zh"), "en": refusal.message("en")}
    failed = LabelBatch.objects.filter(id=batch.id, state=JobState.RUNNING).update(
        state=JobState.FAILED, problem=problem, finished_at=timezone.now()
    )
    if failed:
        give_back_positions(batch, get_sheet(name=batch.sheet, organisation=batch.organisation))


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
