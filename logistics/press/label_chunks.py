"""Chunks of a batch: whole sheets that are released as they finish, each once, whoever dies in between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from labels.sheets import LabelSheet
from logistics.codes.actions import locked_print_counts, record_prints
from logistics.parcels.models import Parcel
from logistics.press.label_rows import LabelRow
from logistics.press.models import JobState, LabelBatch, LabelChunk
from logistics.press.printable import UNPRINTABLE_STATES
from logistics.storage.transactions import action

# The first one is a sheet of A4 or as many single labels, so that it comes out at once.
FIRST_LABELS_MAX, LABELS_MAX = 24, 1_000


class BatchStopped(Exception):
    """Somebody cancelled the batch while it was drawn."""


class LabelsOutdated(Exception):
    """A label is printed, or its parcel or code has changed, since it was drawn: it would lie, so it is drawn again."""


@dataclass(frozen=True)
class Chunk:
    """Labels of a batch that are released together: which, and where they begin on their sheet."""

    number: int
    run: range
    start_position: int


def next_chunk(batch: LabelBatch, sheet: LabelSheet, before: Chunk | None) -> Chunk | None:
    """Return what is drawn after a chunk, or None where that was the last. Each ends with a full sheet."""
    number, first = (before.number + 1, before.run.stop) if before else (0, 0)
    if first >= batch.total:
        return None
    start = 1 if before else batch.start_position
    sheets = max(1, (LABELS_MAX if before else FIRST_LABELS_MAX) // sheet.positions)
    return Chunk(number, range(first, min(batch.total, first + sheets * sheet.positions - start + 1)), start)


def last_chunk(batch: LabelBatch) -> Chunk | None:
    """Return the newest chunk that is released, or None: a batch that was broken off goes on behind it."""
    row = batch.chunks.order_by("-number").first()
    return Chunk(row.number, range(row.first, row.first + row.labels), row.start_position) if row else None


@action
def release_chunk(
    *, batch: LabelBatch, chunk: Chunk, rows: Sequence[LabelRow], path: str, sha256: str, now: dt.datetime
) -> LabelChunk:
    """Let a chunk out and count its labels as printed.

    Raises BatchStopped where the batch does not run any more, LabelsOutdated where a label is not as it was drawn.
    """
    running = LabelBatch.objects.filter(id=batch.id, state=JobState.RUNNING)
    # The batch's row is the lock: it is not cancelled while a chunk leaves.
    if not running.update(done=chunk.run.stop):
        raise BatchStopped
    _require_as_drawn(rows)
    released = LabelChunk.objects.create(
        batch=batch,
        number=chunk.number,
        first=chunk.run.start,
        labels=len(chunk.run),
        start_position=chunk.start_position,
        path=path,
        sha256=sha256,
        released_at=now,
    )
    code_ids = [row.code_id for row in rows]
    record_prints(code_ids=code_ids, batch_id=batch.id, now=now, printed_by_id=batch.asked_by_id)
    return released


def _require_as_drawn(rows: Sequence[LabelRow]) -> None:
    """Lock the codes and look once more: two batches with one parcel do not both print its first label."""
    drawn = {row.code_id: row.label.reprint for row in rows}
    ended = Parcel.objects.filter(code__in=list(drawn), state__in=UNPRINTABLE_STATES)
    if locked_print_counts(list(drawn)) != drawn or ended.exists():
        raise LabelsOutdated
