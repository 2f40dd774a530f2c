"""Rows in the order of their ids: read in chunks, or numbered where they are sums and have none."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from logistics.ledgers.scope import ROWS_PER_CHUNK, Cell, Row


def numbered(rows: Iterable[Sequence[Cell]], after: uuid.UUID | None) -> Iterator[Row]:
    """Number rows from one and yield those behind `after`."""
    seen = after.int if after else 0
    for number, cells in enumerate(rows, start=1):
        if number > seen:
            yield Row(uuid.UUID(int=number), cells)


def in_chunks(rows: "QuerySet[Any]", after: uuid.UUID | None) -> Iterator[Any]:
    """Yield rows behind an id, a chunk at a time: constant memory, and no cursor that a long download holds open."""
    last = after
    while chunk := list((rows.filter(id__gt=last) if last else rows).order_by("id")[:ROWS_PER_CHUNK]):
        yield from chunk
        last = chunk[-1].id
