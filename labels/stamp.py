"""Draw labels by stamping: WeasyPrint lays out every distinct part once, each label repeats what it shares.

Labels of one batch differ in their code; township, contents, weight take few values. So each distinct part becomes one
page of one WeasyPrint document. WeasyPrint draws and embeds it all, and just before it writes the file its `finisher`
hook turns those pages into form XObjects and puts the sheets in their place: a label there is a few `Do`, its code in
the glyphs of the embedded font, and its QR as an inline 1-bit image. Wrapping and fit stay WeasyPrint's.

All parts of a batch are laid out and judged before its first file is drawn: a label that does not fit stops the batch
while nothing of it is printed, however many files it is drawn into.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from labels.code_type import CodeType
from labels.faces import Face, Faces
from labels.forms import add_sheet, forms_of_pages
from labels.kept_parts import document_of, pages_of
from labels.placing import qr_place
from labels.qr_table import QrTable, qr_table
from labels.sheets import LabelSheet, PrinterSetup
from labels.spec import ParcelLabel
from logistics.kernel.codes import CODE_LENGTH, grouped

PT_PER_UM = 72 / 25_400
LABELS_PER_REPORT = 500
# Some rasterizers fill every dot that an image touches: a QR ends this much before the next dot begins.
HAIR_PT = 0.004


class Stamp:
    """A batch whose parts are laid out and fit: any run of its labels can be drawn at once."""

    def __init__(
        self,
        labels: Sequence[ParcelLabel],
        sheet: LabelSheet,
        printer: PrinterSetup,
        laid_out: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Lay out every distinct part. Refuses GlyphMissing, TextUnprintable and LabelDoesNotFit.

        `laid_out` is told (parts laid out, all) as it goes.
        """
        self._labels, self._sheet, self._printer = labels, sheet, printer
        faces = Faces(sheet.style)
        self._faces = [faces.face_of(label) for label in labels]
        self._pages = pages_of(faces.parts, sheet, laid_out)

    def draw(
        self, run: range, start_position: int, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> bytes:
        """Draw the labels of a run on sheets of their own, as a PDF. `progress` is told (drawn, all) as it goes."""
        labels, faces = self._labels[run.start : run.stop], self._faces[run.start : run.stop]
        # Page 0 shows the code; the others are the parts that these labels have.
        used = [0, *sorted({number for face in faces for number in face})]
        width, height = self._sheet.label_width_um * PT_PER_UM, self._sheet.label_height_um * PT_PER_UM

        def finish(document: Any, pdf: Any) -> None:
            resources = forms_of_pages(pdf, used, width, height)
            press = _Press(self._sheet, self._printer, CodeType.of(document))
            done = 0
            for start, stop in _spans(len(labels), start_position - 1, self._sheet.positions):
                first = start_position - 1 if start == 0 else 0
                content = press.content(labels[start:stop], faces[start:stop], first)
                add_sheet(pdf, content, resources, press.page_width_pt, press.page_height_pt)
                if stop - done >= LABELS_PER_REPORT or stop == len(labels):
                    done = stop
                    progress(done, len(labels))

        buffer = io.BytesIO()
        document_of([self._pages[number] for number in used], self._sheet).write_pdf(buffer, finisher=finish)
        return buffer.getvalue()


class _Press:
    """Writes the content of sheets: a label is a few words, most of them the same for its place on every sheet."""

    def __init__(self, sheet: LabelSheet, printer: PrinterSetup, code: CodeType) -> None:
        self._sheet, self._printer, self._code = sheet, printer, code
        self.page_width_pt = sheet.page_width_um * PT_PER_UM
        self.page_height_pt = sheet.page_height_um * PT_PER_UM
        self._corners = [self._corner(place) for place in range(sheet.positions)]
        self._qrs: dict[str, tuple[QrTable, list[str]]] = {}

    def content(self, labels: Sequence[ParcelLabel], faces: Sequence[Face], first: int) -> bytes:
        """Write one sheet, beginning at a place counted from 0."""
        return " ".join(
            self._label(label, face, place)
            for place, (label, face) in enumerate(zip(labels, faces, strict=True), first)
        ).encode("ascii")

    def _label(self, label: ParcelLabel, face: Face, place: int) -> str:
        address = label.uri[:-CODE_LENGTH]
        table, images = self._qrs.get(address) or self._new_qrs(address)
        code, text = self._code, grouped(label.code)
        drawn = "".join([f"/p{number} Do " for number in face])
        return (
            f"{self._corners[place]} {drawn}BT /{code.font} {code.size_pt:.3f} Tf {code.left_of(text):.3f} "
            f"{self._baseline} Td <{text.translate(code.glyphs)}> Tj ET Q "
            f"{images[place]}{table.bits_of(label.uri):0{self._digits(table)}x}> EI Q"
        )

    @property
    def _baseline(self) -> str:
        return f"{self._sheet.label_height_um * PT_PER_UM - self._code.baseline_pt:.3f}"

    def _corner(self, place: int) -> str:
        left, top = self._sheet.corner(place)
        x = (left + self._printer.offset_x_um) * PT_PER_UM
        y = (top + self._printer.offset_y_um + self._sheet.label_height_um) * PT_PER_UM
        return f"q 1 0 0 1 {x:.3f} {self.page_height_pt - y:.3f} cm"

    def _new_qrs(self, address: str) -> tuple[QrTable, list[str]]:
        table = qr_table(address)
        images = []
        for place in range(self._sheet.positions):
            qr = qr_place(self._sheet, place, table.modules, self._printer)
            side_um = table.modules * qr.module_um
            left, bottom = qr.left_um * PT_PER_UM + HAIR_PT, self.page_height_pt - (qr.top_um + side_um) * PT_PER_UM
            side = f"{side_um * PT_PER_UM - 2 * HAIR_PT:.4f}"
            # Hexadecimal, so that nothing in it can look like its end; the page's compression takes that back.
            images.append(
                f"q {side} 0 0 {side} {left:.4f} {bottom + HAIR_PT:.4f} cm "
                f"BI /W {table.modules} /H {table.modules} /BPC 1 /CS /G /D [1 0] /F /AHx ID "
            )
        self._qrs[address] = table, images
        return table, images

    @staticmethod
    def _digits(table: QrTable) -> int:
        return -(-table.modules // 8) * 2 * table.modules


def _spans(count: int, blank: int, positions: int) -> Iterator[tuple[int, int]]:
    """Cut the labels into sheets, of which the first has so many places used already."""
    start, stop = 0, min(count, positions - blank)
    while start < count:
        yield start, stop
        start, stop = stop, min(count, stop + positions)
