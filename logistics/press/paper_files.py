"""Draw one file of paper and read its codes back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from labels.readback import unread_codes
from logistics.press.label_batches import CodeUnread, DrawingUnavailable
from logistics.press.papers.kinds import PaperFile
from logistics.setup.packages import FOR_LABELS, line_for

if TYPE_CHECKING:
    from labels.returned.places import PagePlaces

PAPER_DPI = 203


def pdf_of(
    file: PaperFile,
    progress: Callable[[int], None] | None = None,
    placed: "Callable[[PagePlaces], None] | None" = None,
) -> bytes:
    """Draw one file and read its codes back; `placed` hears where things stand on each page.

    Refuses what the drawing refuses, CodeUnread.
    """
    from labels.papers.drawing import drawn

    pdf = drawn(file.papers, title=file.title, progress=progress, placed=placed)
    unread = unread_codes(pdf, file.uris, PAPER_DPI)
    if unread:
        raise CodeUnread(parcels=unread[:5])
    return pdf


def require_drawing() -> None:
    """Refuse DrawingUnavailable: everything but paper works on a machine without Pango."""
    try:
        import labels.papers.drawing  # noqa: F401 -- to see whether it can be loaded
    except OSError:
        raise DrawingUnavailable(line=line_for(FOR_LABELS)) from None
