"""Gives papers the font, and nothing else from outside."""

import functools
from importlib.resources import files
from typing import Any

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from labels.fonts import font_path

FONT_URL = "font:regular"


@functools.cache
def fonts() -> Any:
    """Return the fonts of this process."""
    return weasyprint.text.fonts.FontConfiguration()


@functools.cache
def stylesheet() -> Any:
    """Return how papers look."""
    text = files("labels").joinpath("templates/paper.css").read_text(encoding="utf-8")
    return weasyprint.CSS(string=text, font_config=fonts(), url_fetcher=fetcher(), base_url="labels:")


class _OnlyTheFont(URLFetcher):  # type: ignore[misc]  # -- WeasyPrint has no types
    """Gives the font and nothing else: no file, no network, whatever a text says."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Open the font. Anything else stops the drawing."""
        if url != FONT_URL:
            raise FatalURLFetchingError(f"a paper asks for nothing from outside: {url[:80]}")
        return URLFetcherResponse(url, font_path().read_bytes(), {"Content-Type": "font/otf"})


@functools.cache
def fetcher() -> _OnlyTheFont:
    """Return what opens the font and refuses everything else."""
    return _OnlyTheFont(fail_on_errors=True)
