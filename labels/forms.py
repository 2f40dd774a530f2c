"""The PDF objects that stamping adds to WeasyPrint's: pages become forms, sheets become pages."""

import zlib
from collections.abc import Sequence
from typing import Any

import pydyf

# Fast and nearly as small as the slowest level.
DEFLATE_LEVEL = 6


def forms_of_pages(pdf: Any, numbers: Sequence[int], width: float, height: float) -> bytes:
    """Turn the pages of a document into forms of this size, in points, named p and the page's number among all.

    Returns the reference of the resources that hold them and the fonts.
    """
    forms = pydyf.Dictionary()
    fonts = None
    for number, place in zip(numbers, pdf.pages["Kids"][::3], strict=True):
        page = pdf.objects[place]
        form = pdf.objects[int(page["Contents"].split()[0])]
        form.extra.update(
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, width, height]),
                "Resources": page["Resources"],
            }
        )
        fonts = pdf.objects[int(page["Resources"].split()[0])]["Font"]
        forms[f"p{number}"] = form.reference
        page.clear()
    pdf.pages["Kids"].clear()
    pdf.pages["Count"] = 0
    resources = pydyf.Dictionary({"Font": fonts, "XObject": forms})
    pdf.add_object(resources)
    reference: bytes = resources.reference
    return reference


def add_sheet(pdf: Any, content: bytes, resources: bytes, width: float, height: float) -> None:
    """Add a page of this size, in points, with operators that may use the resources."""
    packed = zlib.compress(content, DEFLATE_LEVEL)
    head = b"<</Filter /FlateDecode/Length %d>>\nstream\n" % len(packed)
    stream = _Ready(head + packed + b"\nendstream", is_stream=True)
    pdf.add_object(stream)
    page = b"<</Type /Page/Parent %b/MediaBox [0 0 %.4f %.4f]/Contents %b/Resources %b>>"
    pdf.add_page(_Ready(page % (pdf.pages.reference, width, height, stream.reference, resources), is_stream=False))


class _Ready(pydyf.Object):  # type: ignore[misc]  # -- pydyf has no types
    """A PDF object whose bytes are ready: one of WeasyPrint's own kinds costs ten times the memory."""

    def __init__(self, data: bytes, *, is_stream: bool) -> None:
        super().__init__()
        self._data, self._is_stream = data, is_stream

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self._data

    @property
    def compressible(self) -> bool:
        """Whether it may stand inside an object stream: everything may but a stream."""
        return not self._is_stream
