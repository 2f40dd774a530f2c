"""PDFs of scanned pages: drawn one by one, and refused when locked, broken, too long or too large."""

import io

import pypdfium2
import pytest

from labels.returned import pages
from labels.returned.pages import PdfLocked, PdfTooLarge, PdfTooLong, PdfUnreadable, count_of_pages, is_pdf, pages_of
from tests.labels.signing import printed_sheet, seen_on

pytestmark = pytest.mark.engine("sqlite")


def _blank(count: int, side: float = 72) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(count):
        document.new_page(side, side)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# A PDF of one empty page that asks for the password "geheim" (RC4, 40 bits), as small as it gets.
def _locked() -> bytes:
    entries = b"/Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b">"
    parts = [
        b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >> endobj\n",
        b"4 0 obj << " + entries + b" >> endobj\n",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for part in parts:
        offsets.append(len(body))
        body += part
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + table + trailer


def test_a_scan_is_drawn_page_by_page_and_its_squares_are_read() -> None:
    sheet = printed_sheet()
    assert is_pdf(sheet.pdf)
    assert count_of_pages(sheet.pdf) == 3
    for picture, places in zip(pages_of(sheet.pdf), sheet.places, strict=True):
        assert {seen.text for seen in seen_on(picture)} == set(places.squares)


def test_a_huge_page_is_drawn_no_larger_than_a_photo() -> None:
    (picture,) = pages_of(_blank(1, 14_000))
    assert picture.width * picture.height <= pages.PIXELS_MAX * 1.01


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"%PDF-1.7 and nothing else", PdfUnreadable),
        (printed_sheet().pdf[:3_000], PdfUnreadable),
        (_locked(), PdfLocked),
        (_blank(2_000), PdfTooLong),
        (_blank(pages.PAGES_MAX + 1), PdfTooLong),
        (b"%PDF-1.7" + bytes(pages.PDF_BYTES_MAX), PdfTooLarge),
    ],
)
def test_what_cannot_be_drawn_is_refused(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        count_of_pages(data)
    with pytest.raises(refusal):
        next(iter(pages_of(data)))


def test_as_many_pages_as_may_be_are_taken() -> None:
    assert count_of_pages(_blank(pages.PAGES_MAX)) == pages.PAGES_MAX
    assert not is_pdf(b"\xff\xd8\xff")
