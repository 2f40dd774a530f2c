"""The journal in full: one line a transfer, with why, when, from where to where, and its place in the log."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum

from logistics.journal.models import JournalEntry, Transfer
from logistics.ledgers.lines import COLUMNS, Window, cell_expressions, csv_expressions, select_lines, windows
from logistics.ledgers.ready_lines import ready_lines
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.sums import purses_of
from logistics.stock.models import Item

LINES_PER_PART = 500


class JournalLedger:
    """Every line of the books: entries in the order in which they were posted, transfers in the order of the entry."""

    columns: Sequence[Column] = tuple(Column(column.name, column.zh, column.name == "value") for column in COLUMNS)

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the lines, each under the id of its transfer."""
        cells = [_TRANSFER_ID, *cell_expressions(scope)]
        for window in windows(after):
            for part in _parts(scope, window, cells):
                yield from (Row(_as_id(transfer_id), found) for transfer_id, *found in part)

    def csv_parts(self, scope: LedgerScope) -> Iterator[bytes]:
        """Yield the lines as CSV, written by the database."""
        write = _copied if connection.vendor == "postgresql" else ready_lines
        for window in windows(None):
            yield from write(scope, window)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count entries and lines: every entry says how many it has."""
        if not scope.is_of_lines:
            entries = JournalEntry.objects.filter(scope.entries())
            return entries.aggregate(entries=Count("id"), lines=Sum("transfer_count", default=0))
        lines = Transfer.objects.filter(scope.entries("entry__") & purses_of(scope))
        if scope.account_kind:
            lines = lines.filter(Q(debit__kind=scope.account_kind) | Q(credit__kind=scope.account_kind))
        if scope.item:
            items = Item.objects.filter(code=scope.item).values("id")
            lines = lines.filter(Q(lot__item_id__in=items) | Q(lot__item_id=None, lot__currency=scope.item))
        return lines.aggregate(entries=Count("entry", distinct=True), lines=Count("id"))


_TRANSFER_ID = "t.id"


def _parts(scope: LedgerScope, window: Window, cells: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute(*select_lines(scope, window, cells))
        while part := cursor.fetchmany(LINES_PER_PART):
            yield part


def _copied(scope: LedgerScope, window: Window) -> Iterator[bytes]:
    sql, values = select_lines(scope, window, csv_expressions(scope))
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", values) as lines:
        part: list[bytes] = []
        for line in lines:
            part.append(line)
            if len(part) == LINES_PER_PART:
                yield b"".join(part)
                part = []
        yield b"".join(part)


def _as_id(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
