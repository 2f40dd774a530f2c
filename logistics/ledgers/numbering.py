"""Ids for rows that are sums and have none: their number in the ledger's own order."""

import uuid
from collections.abc import Iterable, Iterator, Sequence

from logistics.ledgers.scope import Cell, Row


def numbered(rows: Iterable[Sequence[Cell]], after: uuid.UUID | None) -> Iterator[Row]:
    """Number rows from one and yield those behind `after`."""
    seen = after.int if after else 0
    for number, cells in enumerate(rows, start=1):
        if number > seen:
            yield Row(uuid.UUID(int=number), cells)
