"""Workbooks write each amount in the unit of its own currency, and what has no exact number as text."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

import openpyxl

from logistics.ledgers.scope import Cell, Column, LedgerScope, Row
from logistics.ledgers.workbooks import EXACT_MINOR_MAX, Sheet, as_workbook


class _Ledger:
    """Rows as they are given."""

    def __init__(self, rows: list[tuple[Cell, ...]], *, has_currency: bool = True) -> None:
        currency = [Column("currency", "币种编码")] if has_currency else []
        self.columns = (Column("amount", "金额(分)", is_money=True), Column("count", "数量"), *currency)
        self._rows = rows

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield them."""
        return (Row(uuid.UUID(int=number), cells) for number, cells in enumerate(self._rows, start=1))

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count them."""
        return {"rows": len(self._rows)}


def _read(*sheets: Sheet, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(as_workbook(sheets, LedgerScope(None), **options))))


def test_it_divides_by_the_minor_units_of_each_row_s_currency() -> None:
    sheet = _read(Sheet("a", _Ledger([(12_345, 100, "CNY"), (12_345, 100, "JPY"), (None, None, "CNY")])))["a"]
    cells = [[(cell.value, cell.number_format) for cell in row[:2]] for row in sheet.iter_rows(min_row=2, max_row=3)]
    assert cells[0] == [(123.45, "#,##0.00"), (100, "General")]
    assert cells[1] == [(12_345, "#,##0"), (100, "General")]


def test_it_takes_yuan_where_no_column_names_a_currency() -> None:
    assert _read(Sheet("a", _Ledger([(150, 1)], has_currency=False)))["a"]["A2"].value == 1.5


def test_what_a_spreadsheet_would_round_stands_as_text() -> None:
    sheet = _read(Sheet("a", _Ledger([(EXACT_MINOR_MAX, EXACT_MINOR_MAX, "CNY"), (EXACT_MINOR_MAX - 1, 1, "CNY")])))[
        "a"
    ]
    assert [sheet["A2"].value, sheet["B2"].value] == [str(EXACT_MINOR_MAX)] * 2
    assert sheet["A3"].value == (EXACT_MINOR_MAX - 1) / 100


def test_it_names_the_figures_of_several_sheets_by_sheet() -> None:
    book = _read(Sheet("a", _Ledger([])), Sheet("b", _Ledger([(1, 1, "CNY")])), cover=[("名称", "示例")])
    assert book.sheetnames == ["电子账簿", "a", "b", "summary"]
    assert [[cell.value for cell in row] for row in book["summary"].iter_rows()] == [["a.rows", 0], ["b.rows", 1]]
    assert book["电子账簿"]["B1"].value == "示例"
