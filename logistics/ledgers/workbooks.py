"""Ledgers as sheets of a workbook, in constant memory however long they are."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from itertools import chain, count, islice
from typing import Any

import xlsxwriter

from logistics.ledgers.scope import Cell, Column, Ledger, LedgerScope, Row

# What a worksheet holds, its heading left out.
SHEET_ROWS_MAX = 1_048_575
# A spreadsheet counts in floating point: beyond this an amount would lose its fen.
EXACT_MINOR_MAX = 10**15
FILE_PART_BYTES = 1 << 16
_EPOCH = dt.datetime(2020, 1, 1)
_WIDTH = 18


def as_xlsx(ledger: Ledger, scope: LedgerScope) -> Iterator[bytes]:
    """Write a ledger as a workbook: amounts in yuan, texts as texts, the figures on a sheet of their own."""
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            # The same ledger gives the same bytes: the moment of writing stands nowhere in the file.
            book.set_properties({"created": _EPOCH})
            add_sheets(book, "ledger", ledger, scope)
            _add_figures(book, ledger.summary(scope))
        file.seek(0)
        while part := file.read(FILE_PART_BYTES):
            yield part


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
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, f"{column.zh.replace('(分)', '(元)')} {column.name}", bold)
    if first is None:
        return
    for line, row in enumerate(chain([first], more), start=1):
        for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
            _write_cell(sheet, line, place, cell, money if column.is_money else None)


def _write_cell(sheet: Any, line: int, place: int, cell: Cell, money: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, place, cell)
    elif cell is None:
        return
    elif abs(cell) >= EXACT_MINOR_MAX:
        sheet.write_string(line, place, str(cell))
    elif money is not None:
        sheet.write_number(line, place, cell / 100, money)
    else:
        sheet.write_number(line, place, cell)


def _add_figures(book: Any, summary: dict[str, Any]) -> None:
    sheet = book.add_worksheet("summary")
    sheet.set_column(0, 1, _WIDTH)
    for line, (name, value) in enumerate(_flat(summary)):
        sheet.write_string(line, 0, name)
        _write_cell(sheet, line, 1, value, None)


def _flat(summary: dict[str, Any]) -> Iterator[tuple[str, Cell]]:
    for name, value in summary.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", cell) for inner, cell in _flat(value))
        else:
            yield name, value
