"""Draw a batch of labels: chunk after chunk, every one read back before anybody gets it."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from labels.files import joined, picture_of_first_page
from labels.placing import mark_of
from labels.readback import CODES_PER_PROCESS, Mark, ReadBackBroken, Reading, misread_marks, sample_of
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.press.label_chunks import BatchStopped, Chunk, LabelsOutdated, last_chunk, next_chunk, release_chunk
from logistics.press.label_ends import OPEN_STATES, JobBroken, fail_batch, finish_batch
from logistics.press.label_files import forget_files, path_of, picture_written, written
from logistics.press.label_papers import get_sheet, setup_of
from logistics.press.label_rows import label_rows
from logistics.press.models import JobState, LabelBatch
from logistics.setup.packages import FOR_LABELS, line_for
from logistics.storage.holds import held

if TYPE_CHECKING:
    from labels.stamp import Stamp

# So many codes of a batch are read back: all of a small one, a sample of a large one.
READ_BACK_MAX = 500
READ_BACK_DPI = 203
UNREAD_NAMED = 5
Tell = Callable[[int, int], None]


class CodeUnread(Unacceptable):
    code = "code_unread"
    zh = "包裹 {parcels} 的码无法从文件读回，这些标签没有放行。"
    en = "The codes of parcels {parcels} could not be read back from the file, so their labels were not released."


class ReadBackImpossible(Unacceptable):
    code = "read_back_impossible"
    zh = "打印的码无法核对，没有放行。请稍后再试。"
    en = "The codes could not be checked, so nothing more was released. Try again later."


class DrawingUnavailable(Unacceptable):
    code = "drawing_unavailable"
    zh = "这台机器缺少绘制标签所需的 Pango。请用 root 运行：{line}"
    en = "This machine lacks Pango, which draws labels. As root, run: {line}"


def draw_batch(batch_id: uuid.UUID, tell: Tell = lambda done, total: None, *, patience_seconds: float = 0) -> None:
    """Draw a queued batch, or go on with one that a worker died over, unless somebody draws it just now.

    A refusal ends the batch and is kept on it: what was released stays, nothing half made is left. `tell` hears
    (labels released, labels in all).
    """
    with held(str(batch_id), patience_seconds=patience_seconds) as is_ours:
        batch = LabelBatch.objects.select_related("organisation", "printer").get(id=batch_id)
        waiting = LabelBatch.objects.filter(id=batch_id, state__in=OPEN_STATES)
        if not is_ours or not waiting.update(state=JobState.RUNNING):
            return
        try:
            _Drawing(batch, tell).draw()
        except BatchStopped:
            pass
        except Refusal as refusal:
            fail_batch(batch=batch, refusal=refusal, now=timezone.now())
        except Exception:
            fail_batch(batch=batch, refusal=JobBroken(), now=timezone.now())
            raise


def calibration_renderer() -> Callable[..., bytes]:
    """Load what draws calibration pages. Refuses DrawingUnavailable."""
    try:
        from labels.calibration import render_calibration
    except OSError:
        raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
    return render_calibration


@dataclass
class _Waiting:
    """A chunk that is drawn and not yet released, and the processes that read it."""

    chunk: Chunk
    path: str
    sha256: str
    reading: Reading


class _Drawing:
    """One batch while it is drawn: the next chunk is drawn while the last one is read back."""

    def __init__(self, batch: LabelBatch, tell: Tell) -> None:
        self._batch, self._tell = batch, tell
        self._sheet = get_sheet(name=batch.sheet, organisation=batch.organisation)
        self._printer = setup_of(batch.printer)

    def draw(self) -> None:
        """Draw and release what is not released yet, and at the end the whole file. Refuses what `draw_batch` keeps."""
        self._checked = sample_of(self._batch.total, READ_BACK_MAX, str(self._batch.id))
        forget_files(self._batch.id, self._released())
        try:
            # Each further turn means that another batch let one of the same labels out meanwhile, so it ends.
            while not self._is_drawn():
                pass
            self._finish()
        finally:
            forget_files(self._batch.id, self._released())

    def _is_drawn(self) -> bool:
        """Draw what is not released yet; false where a label changed meanwhile and must be drawn again."""
        chunk = last_chunk(self._batch)
        released = chunk.run.stop if chunk else 0
        if released < self._batch.total:
            self._rows = label_rows(self._batch, released=released)
            try:
                self._draw_chunks(chunk)
            except LabelsOutdated:
                return False
        return True

    def _draw_chunks(self, before: Chunk | None) -> None:
        stamp = self._stamp()
        with ExitStack() as stack:
            waiting: _Waiting | None = None
            while (chunk := next_chunk(self._batch, self._sheet, before)) is not None:
                before, drawn = chunk, self._drawn(stamp, chunk)
                if chunk.number == 0:
                    self._release_first(*drawn, chunk)
                    continue
                reading = stack.enter_context(Reading(path_of(drawn[0]), self._marks(chunk), READ_BACK_DPI))
                if waiting:
                    self._release(waiting)
                waiting = _Waiting(chunk, *drawn, reading)
            if waiting:
                self._release(waiting)

    def _stamp(self) -> "Stamp":
        """Lay out all parts of the batch, and find that everything fits before the first label leaves."""
        try:
            from labels.stamp import Stamp
        except OSError:
            raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
        labels = [row.label for row in self._rows]
        return Stamp(labels, self._sheet, self._printer, lambda done, total: self._require_running())

    def _drawn(self, stamp: "Stamp", chunk: Chunk) -> tuple[str, str]:
        self._require_running()
        pdf = stamp.draw(chunk.run, chunk.start_position)
        path, sha256 = written(self._batch.id, pdf)
        if chunk.number == 0:
            picture_written(path, picture_of_first_page(pdf))
        return path, sha256

    def _marks(self, chunk: Chunk) -> list[Mark]:
        """Say where the codes stand that are read back: all of the first chunk, of the others those of the sample."""
        return [
            mark_of(self._sheet, place, self._printer, self._rows[number].label.uri)
            for place, number in enumerate(chunk.run, chunk.start_position - 1)
            if number in self._checked or chunk.number == 0
        ]

    def _release_first(self, path: str, sha256: str, chunk: Chunk) -> None:
        marks = self._marks(chunk)
        # A small sheet is read here and now: a process would take longer to start.
        if len(marks) <= CODES_PER_PROCESS:
            self._let_out(chunk, path, sha256, misread_marks(path_of(path), marks, READ_BACK_DPI))
            return
        with Reading(path_of(path), marks, READ_BACK_DPI) as reading:
            self._release(_Waiting(chunk, path, sha256, reading))

    def _release(self, waiting: _Waiting) -> None:
        try:
            misread = waiting.reading.misread()
        except ReadBackBroken:
            raise ReadBackImpossible from None
        self._let_out(waiting.chunk, waiting.path, waiting.sha256, misread)

    def _let_out(self, chunk: Chunk, path: str, sha256: str, misread: Sequence[Mark]) -> None:
        if misread:
            texts = {mark.text for mark in misread}
            unread = [row.label.code for row in self._rows if row.label.uri in texts]
            raise CodeUnread(parcels=unread[:UNREAD_NAMED])
        rows = self._rows[chunk.run.start : chunk.run.stop]
        release_chunk(batch=self._batch, chunk=chunk, rows=rows, path=path, sha256=sha256, now=timezone.now())
        self._tell(chunk.run.stop, self._batch.total)

    def _finish(self) -> None:
        """Give the batch its whole file: its only chunk, or all of them joined."""
        chunks = list(self._batch.chunks.order_by("number"))
        path, sha256 = chunks[0].path, chunks[0].sha256
        if len(chunks) > 1:
            path, sha256 = written(self._batch.id, joined(path_of(row.path) for row in chunks))
        finish_batch(batch=self._batch, path=path, sha256=sha256, now=timezone.now())

    def _released(self) -> list[str]:
        whole = LabelBatch.objects.values_list("path", flat=True).get(id=self._batch.id)
        return [whole, *self._batch.chunks.values_list("path", flat=True)]

    def _require_running(self) -> None:
        if not LabelBatch.objects.filter(id=self._batch.id, state=JobState.RUNNING).exists():
            raise BatchStopped
