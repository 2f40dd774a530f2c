"""Draw papers: HTML in, one tagged PDF/UA-1 out, or a refusal that names the row.

Each paper is laid out alone, so that its pages are counted alone ("2 / 3"), and all are written into one file with one
subset of the font. Nothing is read from outside but the font.
"""

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox, TableCellBox, TextBox

from labels.papers.markup import Html
from labels.papers.spec import PaperDoesNotFit
from labels.returned.places import PagePlaces, places_of
from labels.typesetting import laid_out

PDF_VARIANT = "pdf/ua-1"
SLACK_PX = 0.8


def drawn(
    papers: Sequence[Html],
    *,
    title: str,
    progress: Callable[[int], None] | None = None,
    placed: Callable[[PagePlaces], None] | None = None,
) -> bytes:
    """Draw papers one after another into one PDF. Refuses PaperDoesNotFit.

    `progress` hears how many are laid out, `placed` where things stand on each page that is made to come back.
    """
    documents = []
    for paper in papers:
        document = _laid_out(paper, title)
        for page in document.pages:
            _require_fit(page._page_box, title)
            if placed:
                placed(places_of(page.anchors))
        documents.append(document)
        if progress:
            progress(len(documents))
    whole = documents[0].copy([page for document in documents for page in document.pages])
    made: bytes = whole.write_pdf(pdf_variant=PDF_VARIANT, pdf_tags=True)
    return made


def _laid_out(paper: Html, title: str) -> Any:
    text = (
        f'<!doctype html><html lang="zh-CN"><head><title>{html.escape(title)}</title></head><body>{paper}</body></html>'
    )
    return laid_out(text, "paper.css")


def _require_fit(page: Any, row: str) -> None:
    """Refuse a page on which a word that may not be split stands out of its cell or of the page, or a part is higher
    than its room.
    """
    edge = page.content_box_x() + page.width + SLACK_PX
    for box, name in _named_blocks(page, row):
        is_fixed = box.element.get("class") == "fixed"
        if is_fixed or isinstance(box, TableCellBox):
            right = min(edge, box.position_x + box.border_width() + SLACK_PX)
            bottom = box.position_y + box.border_height() + SLACK_PX if is_fixed else float("inf")
            texts = [text for text in box.descendants(placeholders=True) if isinstance(text, TextBox)]
            if any(text.position_x + text.width > right or text.position_y + text.height > bottom for text in texts):
                raise PaperDoesNotFit(row=name)


def _named_blocks(box: Any, row: str) -> Iterator[tuple[Any, str]]:
    for child in getattr(box, "children", ()):
        child = getattr(child, "_box", child)
        name = row
        if child.element is not None:
            name = child.element.get("data-row") or row
            if isinstance(child, BlockBox | TableCellBox):
                yield child, name
        yield from _named_blocks(child, name)
