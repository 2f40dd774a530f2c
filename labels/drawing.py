"""Pages of labels for WeasyPrint: every section of HTML is a page of its own."""

from collections.abc import Iterable
from typing import Any

from labels.typesetting import laid_out

PX_PER_MM = 96 / 25.4


def lay_out(sections: Iterable[str], width_mm: float, height_mm: float, title: str) -> Any:
    """Lay out one page for each section of HTML; return WeasyPrint's document, not yet drawn."""
    page = f"@page {{ size: {width_mm}mm {height_mm}mm; margin: 0 }}"
    section = f"width: {width_mm}mm; height: {height_mm}mm; position: relative; overflow: hidden; break-after: page"
    head = f"<title>{title}</title><style>{page} section {{ {section} }}</style>"
    body = "".join(f"<section>{content}</section>" for content in sections)
    return laid_out(f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>', "sheet.css")
