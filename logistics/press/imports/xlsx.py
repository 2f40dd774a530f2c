"""Read the first sheet of an xlsx row by row, in bounded memory: values as a person sees them, nothing executed.

A formula counts as the value that the spreadsheet kept for it. A document type, where XML bombs hide, is refused; so
is a part that unpacks to far more than sheets do, as Apache POI has it; so are merged cells in the table, since nobody
can tell for which rows they speak.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from logistics.press.imports.tables import (
    COLUMNS_MAX,
    GIFT_BOUNDS,
    ROWS_SCANNED_MAX,
    Bounds,
    Line,
    TableMerged,
    TableUnreadable,
    too_large,
    trimmed,
)

MEMBERS_MAX = 500
UNPACKED_BYTES_MAX = 256 * 1024 * 1024
# How much more than its packed self a part may be; one that is read in a moment anyway may be more.
UNPACKED_RATIO_MAX, SMALL_BYTES_MAX = 100, 16 * 1024 * 1024
SHARED_TEXT_MAX = 64 * 1024 * 1024
# Every cell of the largest list has two elements, or three; what has more is made to keep a reader busy.
ELEMENTS_MAX = 8_000_000
# Excel's own bounds: signs in a cell, and kinds of cells. A few titles above the heading may be merged.
CELL_SIGNS_MAX, STYLES_MAX, MERGED_MAX = 32_767, 65_490, 1_000
BYTES_AT_ONCE = 256 * 1024
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
# What a format says of days and hours, when its quoted texts, colours and escapes are taken away.
_DATE_SIGNS, _NO_SIGNS = re.compile(r"[ymdhs]", re.IGNORECASE), re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# What a file that is no sheet breaks with, in one of the layers below.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(LookupError, ValueError, OverflowError, RuntimeError),
)
_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}


def sheet_lines(data: bytes, bounds: Bounds = GIFT_BOUNDS) -> Iterator[Line]:
    """Yield the rows of the first sheet, empty ones too where they are written.

    Refuses TableUnreadable, TableTooLarge, TableMerged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MEMBERS_MAX or _is_bomb(archive):
                raise too_large(bounds)
            yield from _lines(archive, bounds)
    except _BROKEN:
        raise TableUnreadable(pointer="/file") from None


def _is_bomb(archive: zipfile.ZipFile) -> bool:
    parts = archive.infolist()
    is_puffed = any(
        part.file_size > SMALL_BYTES_MAX and part.file_size > part.compress_size * UNPACKED_RATIO_MAX for part in parts
    )
    return is_puffed or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX


