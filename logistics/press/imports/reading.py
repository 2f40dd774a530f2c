"""Read a file's rows, whichever kind it is: what is too large or locked is refused before it costs anything."""

import csv
import io
from collections.abc import Iterable, Iterator

from logistics.press.imports.tables import (
    CELL_LENGTH_MAX,
    COLUMNS_MAX,
    COLUMNS_SCANNED_MAX,
    GIFT_BOUNDS,
    ROWS_SCANNED_MAX,
    Bounds,
    Line,
    TableLocked,
    TableUnreadable,
    too_large,
    trimmed,
)
from logistics.press.imports.xlsx import sheet_lines

HEAD_LINES = 20
_SEPARATORS = ",\t;|"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def lines_of(data: bytes, bounds: Bounds = GIFT_BOUNDS) -> list[Line]:
    """Read the rows of a file that are not empty.

    Refuses TableUnreadable, TableLocked, TableTooLarge, TableMerged (in the first sheet, from the heading on).
    """
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
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            if len(cells) > COLUMNS_SCANNED_MAX:
                raise too_large()
            yield Line(number, trimmed(cells))
    except csv.Error:
        raise TableUnreadable(pointer="/file") from None


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in _UTF16 else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable(pointer="/file")
