"""Ledgers as sheets of a workbook, in constant memory however long they are."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice
from typing import IO, Any, NamedTuple

import xlsxwriter

from logistics.kernel.money import CURRENCIES
from logistics.ledgers.scope import Cell, Column, Ledger, LedgerScope, Row

# What a worksheet holds, its heading left out.
SHEET_ROWS_MAX = 1_048_575
# A spreadsheet counts in floating point: beyond this an amount would lose its fen.
EXACT_MINOR_MAX = 10**15
FILE_PART_BYTES = 1 << 16
# What amounts are in where a ledger has no column that says so.
BASE_CURRENCY = "CNY"
COVER = "电子账簿"
_EPOCH = dt.datetime(2020, 1, 1)
_WIDTH = 18


class Sheet(NamedTuple):
    """One ledger of a workbook, and what its sheets are called."""

    name: str
    ledger: Ledger


def as_xlsx(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as a workbook: amounts in yuan, texts as texts, the figures on a sheet of their own."""
    yield from as_workbook([Sheet("ledger", ledger)], scope)


def as_workbook(sheets: Sequence[Sheet], scope: LedgerScope, cover: Sequence[tuple[str, Cell]] = ()) -> Iterator[bytes]:
    """Write ledgers as one workbook: a cover where there is one, each ledger, and the figures of all."""
    with tempfile.TemporaryFile() as file:
        _write_book(file, sheets, scope, cover)
        file.seek(0)
        while part := file.read(FILE_PART_BYTES):
            yield part


def _write_book(
    file: IO[bytes], sheets: Sequence[Sheet], scope: LedgerScope, cover: Sequence[tuple[str, Cell]]
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        # The same ledgers give the same bytes: the moment of writing stands nowhere in the file.
        book.set_properties({"created": _EPOCH})
        if cover:
            _add_pairs(book, COVER, cover)
        for sheet in sheets:
            add_sheets(book, sheet.name, sheet.ledger, scope)
        _add_pairs(book, "summary", _figures(sheets, scope))


def add_sheets(book: Any, name: str, ledger: Ledger, scope: LedgerScope, rows_max: int = SHEET_ROWS_MAX) -> None:
    """Add the rows of a ledger to a workbook, on as many sheets as they need."""
    rows = ledger.rows(scope)
    for number in count(1):
        part = islice(rows, rows_max)
        first = next(part, None)
        if first is None and number > 1:
            return
        _add_sheet(book, name if number == 1 else f"{name} {number}", ledger.columns, first, part)


def _add_sheet(book: Any, name: str, columns: Sequence[Column], first: Row | None, more: Iterator[Row]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, _WIDTH)
    bold = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, f"{column.zh.replace('(分)', '(元)')} {column.name}", bold)
    if first is None:
        return
    formats = {digits: book.add_format({"num_format": _pattern(digits)}) for digits in set(CURRENCIES.values())}
    currency = next((place for place, column in enumerate(columns) if column.name == "currency"), None)
    for line, row in enumerate(chain([first], more), start=1):
        digits = _digits(row.cells[currency]) if currency is not None else CURRENCIES[BASE_CURRENCY]
        for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
            if column.is_money:
                _write_money(sheet, line, place, cell, digits, formats[digits])
            else:
                _write_cell(sheet, line, place, cell)


def _digits(currency: Cell) -> int:
    """Say how many digits the minor unit of a row's currency has."""
    return CURRENCIES.get(str(currency), CURRENCIES[BASE_CURRENCY])


def _pattern(digits: int) -> str:
    return "#,##0" + (f".{'0' * digits}" if digits else "")


def _write_money(sheet: Any, line: int, place: int, cell: Cell, digits: int, form: Any) -> None:
    """Write an amount of minor units as a number of the currency's own unit."""
    if isinstance(cell, int) and abs(cell) < EXACT_MINOR_MAX:
        sheet.write_number(line, place, cell / 10**digits, form)
    else:
        _write_cell(sheet, line, place, cell)


def _write_cell(sheet: Any, line: int, place: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, place, cell)
    elif cell is None:
        return
    elif abs(cell) >= EXACT_MINOR_MAX:
        sheet.write_string(line, place, str(cell))
    else:
        sheet.write_number(line, place, cell)


def _add_pairs(book: Any, name: str, pairs: Iterable[tuple[str, Cell]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 1, _WIDTH)
    for line, (word, value) in enumerate(pairs):
        sheet.write_string(line, 0, word)
        _write_cell(sheet, line, 1, value)


def _figures(sheets: Sequence[Sheet], scope: LedgerScope) -> Iterator[tuple[str, Cell]]:
    """Say the figures of every ledger; where there are several, each under the name of its sheet."""
    for sheet in sheets:
        mark = f"{sheet.name}." if len(sheets) > 1 else ""
        yield from ((f"{mark}{name}", value) for name, value in _flat(sheet.ledger.summary(scope)))


def _flat(summary: dict[str, Any]) -> Iterator[tuple[str, Cell]]:
    for name, value in summary.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", cell) for inner, cell in _flat(value))
        else:
            yield name, value
