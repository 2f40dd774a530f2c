"""WeasyPrint as we use it: one font, one stylesheet, nothing from outside."""

import functools
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from labels.fonts import font_path

FONT_URL = "font:regular"
PX_PER_MM = 96 / 25.4


def lay_out(sections: Iterable[str], width_mm: float, height_mm: float, title: str) -> Any:
    """Lay out one page for each section of HTML; return WeasyPrint's document, not yet drawn."""
    page = f"@page {{ size: {width_mm}mm {height_mm}mm; margin: 0 }}"
    section = f"width: {width_mm}mm; height: {height_mm}mm; position: relative; overflow: hidden; break-after: page"
    head = f"<title>{title}</title><style>{page} section {{ {section} }}</style>"
    body = "".join(f"<section>{content}</section>" for content in sections)
    text = f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'
    document = weasyprint.HTML(string=text, url_fetcher=_fetcher(), base_url="labels:")
    return document.render(stylesheets=[_stylesheet()], font_config=_fonts())


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
