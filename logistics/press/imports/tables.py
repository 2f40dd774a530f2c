"""What a table of texts is: how much may be in it, its rows, and its refusals."""

from collections.abc import Iterable
from dataclasses import dataclass

from logistics.kernel.refusals import Unacceptable

FILE_BYTES_MAX = 8 * 1024 * 1024
TABLE_ROWS_MAX = 20_000
# A county's list of families with their members.
HOUSEHOLD_FILE_BYTES_MAX = 16 * 1024 * 1024
HOUSEHOLD_ROWS_MAX = 50_000
COLUMNS_MAX = 60
CELL_LENGTH_MAX = 1_000
# Excel's own bounds: whatever is longer or wider was not made by a spreadsheet.
ROWS_SCANNED_MAX, COLUMNS_SCANNED_MAX = 1_048_576, 16_384


class TableUnreadable(Unacceptable):
    code = "table_unreadable"
    zh = "文件无法读取：请用 xlsx 或 csv（UTF-8 或 GB18030）。"
    en = "The file cannot be read: send xlsx, or csv in UTF-8 or GB18030."


class TableLocked(Unacceptable):
    code = "table_locked"
    zh = "文件加了密码，或是旧的 xls 格式：请另存为不加密的 xlsx。"
    en = "The file is locked by a password, or an old xls: save it as an xlsx without a password."


class TableTooLarge(Unacceptable):
    code = "table_too_large"
    zh = "文件太大：最多 {rows} 行、{columns} 列、{megabytes} MB。"
    en = "The file is too large: at most {rows} rows, {columns} columns, {megabytes} MB."


class TableMerged(Unacceptable):
    code = "table_merged"
    zh = "表格里有合并单元格（{range}）：请取消合并，每行写全。"
    en = "The table has merged cells ({range}): take them apart, and fill in each row."


@dataclass(frozen=True)
class Bounds:
    """How much a file may hold: rows below the heading, and bytes."""

    rows: int = TABLE_ROWS_MAX
    size_bytes: int = FILE_BYTES_MAX


GIFT_BOUNDS = Bounds()
HOUSEHOLD_BOUNDS = Bounds(HOUSEHOLD_ROWS_MAX, HOUSEHOLD_FILE_BYTES_MAX)


@dataclass(frozen=True)
class Line:
    """One row of a file: its number as a person counts, its cells as texts, and whether a formula made any of them."""

    number: int
    cells: tuple[str, ...]
    has_formula: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing stands in the row."""
        return not any(self.cells)


def too_large(bounds: Bounds = GIFT_BOUNDS) -> TableTooLarge:
    """Make the refusal of a file beyond the bounds."""
    megabytes = bounds.size_bytes // 1024 // 1024
    return TableTooLarge(rows=bounds.rows, columns=COLUMNS_MAX, megabytes=megabytes, pointer="/file")


def trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Trim cells, and drop the empty ones at the end. Banks put a tab before long numbers."""
    found = [cell.strip().strip("\t\u3000\ufeff").strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
