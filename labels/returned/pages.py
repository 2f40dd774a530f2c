"""The pages of a PDF that came back from a scanner, one picture each; refused before anything large is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from logistics.kernel.refusals import Unacceptable

PDF_BYTES_MAX = 30 * 1024 * 1024
PAGES_MAX = 100
# A row's square has more than four pixels a module.
DPI = 250
PIXELS_MAX = 20_000_000
POINTS_PER_INCH = 72
BYTES_PER_MEGABYTE = 1024 * 1024
_MARK, _MARK_WITHIN = b"%PDF-", 1024


class PdfUnreadable(Unacceptable):
    code = "pdf_unreadable"
    zh = "这个 PDF 文件无法读取，请重新扫描。"
    en = "This PDF cannot be read; scan it again."


class PdfLocked(Unacceptable):
    code = "pdf_locked"
    zh = "这个 PDF 有密码，请上传没有密码的文件。"
    en = "This PDF has a password; send one without."


class PdfTooLong(Unacceptable):
    code = "pdf_too_long"
    zh = "这个 PDF 有 {pages} 页，一次最多 {most} 页，请分开上传。"
    en = "This PDF has {pages} pages; at most {most} at once: send it in parts."


class PdfTooLarge(Unacceptable):
    code = "pdf_too_large"
    zh = "PDF 不得超过 {megabytes} MB。"
    en = "A PDF has at most {megabytes} MB."


def is_pdf(data: bytes) -> bool:
    """Tell whether these bytes say that they are a PDF."""
    return _MARK in data[:_MARK_WITHIN]


def count_of_pages(pdf: bytes) -> int:
    """Count the pages. Refuses PdfTooLarge, PdfUnreadable, PdfLocked, PdfTooLong."""
    with _opened(pdf) as document:
        return len(document)


def pages_of(pdf: bytes) -> Iterator[Image.Image]:
    """Draw one page after another. Refuses what `count_of_pages` refuses."""
    with _opened(pdf) as document:
        for page in document:
            width, height = page.get_size()
            scale = min(DPI / POINTS_PER_INCH, (PIXELS_MAX / max(1.0, width * height)) ** 0.5)
            yield page.render(scale=scale).to_pil().convert("RGB")


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    if len(pdf) > PDF_BYTES_MAX:
        raise PdfTooLarge(megabytes=PDF_BYTES_MAX // BYTES_PER_MEGABYTE, pointer="/sheets")
    try:
        document = pypdfium2.PdfDocument(pdf)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise PdfLocked(pointer="/sheets") from None
        raise PdfUnreadable(pointer="/sheets") from None
    try:
        if not pages:
            raise PdfUnreadable(pointer="/sheets")
        if pages > PAGES_MAX:
            raise PdfTooLong(pages=pages, most=PAGES_MAX, pointer="/sheets")
        yield document
    except pypdfium2.PdfiumError:
        raise PdfUnreadable(pointer="/sheets") from None
    finally:
        document.close()
