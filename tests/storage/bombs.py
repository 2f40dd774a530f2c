"""Files that cost a careless reader its memory or its time: pictures and sheets, each small on the way."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PIXELS_HUGE = 60_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    """A small red picture of a kind."""
    kept = io.BytesIO()
    Image.new("RGB", size, "red").save(kept, form, **more)
    return kept.getvalue()


def huge_png() -> bytes:
    """60,000 x 60,000 pixels in some hundred bytes: only its header says so."""
    head = struct.pack(">IIBBBBB", PIXELS_HUGE, PIXELS_HUGE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def png_with_text(unpacked: int) -> bytes:
    """A picture with a note that unpacks to so many bytes."""
    note = b"Comment\0\0" + zlib.compress(bytes(unpacked), 9)
    whole = picture("PNG")
    return whole[:33] + _chunk(b"zTXt", note) + whole[33:]


def jpeg_of_many_scans(scans: int, side: int = 4_400) -> bytes:
    """A progressive JPEG that goes over the whole picture again and again, ten bytes a time."""
    kept = io.BytesIO()
    Image.new("L", (side, side)).save(kept, "JPEG", progressive=True, quality=10)
    again = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 1, 5, 0])
    return kept.getvalue()[:-2] + again * scans + b"\xff\xd9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def book(sheet: str | bytes = "", **parts: str) -> bytes:
    """A workbook of one sheet, with other parts where they are given: `styles`, `sharedStrings`, `workbook`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", parts.pop("workbook", _BOOK))
        archive.writestr("xl/_rels/workbook.xml.rels", parts.pop("relations", _RELATIONS))
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return made.getvalue()


def sheet_of(rows: str, after: str = "", before: str = "") -> str:
    """A sheet with rows as they are written."""
    return f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
