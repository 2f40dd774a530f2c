"""Chunks of a batch: whole sheets that are released as they finish, each once, whoever dies in between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from labels.sheets import LabelSheet
from logistics.codes.actions import record_prints
from logistics.codes.models import Code
from logistics.press.models import JobState, LabelBatch, LabelChunk
from logistics.storage.transactions import action

# The first one is small, so that the first sheet comes out at once.
FIRST_LABELS_MAX, LABELS_MAX = 100, 1_000


class BatchStopped(Exception):
    """Somebody cancelled the batch while it was drawn."""


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
    *, batch: LabelBatch, chunk: Chunk, codes: Sequence[Code], path: str, sha256: str, now: dt.datetime
) -> LabelChunk:
    """Let a chunk out and count its labels as printed. Raises BatchStopped where the batch does not run any more."""
    running = LabelBatch.objects.filter(id=batch.id, state=JobState.RUNNING)
    # The batch's row is the lock: it is not cancelled while a chunk leaves.
    if not running.update(done=chunk.run.stop):
        raise BatchStopped
    row = LabelChunk.objects.create(
        batch=batch,
        number=chunk.number,
        first=chunk.run.start,
        labels=len(chunk.run),
        start_position=chunk.start_position,
        path=path,
        sha256=sha256,
        released_at=now,
    )
    record_prints(codes=codes, batch_id=batch.id, now=now, printed_by_id=batch.asked_by_id)
    return row
