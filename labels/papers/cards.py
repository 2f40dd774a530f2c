"""Cards in a grid: household cards, reply cards, labels of lots, bins and cartons. Nothing on them names a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.papers.markup import Html, both, said, square
from labels.papers.spec import Both, QrCode


@dataclass(frozen=True)
class CardForm:
    """How large cards are and how many stand on a page, in millimetres."""

    name: str
    columns: int
    rows: int
    width_mm: float
    height_mm: float
    module_um: int


# A4 within the margins of the page: 190 x 269 mm.
SMALL = CardForm("small", 2, 5, 95, 53.5, 1000)
REPLY = CardForm("reply", 1, 2, 190, 134, 1000)

# Main words of so few signs are set large, and seven of the widest still fit: a shelf is read from a few steps away.
SHORT_WORDS = 7


@dataclass(frozen=True)
class Card:
    """One card: what it is, its main words, smaller lines, and its code. `lines_to_write` are left empty for a pen."""

    row: str
    kind: Both
    words: str
    lines: tuple[str, ...]
    code: QrCode
    lines_to_write: int = 0


def cards(rows: Sequence[Card], form: CardForm, title: Both) -> Html:
    """Draw cards on as many pages as they need, with lines to cut along."""
    size = form.columns * form.rows
    pages = [rows[start : start + size] for start in range(0, len(rows), size)]
    body = "".join(f'<section class="page">{_page(page, form)}</section>' for page in pages)
    return Html(f'<article class="cards {form.name}">{both(title, title.zh, "h1")}{body}</article>')


def _page(rows: Sequence[Card], form: CardForm) -> str:
    return "".join(_placed(place, row, form) for place, row in enumerate(rows))


def _placed(place: int, card: Card, form: CardForm) -> Html:
    row, column = divmod(place, form.columns)
    at = f"left:{column * form.width_mm}mm;top:{8 + row * form.height_mm}mm"
    size = f"width:{form.width_mm}mm;height:{form.height_mm}mm"
    lines = "".join(f"<p>{said(line, card.row)}</p>" for line in card.lines)
    pen = '<p class="pen"></p>' * card.lines_to_write
    main = "main short" if len(card.words) <= SHORT_WORDS else "main"
    return Html(
        f'<div class="card" style="{at};{size}" data-row="{said(card.row, card.row)}"><div class="fixed">'
        f'{square(card.code, form.module_um)}<div class="words">{both(card.kind, card.row, "p", "kind")}'
        f'<p class="{main}">{said(card.words, card.row)}</p>{lines}</div>{pen}</div></div>'
    )
