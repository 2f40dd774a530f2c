"""Write the markup of papers: every text is looked at and escaped on its way."""

import html
from collections.abc import Iterable, Sequence

from labels.papers.spec import Both, QrCode, require_printable
from labels.qr import svg_of
from labels.returned.places import SQUARE
from logistics.kernel.codes import grouped


class Html(str):
    """Text that is markup already; everything else is escaped on its way onto paper."""


def said(text: str | int | None, row: str) -> Html:
    """Escape a text for a paper. Refuses PaperSignMissing, PaperTextUnprintable; `row` tells people where it stands."""
    if isinstance(text, Html):
        return text
    words = "" if text is None else str(text)
    require_printable([words], row)
    return Html(html.escape(words))


def both(text: Both, row: str, tag: str = "p", of: str = "") -> Html:
    """Say a text in Chinese with its English beside it."""
    mark = f' class="{of}"' if of else ""
    english = f' <span class="en" lang="en">{said(text.en, row)}</span>' if text.en else ""
    return Html(f"<{tag}{mark}>{said(text.zh, row)}{english}</{tag}>")


def square(code: QrCode, module_um: int) -> Html:
    """Draw the QR of a code, and the code for people below it."""
    return Html(f'<div class="qr">{svg_square(code, module_um)}<p class="code">{grouped(code.text)}</p></div>')


def svg_square(code: QrCode, module_um: int) -> Html:
    """Draw the QR alone, with what it is in words for those who listen, and an anchor by which its place is found."""
    svg = svg_of(code.uri, module_um).replace("<svg ", f'<svg id="{SQUARE}{code.text}" ', 1)
    start = svg.index(">") + 1
    return Html(f"{svg[:start]}<title>二维码 QR {grouped(code.text)}</title>{svg[start:]}")


def table(
    heads: Sequence[Both], rows: Iterable[tuple[str, Sequence[str | int | None]]], *, of: str = "", numbers: str = ""
) -> Html:
    """Draw a table whose head is repeated on every page. Each row has its name for refusals; `numbers` lists, by their
    places, the columns that are set to the right.
    """
    marks = ["number" if str(place) in numbers.split() else "text" for place in range(len(heads))]
    head = "".join(both(text, "表头", "th", mark) for text, mark in zip(heads, marks, strict=True))
    body = "".join(
        f'<tr data-row="{html.escape(name)}">'
        + "".join(f'<td class="{mark}">{said(cell, name)}</td>' for cell, mark in zip(cells, marks, strict=True))
        + "</tr>"
        for name, cells in rows
    )
    return Html(f'<table class="{of}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