def _lines(archive: zipfile.ZipFile, bounds: Bounds) -> Iterator[Line]:
    book = _Book()
    _parse_about(archive, "xl/workbook.xml", book.start)
    _parse_about(archive, "xl/_rels/workbook.xml.rels", book.start)
    names = set(archive.namelist())
    texts, styles = _Texts(), _Styles()
    if "xl/sharedStrings.xml" in names:
        _parse(archive, "xl/sharedStrings.xml", texts.start, texts.end, texts.text)
    if "xl/styles.xml" in names:
        _parse_about(archive, "xl/styles.xml", styles.start, styles.end)
    sheet = _Sheet(texts.found, styles.dates, _EPOCHS[book.is_1904], bounds)
    with archive.open(book.first_sheet()) as member:
        for _ in _fed(member, sheet.start, sheet.end, sheet.text):
            yield from sheet.taken()
    yield from sheet.taken()
    if sheet.merged and sheet.first_wide is not None:
        for place in sheet.merged:
            last = int(place.partition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$") or 0)
            if last >= sheet.first_wide:
                raise TableMerged(range=place[:20], pointer="/file")


def _parse_about(archive: zipfile.ZipFile, name: str, *handlers: object) -> None:
    """Parse a part that says which sheets there are, or how cells look: never a large one."""
    if archive.getinfo(name).file_size > SMALL_BYTES_MAX:
        raise too_large()
    _parse(archive, name, *handlers)


def _parse(archive: zipfile.ZipFile, name: str, *handlers: object) -> None:
    with archive.open(name) as member:
        for _ in _fed(member, *handlers):
            pass


def _fed(member: IO[bytes], start: object = None, end: object = None, text: object = None) -> Iterator[None]:
    """Feed a parser piece by piece; yields after each, so that what was found can be taken."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start  # type: ignore[assignment]  # -- handlers of one's own
    parser.EndElementHandler = end  # type: ignore[assignment]  # -- handlers of one's own
    parser.CharacterDataHandler = text  # type: ignore[assignment]  # -- handlers of one's own
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while piece := member.read(BYTES_AT_ONCE):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise TableUnreadable(pointer="/file")


def _one_more(elements: int) -> int:
    if elements >= ELEMENTS_MAX:
        raise too_large()
    return elements + 1


def _plain(name: str) -> str:
    return name.rpartition(" ")[2]


@dataclass
class _Book:
    """Which sheet is first, where it stands, and from which year days are counted."""

    sheets: list[str] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)
    is_1904: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """Take an element of the workbook or of its relations."""
        kind = _plain(name)
        if kind == "sheet" and said.get("state", "visible") == "visible":
            self.sheets += [value for key, value in said.items() if _plain(key) == "id"]
        elif kind == "workbookPr":
            self.is_1904 = said.get("date1904", "0") in ("1", "true")
        elif kind == "Relationship":
            self.targets[said.get("Id", "")] = said.get("Target", "")

    def first_sheet(self) -> str:
        """Return the path of the first sheet that is not hidden."""
        target = self.targets[self.sheets[0]] if self.sheets else ""
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@dataclass
class _Texts:
    """The texts that cells share; how they are to be read aloud is left out."""

    found: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    elements: int = 0
    depth_aloud: int = 0
    is_text: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """Begin a text or a part of it."""
        self.elements = _one_more(self.elements)
        kind = _plain(name)
        if kind == "si":
            self.parts = []
        self.depth_aloud += kind == "rPh"
        self.is_text = kind == "t" and not self.depth_aloud

    def end(self, name: str) -> None:
        """End it."""
        kind = _plain(name)
        self.depth_aloud -= kind == "rPh"
        self.is_text = False
        if kind == "si":
            self.found.append("".join(self.parts))

    def text(self, data: str) -> None:
        """Take characters."""
        if self.is_text:
            self.parts.append(data)
            self.length += len(data)
            if self.length > SHARED_TEXT_MAX:
                raise too_large()


@dataclass
class _Styles:
    """Which styles of cells mean a day or an hour."""

    dates: set[int] = field(default_factory=set)
    formats: dict[int, str] = field(default_factory=dict)
    count: int = 0
    is_inside: bool = False

    def start(self, name: str, said: dict[str, str]) -> None:
        """Take a number format, or the style of cells."""
        kind = _plain(name)
        if kind == "numFmt":
            self.formats[int(said.get("numFmtId", "0"))] = said.get("formatCode", "")
            if len(self.formats) > STYLES_MAX:
                raise too_large()
        elif kind == "cellXfs":
            self.is_inside = True
        elif kind == "xf" and self.is_inside:
            number = int(said.get("numFmtId", "0"))
            own = _NO_SIGNS.sub("", self.formats.get(number, ""))
            if number in _BUILT_IN_DATES or _DATE_SIGNS.search(own):
                self.dates.add(self.count)
            self.count += 1

    def end(self, name: str) -> None:
        """Leave the styles of cells."""
        if _plain(name) == "cellXfs":
            self.is_inside = False


class _Sheet:
    """The rows of a sheet, as they come."""

    def __init__(self, shared: list[str], dates: set[int], epoch: dt.datetime, bounds: Bounds) -> None:
        self._shared, self._dates, self._epoch, self._bounds = shared, dates, epoch, bounds
        self._lines: list[Line] = []
        self._row, self._rows, self._elements, self._has_formula = 0, 0, 0, False
        self._cells: dict[int, str] = {}
        self._place, self._kind, self._style, self._value, self._is_value = 0, "n", 0, "", False
        self.merged: list[str] = []
        # The first row with more than one cell: the heading; titles above it may be merged.
        self.first_wide: int | None = None

    def taken(self) -> list[Line]:
        """Return the rows that are complete."""
        lines, self._lines = self._lines, []
        return lines

    def start(self, name: str, said: dict[str, str]) -> None:
        """Begin a row, a cell or its value."""
        self._elements = _one_more(self._elements)
        kind = _plain(name)
        if kind == "row":
            self._row = int(said.get("r", self._row + 1))
            self._cells, self._has_formula, self._place = {}, False, 0
            if self._row > ROWS_SCANNED_MAX:
                raise too_large()
        elif kind == "c":
            self._place = _column(said["r"]) if "r" in said else self._place + 1
            self._kind, self._style, self._value = said.get("t", "n"), int(said.get("s", "0")), ""
        elif kind == "f":
            self._has_formula = True
        elif kind in ("v", "t"):
            self._is_value = True
        elif kind == "mergeCell":
            self.merged.append(said.get("ref", ""))
            if len(self.merged) > MERGED_MAX:
                raise TableMerged(range=self.merged[-1][:20], pointer="/file")

    def text(self, data: str) -> None:
        """Take characters."""
        if self._is_value:
            self._value += data
            if len(self._value) > CELL_SIGNS_MAX:
                raise TableUnreadable(pointer="/file")

    def end(self, name: str) -> None:
        """End a value, a cell or a row."""
        kind = _plain(name)
        if kind in ("v", "t"):
            self._is_value = False
        elif kind == "c" and self._value:
            if self._place > COLUMNS_MAX:
                raise too_large()
            self._cells[self._place] = self._said()
        elif kind == "row" and self._cells:
            self._keep()

    def _keep(self) -> None:
        cells = trimmed(self._cells.get(place, "") for place in range(1, max(self._cells) + 1))
        if not any(cells):
            return
        self._rows += 1
        if self._rows > self._bounds.rows + 1:
            raise too_large(self._bounds)
        if self.first_wide is None and sum(map(bool, cells)) > 1:
            self.first_wide = self._row
        self._lines.append(Line(self._row, cells, self._has_formula))

    def _said(self) -> str:
        if self._kind == "s":
            return self._shared[int(self._value)]
        if self._kind in ("str", "inlineStr", "d", "e"):
            return "" if self._kind == "e" else self._value
        if self._kind == "b":
            return "TRUE" if self._value == "1" else "FALSE"
        if self._style in self._dates:
            return _moment(float(self._value), self._epoch)
        # A spreadsheet shows fifteen digits; what stands behind them is the noise of binary fractions.
        return self._value if self._value.isdigit() else format(float(self._value), ".15g")


def _column(place: str) -> int:
    letters = _PLACE.fullmatch(place)
    if letters is None:
        raise ValueError(place)
    number = 0
    for letter in letters[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _moment(days: float, epoch: dt.datetime) -> str:
    moment = epoch + dt.timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ")
