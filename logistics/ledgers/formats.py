"""The formats of ledgers, in one table for the API, the pages and the command alike."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, Protocol, runtime_checkable

from logistics.kernel.refusals import Unacceptable
from logistics.ledgers.beancount import as_beancount
from logistics.ledgers.hledger import as_hledger
from logistics.ledgers.reads import LEDGERS, get_ledger, named_cells
from logistics.ledgers.scope import Cell, Ledger, LedgerScope
from logistics.ledgers.workbooks import as_xlsx

Write = Callable[[Ledger, LedgerScope], Iterator[bytes]]
LINES_PER_PART = 200
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FormatUnknown(Unacceptable):
    code = "format_unknown"
    zh = "台账 {ledger} 没有格式 {format}；可选：{formats}。"
    en = "The ledger {ledger} has no format {format}; it has {formats}."


class Format(NamedTuple):
    """A format: the media type, and who writes it. `is_paged` where an API answers in pages instead."""

    media_type: str
    write: Write
    is_paged: bool = False


@runtime_checkable
class WritesCsv(Protocol):
    """A ledger whose lines the database itself writes as CSV."""

    def csv_parts(self, scope: LedgerScope) -> Iterator[bytes]:
        """Yield the lines."""


def formats_of(name: str) -> Mapping[str, Format]:
    """Return the formats of a ledger by name. Refuses LedgerMissing."""
    get_ledger(name)
    return {**FORMATS, **MORE_FORMATS.get(name, {})}


def get_format(name: str, form: str) -> Format:
    """Return a format of a ledger. Refuses LedgerMissing, FormatUnknown."""
    found = formats_of(name)
    if form not in found:
        raise FormatUnknown(ledger=name, format=form[:20], formats=list(found), pointer="/format")
    return found[form]


def written(name: str, form: str, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger in a format, part by part. Refuses LedgerMissing, FormatUnknown."""
    return get_format(name, form).write(LEDGERS[name], scope)


def file_name(name: str, form: str) -> str:
    """Name the file that somebody downloads."""
    return f"{name}.{_ENDINGS.get(form, form)}"


def as_csv(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as CSV, part by part: with a mark that spreadsheets know, and without formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([f"{column.zh} {column.name}" for column in ledger.columns])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    if isinstance(ledger, WritesCsv):
        yield from ledger.csv_parts(scope)
        return
    rows = ledger.rows(scope)
    while part := list(islice(rows, LINES_PER_PART)):
        writer.writerows([harmless(cell) for cell in row.cells] for row in part)
        yield _taken(buffer)


def as_json(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a whole ledger as one JSON document, part by part."""
    yield b'{"summary":' + _json(ledger.summary(scope)) + b',"items":['
    for number, row in enumerate(ledger.rows(scope)):
        yield (b"," if number else b"") + _json(named_cells(ledger, row))
    yield b'],"next_cursor":null}\n'


def as_jsonl(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as one JSON object a line."""
    rows = ledger.rows(scope)
    while part := list(islice(rows, LINES_PER_PART)):
        yield b"".join(_json(named_cells(ledger, row)) + b"\n" for row in part)


def harmless(cell: Cell) -> Cell:
    """Set a mark before what a spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _taken(buffer: io.StringIO) -> bytes:
    part = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return part


FORMATS: Mapping[str, Format] = {
    "json": Format("application/json", as_json, is_paged=True),
    "jsonl": Format("application/jsonl", as_jsonl),
    "csv": Format("text/csv; charset=utf-8", as_csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
# What belongs to some ledgers alone, by the name of the ledger.
MORE_FORMATS: Mapping[str, Mapping[str, Format]] = {
    "journal": {
        "beancount": Format("text/plain; charset=utf-8", as_beancount),
        "hledger": Format("text/plain; charset=utf-8", as_hledger),
    }
}
_ENDINGS = {"hledger": "journal"}
