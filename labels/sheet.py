"""Draw labels on sheets as one PDF."""

from collections.abc import Callable, Sequence

from labels.sheets import LabelSheet, PrinterSetup, require_position
from labels.spec import ParcelLabel
from labels.stamp import Stamp


def render_sheets(
    labels: Sequence[ParcelLabel],
    sheet: LabelSheet,
    *,
    start_position: int = 1,
    printer: PrinterSetup | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> bytes:
    """Draw labels on sheets, beginning at a position of a part-used one, as a PDF.

    Refuses PositionOutsideSheet, GlyphMissing, TextUnprintable, LabelDoesNotFit; then there is no file at all.
    `progress` is told (drawn, all) as it goes.
    """
    require_position(sheet, start_position)
    stamp = Stamp(labels, sheet, printer or PrinterSetup())
    return stamp.draw(range(len(labels)), start_position, progress)
