"""The plain way to draw labels: WeasyPrint lays out each one. The reference that stamping is measured and tested by."""

from collections.abc import Iterator, Sequence

from labels.drawing import lay_out
from labels.files import joined
from labels.fit import require_fit
from labels.fonts import require_drawable
from labels.parts import boxed, code_part, parts_of
from labels.placing import qr_place
from labels.qr import matrix_of, svg_of
from labels.sheets import LabelSheet, PrinterSetup, require_position
from labels.spec import ParcelLabel
from labels.styles import UM_PER_MM

# One document holds so many labels; more go into further documents, so that memory stays flat.
LABELS_PER_DOCUMENT = 210


def render_plainly(
    labels: Sequence[ParcelLabel], sheet: LabelSheet, *, start_position: int = 1, printer: PrinterSetup | None = None
) -> bytes:
    """Draw labels on sheets as a PDF, each laid out by itself. Refuses what `render_sheets` does."""
    require_position(sheet, start_position)
    for label in labels:
        require_drawable(label)
    parts = []
    blank = start_position - 1
    for chunk in _chunks(labels, blank, sheet.positions):
        parts.append(_document(chunk, sheet, blank, printer or PrinterSetup()))
        blank = 0
    return parts[0] if len(parts) == 1 else joined(parts)


def _chunks(labels: Sequence[ParcelLabel], blank: int, positions: int) -> Iterator[Sequence[ParcelLabel]]:
    """Cut the labels so that every document but the last ends with a full sheet."""
    size = max(positions, LABELS_PER_DOCUMENT // positions * positions)
    start, stop = 0, size - blank
    while start < len(labels):
        yield labels[start:stop]
        start, stop = stop, stop + size


def _document(labels: Sequence[ParcelLabel], sheet: LabelSheet, blank: int, printer: PrinterSetup) -> bytes:
    pages: list[list[str]] = []
    for place, label in enumerate(labels, start=blank):
        if place % sheet.positions == 0 or not pages:
            pages.append([])
        pages[-1].append(_label(label, sheet, place % sheet.positions, printer))
    document = lay_out(map("".join, pages), sheet.page_width_um / UM_PER_MM, sheet.page_height_um / UM_PER_MM, "Labels")
    for page in document.pages:
        require_fit(page, sheet.style)
    made: bytes = document.write_pdf()
    return made


def _label(label: ParcelLabel, sheet: LabelSheet, place: int, printer: PrinterSetup) -> str:
    qr = qr_place(sheet, place, len(matrix_of(label.uri)), printer)
    at = f"position:absolute;left:{qr.left_um / UM_PER_MM}mm;top:{qr.top_um / UM_PER_MM}mm"
    left, top = sheet.corner(place)
    content = "".join(parts_of(label, sheet.style)) + code_part(label.code)
    size = (sheet.label_width_um, sheet.label_height_um)
    box = boxed(content, label.code, sheet.style, size, (left + printer.offset_x_um, top + printer.offset_y_um))
    return f'{box}<div class="qr" style="{at}">{svg_of(label.uri, qr.module_um)}</div>'
