"""PDF files of labels joined into one, and the picture of a first sheet."""

import io
from collections.abc import Iterable
from pathlib import Path

import pypdfium2
from PIL import Image

POINTS_PER_INCH = 72
PICTURE_DPI = 100
# Black, white and what lies between: enough for print, and a third of the bytes.
PICTURE_GREYS = 8


def joined(parts: Iterable[bytes | Path]) -> bytes:
    """Join PDFs into one, page after page as they are."""
    whole = pypdfium2.PdfDocument.new()
    try:
        for part in parts:
            source = pypdfium2.PdfDocument(part)
            whole.import_pages(source)
            source.close()
        buffer = io.BytesIO()
        whole.save(buffer)
        return buffer.getvalue()
    finally:
        whole.close()


def picture_of_first_page(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as a PNG, in greys."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=PICTURE_DPI / POINTS_PER_INCH, grayscale=True).to_pil()
    finally:
        document.close()
    last = PICTURE_GREYS - 1
    greys = image.point([round(value * last / 255) for value in range(256)])
    picture = Image.frombytes("P", greys.size, greys.tobytes())
    picture.putpalette([round(step * 255 / last) for step in range(PICTURE_GREYS) for _ in "rgb"])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", bits=4)
    return buffer.getvalue()
