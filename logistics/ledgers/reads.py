"""Ledgers by name, as pages and as files that stream."""

import csv
import io
import json
import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from logistics.kernel.refusals import Missing
from logistics.ledgers.distribution import DistributionLedger
from logistics.ledgers.others import DonationsLedger, FundsLedger, StockLedger
from logistics.ledgers.scope import Cell, Ledger, LedgerScope, Row

LEDGERS: Mapping[str, Ledger] = {
    "distribution": DistributionLedger(),
    "donations": DonationsLedger(),
    "funds": FundsLedger(),
    "stock": StockLedger(),
}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LINES_PER_PART = 200


class LedgerMissing(Missing):
    code = "ledger_missing"
    zh = "没有台账 {ledger}。"
    en = "There is no ledger {ledger}."


def get_ledger(name: str) -> Ledger:
    """Return the ledger of this name. Refuses LedgerMissing."""
    if name not in LEDGERS:
        raise LedgerMissing(ledger=name[:40])
    return LEDGERS[name]


def page_of_ledger(
    ledger: Ledger, scope: LedgerScope, *, after: uuid.UUID | None, limit: int
) -> tuple[list[dict[str, Cell]], uuid.UUID | None]:
    """Return one page of rows by column name, and the id after which the next begins."""
    found = list(islice(ledger.rows(scope, after), limit + 1))
    last = found[limit - 1].id if len(found) > limit else None
    return [_named(ledger, row) for row in found[:limit]], last


def as_csv(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as CSV, part by part: with a mark that spreadsheets know, and without formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([f"{column.zh} {column.name}" for column in ledger.columns])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    rows = ledger.rows(scope)
    while part := list(islice(rows, _LINES_PER_PART)):
        writer.writerows([_harmless(cell) for cell in row.cells] for row in part)
        yield _taken(buffer)


def as_json(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a whole ledger as one JSON document, part by part."""
    yield b'{"summary":' + _json(ledger.summary(scope)) + b',"items":['
    for number, row in enumerate(ledger.rows(scope)):
        yield (b"," if number else b"") + _json(_named(ledger, row))
    yield b'],"next_cursor":null}\n'


def as_jsonl(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as one JSON object a line."""
    for row in ledger.rows(scope):
        yield _json(_named(ledger, row)) + b"\n"


def _named(ledger: Ledger, row: Row) -> dict[str, Cell]:
    return {column.name: cell for column, cell in zip(ledger.columns, row.cells, strict=True)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _taken(buffer: io.StringIO) -> bytes:
    part = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return part
