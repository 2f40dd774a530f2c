"""Read printed codes back from the PDF before anybody gets it."""

from collections.abc import Iterable, Iterator

import pypdfium2
import zxingcpp

POINTS_PER_INCH = 72


def read_codes(pdf: bytes, dpi: int = 203) -> Iterator[str]:
    """Yield what every QR on every page says, as a scanner at this resolution sees it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            image = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil()
            for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
                yield found.text
    finally:
        document.close()


def unread_codes(pdf: bytes, expected: Iterable[str], dpi: int = 203) -> list[str]:
    """List the expected texts that no QR of the PDF says."""
    found = set(read_codes(pdf, dpi))
    return [text for text in expected if text not in found]
