"""A file as a table of texts: what may be in it, and what is refused before it costs anything."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from logistics.kernel.refusals import Unacceptable

FILE_BYTES_MAX = 8 * 1024 * 1024
TABLE_ROWS_MAX = 20_000
# A county's list of families with their members.
HOUSEHOLD_FILE_BYTES_MAX = 16 * 1024 * 1024
HOUSEHOLD_ROWS_MAX = 50_000
COLUMNS_MAX = 60
CELL_LENGTH_MAX = 1_000
HEAD_LINES = 20
# Excel's own bound: whatever is longer was not made by a spreadsheet.
ROWS_SCANNED_MAX = 1_048_576
_SEPARATORS = ",\t;|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


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


def lines_of(data: bytes, bounds: Bounds = GIFT_BOUNDS) -> list[Line]:
    """Read the rows of a file that are not empty.

    Refuses TableUnreadable, TableLocked, TableTooLarge, TableMerged (in the first sheet, from the heading on).
    """
    from logistics.press.imports.xlsx import sheet_lines

    if not data or len(data) > bounds.size_bytes:
        raise too_large(bounds) if data else TableUnreadable(pointer="/file")
    if data.startswith(_OLE):
        raise TableLocked(pointer="/file")
    return _bounded(sheet_lines(data, bounds) if data.startswith(_ZIP) else _csv_lines(data), bounds)


def _bounded(lines: Iterable[Line], bounds: Bounds) -> list[Line]:
    found: list[Line] = []
    for line in lines:
        if line.number > ROWS_SCANNED_MAX:
            raise too_large(bounds)
        if line.is_empty:
            continue
        if len(found) > bounds.rows or len(line.cells) > COLUMNS_MAX:
            raise too_large(bounds)
        if any(len(cell) > CELL_LENGTH_MAX for cell in line.cells):
            raise TableUnreadable(pointer="/file")
        found.append(line)
    return found


def _csv_lines(data: bytes) -> Iterator[Line]:
    text = _decoded(data)
    if "\0" in text:
        raise TableUnreadable(pointer="/file")
    # A title above the heading has none: the first rows together tell.
    separator = max(_SEPARATORS, key="\n".join(text.split("\n", HEAD_LINES)[:HEAD_LINES]).count)
    csv.field_size_limit(HOUSEHOLD_FILE_BYTES_MAX)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            yield Line(number, trimmed(cells))
    except csv.Error:
        raise TableUnreadable(pointer="/file") from None


def trimmed(cells: Iterable[str]) -> tuple[str, ...]:
    """Trim cells, and drop the empty ones at the end. Banks put a tab before long numbers."""
    found = [cell.strip().strip("\t\u3000\ufeff").strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in _UTF16 else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(pointer="/file")
