"""What tests of paper share: a gift of goods, and what they look at in a PDF: words and a screen reader's tags."""

import ctypes
import io
import re
import zlib
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.donations.models import Donation
from tests.cast import World


def give_goods(world: World, *, is_anonymous: bool = False, reference: str = "goods-1") -> Donation:
    """Give gloves with an invoice and a blanket that nobody could value."""
    lines = [LineInput(world.gloves, 5, "INVOICE", 10_050), LineInput(world.blanket, 3, "NONE")]
    return record_goods_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        warehouse=world.warehouse,
        received_at=world.now,
        reference=reference,
        lines=lines,
        is_anonymous=is_anonymous,
        now=world.now,
    )[0]


def photo(width: int = 8, height: int = 6, form: str = "PNG") -> bytes:
    """Make a small photo."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, form)
    return buffer.getvalue()


def words_of(pdf: bytes) -> str:
    """Return all text without line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split("\r\n")) for page in document)


def page_count(pdf: bytes) -> int:
    """Count the pages."""
    return len(pypdfium2.PdfDocument(pdf))


def tags_of(pdf: bytes) -> list[tuple[str, str]]:
    """List the tags in the order in which they are read: (type, alternate text) of each."""
    document = pypdfium2.PdfDocument(pdf)
    found: list[tuple[str, str]] = []
    for page in document:
        tree = raw.FPDF_StructTree_GetForPage(page)
        for place in range(raw.FPDF_StructTree_CountChildren(tree)):
            found.extend(_tags_below(raw.FPDF_StructTree_GetChildAtIndex(tree, place)))
        raw.FPDF_StructTree_Close(tree)
    return found


def assert_readable_by_all(pdf: bytes, title: str) -> None:
    """Assert the marks of PDF/UA-1: its identifier, language, title, tags, and words for every picture."""
    plain = pdf + b"".join(_streams(pdf))
    assert b'pdfuaid:part="1"' in plain
    assert b"/Lang (zh-CN)" in plain or b"/Lang(zh-CN)" in plain
    assert b"/DisplayDocTitle true" in plain
    assert b"/Marked true" in plain
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == title
    tags = tags_of(pdf)
    assert [kind for kind, _ in tags].count("H1") >= 1
    assert all(words for kind, words in tags if kind == "Figure")


def _streams(pdf: bytes) -> Iterator[bytes]:
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            yield zlib.decompressobj().decompress(match.group(1))
        except zlib.error:
            continue


def _tags_below(element: object) -> Iterator[tuple[str, str]]:
    if not element:
        return
    yield _text(raw.FPDF_StructElement_GetType, element), _text(raw.FPDF_StructElement_GetAltText, element)
    for place in range(max(0, raw.FPDF_StructElement_CountChildren(element))):
        yield from _tags_below(raw.FPDF_StructElement_GetChildAtIndex(element, place))


def _text(read: object, element: object) -> str:
    size = read(element, None, 0)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(size)
    read(element, buffer, size)  # type: ignore[operator]
    return buffer.raw[:size].decode("utf-16-le").rstrip("\0")
