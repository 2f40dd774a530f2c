"""How WeasyPrint is set up, for labels and papers alike: one font, our own stylesheets, nothing from outside."""

import functools
from importlib.resources import files
from typing import Any

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from labels.fonts import font_path

FONT_URL = "font:regular"


def laid_out(text: str, stylesheet: str) -> Any:
    """Lay out HTML with one of our stylesheets; return WeasyPrint's document, not yet drawn."""
    page = weasyprint.HTML(string=text, url_fetcher=_fetcher(), base_url="labels:")
    return page.render(stylesheets=[_stylesheet(stylesheet)], font_config=_fonts())


@functools.cache
def _fonts() -> Any:
    return weasyprint.text.fonts.FontConfiguration()


@functools.cache
def _stylesheet(name: str) -> Any:
    text = files("labels").joinpath(f"templates/{name}").read_text(encoding="utf-8")
    return weasyprint.CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher(), base_url="labels:")


class _OnlyTheFont(URLFetcher):  # type: ignore[misc]  # -- WeasyPrint has no types
    """Gives the font and nothing else: no file, no network, whatever a text says."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Open the font. Anything else stops the drawing."""
        if url != FONT_URL:
            raise FatalURLFetchingError(f"paper asks for nothing from outside: {url[:80]}")
        return URLFetcherResponse(url, font_path().read_bytes(), {"Content-Type": "font/otf"})


@functools.cache
def _fetcher() -> _OnlyTheFont:
    return _OnlyTheFont(fail_on_errors=True)
