"""Lay labels out on sheets and draw them, page by page, into one PDF."""

import functools
import html
import io
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

import pypdfium2
import weasyprint
from weasyprint.formatting_structure.boxes import BlockBox, TextBox
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from labels.fonts import font_path, require_drawable
from labels.qr import svg_of
from labels.spec import LabelDoesNotFit, LabelSheet, ParcelLabel, require_position
from logistics.kernel.codes import grouped

# One document holds so many labels; more go into further documents, so that memory stays flat.
LABELS_PER_DOCUMENT = 210
FONT_URL = "font:regular"
UM_PER_MM = 1000
PX_PER_MM = 96 / 25.4
# How high each part may grow before it would meet the next, in millimetres.
HEIGHTS_MM = {
    "thermal": {"head": 19, "township": 17, "contents": 30, "facts": 4.5, "code": 7, "thanks": 5, "mark": 4.5},
    "small": {"programme": 7, "township": 11, "contents": 8.4, "code": 4.4, "facts": 3.2, "mark": 3.2},
}
# How wide a township may be at its full size, in full-width characters.
TOWNSHIP_SIGNS = {"thermal": 8, "small": 7}
SLACK_MM = 0.2


def render_sheets(
    labels: Sequence[ParcelLabel],
    sheet: LabelSheet,
    *,
    start_position: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """Draw labels on sheets, beginning at a position of a part-used one, as a PDF.

    Refuses PositionOutsideSheet, GlyphMissing, TextUnprintable, LabelDoesNotFit; then there is no file at all.
    `progress` is told (drawn, all) as it goes.
    """
    require_position(sheet, start_position)
    for label in labels:
        require_drawable(label)
    parts = []
    blank = start_position - 1
    done = 0
    for chunk in _chunks(labels, blank, sheet.positions):
        parts.append(_document(chunk, sheet, blank))
        blank, done = 0, done + len(chunk)
        if progress:
            progress(done, len(labels))
    return parts[0] if len(parts) == 1 else _joined(parts)


def _chunks(labels: Sequence[ParcelLabel], blank: int, positions: int) -> Iterator[Sequence[ParcelLabel]]:
    """Cut the labels so that every document but the last ends with a full sheet."""
    size = max(positions, LABELS_PER_DOCUMENT // positions * positions)
    start, stop = 0, size - blank
    while start < len(labels):
        yield labels[start:stop]
        start, stop = stop, stop + size


def _document(labels: Sequence[ParcelLabel], sheet: LabelSheet, blank: int) -> bytes:
    style = _style(sheet)
    pages: list[list[str]] = []
    for place, label in enumerate(labels, start=blank):
        if place % sheet.positions == 0 or not pages:
            pages.append([])
        pages[-1].append(_label(label, sheet, place % sheet.positions, style))
    width, height = sheet.page_width_um / UM_PER_MM, sheet.page_height_um / UM_PER_MM
    size = f"@page {{ size: {width}mm {height}mm; margin: 0 }}"
    section = f"width: {width}mm; height: {height}mm; position: relative; overflow: hidden; break-after: page"
    body = "".join(f"<section>{''.join(page)}</section>" for page in pages)
    head = f"<title>标签 Labels</title><style>{size} section {{ {section} }}</style>"
    text = f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'
    document = weasyprint.HTML(string=text, url_fetcher=_fetcher(), base_url="labels:").render(
        stylesheets=[_stylesheet()], font_config=_fonts()
    )
    for page in document.pages:
        _require_fit(page, style)
    made: bytes = document.write_pdf()
    return made


def _label(label: ParcelLabel, sheet: LabelSheet, place: int, style: str) -> str:
    row, column = divmod(place, sheet.columns)
    left = (sheet.margin_left_um + column * (sheet.label_width_um + sheet.gutter_x_um)) / UM_PER_MM
    top = (sheet.margin_top_um + row * (sheet.label_height_um + sheet.gutter_y_um)) / UM_PER_MM
    width, height = sheet.label_width_um / UM_PER_MM, sheet.label_height_um / UM_PER_MM
    box = f"left:{left}mm;top:{top}mm;width:{width}mm;height:{height}mm"
    svg, _ = svg_of(label.uri, sheet.module_um)
    shown = label.contents[: sheet.content_lines]
    more = len(label.contents) - len(shown)
    lines = [*shown, *([f"… 共 {len(label.contents)} 种"] if more else [])]
    contents = (
        "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        if style == "thermal"
        else html.escape("、".join(lines))
    )
    weight = f"{label.weight_grams / 1000:.2f} kg · " if label.weight_grams else ""
    reprint = f'<p class="mark">补打 {label.reprint}</p>' if label.reprint else ""
    head = f'<p class="programme">{html.escape(label.programme)}</p>'
    if style == "thermal":
        head = f'<div class="head">{head}<p class="federation">{html.escape(label.federation)}</p></div>'
    return (
        f'<div class="label {style}" style="{box}" data-code="{html.escape(label.code)}">{head}'
        f'<p class="township"{_township_size(label, style)}>{html.escape(label.township)}</p>'
        f'<ul class="contents">{contents}</ul>'
        f'<p class="facts">{weight}{html.escape(label.batch)}</p>{reprint}'
        f'<div class="qr">{svg}</div><p class="code">{grouped(label.code)}</p>'
        f'<p class="thanks">{html.escape(label.thanks)}</p></div>'
    )


def _township_size(label: ParcelLabel, style: str) -> str:
    """Set a long name smaller, so that it may take two or three lines."""
    signs = sum(1.0 if ord(sign) > 0x2E7F else 0.6 for sign in label.township)
    size = "17pt" if style == "thermal" else "8pt"
    return f' style="font-size:{size}"' if signs > TOWNSHIP_SIGNS[style] else ""


def _require_fit(page: Any, style: str) -> None:
    """Refuse a page on which a part is higher than its room or a line wider than its part."""
    code = ""
    for box in page._page_box.descendants(placeholders=True):
        if not isinstance(box, BlockBox) or box.element is None:
            continue
        code = box.element.get("data-code") or code
        part = box.element.get("class") or ""
        most = HEIGHTS_MM[style].get(part)
        if most and (box.height > (most + SLACK_MM) * PX_PER_MM or _has_wide_line(box)):
            raise LabelDoesNotFit(parcel=code, part=part)


def _has_wide_line(block: BlockBox) -> bool:
    """Tell whether a word that may not be split stands out of its part."""
    texts = [box for box in block.descendants(placeholders=True) if isinstance(box, TextBox)]
    edge = block.position_x + block.width + SLACK_MM * PX_PER_MM
    return any(text.position_x + text.width > edge for text in texts)


def _joined(parts: Sequence[bytes]) -> bytes:
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        source = pypdfium2.PdfDocument(part)
        whole.import_pages(source)
        source.close()
    buffer = io.BytesIO()
    whole.save(buffer)
    whole.close()
    return buffer.getvalue()


def _style(sheet: LabelSheet) -> str:
    return "thermal" if sheet.positions == 1 else "small"


@functools.cache
def _fonts() -> Any:
    return weasyprint.text.fonts.FontConfiguration()


@functools.cache
def _stylesheet() -> Any:
    text = files("labels").joinpath("templates/sheet.css").read_text(encoding="utf-8")
    return weasyprint.CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher(), base_url="labels:")


class _OnlyTheFont(URLFetcher):  # type: ignore[misc]  # -- WeasyPrint has no types
    """Gives the font and nothing else: no file, no network, whatever a text says."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Open the font. Anything else stops the drawing."""
        if url != FONT_URL:
            raise FatalURLFetchingError(f"a label asks for nothing from outside: {url[:80]}")
        return URLFetcherResponse(url, font_path().read_bytes(), {"Content-Type": "font/otf"})


@functools.cache
def _fetcher() -> _OnlyTheFont:
    return _OnlyTheFont(fail_on_errors=True)
