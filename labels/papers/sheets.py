"""Sheets that staff work with and sign: a title, facts, one table, boxes for signatures, a QR."""

from dataclasses import dataclass

from labels.papers.markup import Html, both, said, square, table
from labels.papers.spec import Both, QrCode

MODULE_UM = 600


@dataclass(frozen=True)
class Sheet:
    """A sheet. Each row has its name, which a refusal tells, and its cells; `numbers` lists the columns set right."""

    title: Both
    organisation: Both
    code: QrCode
    facts: tuple[tuple[Both, str], ...]
    heads: tuple[Both, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    numbers: str = ""
    signs: tuple[Both, ...] = ()
    note: Both | None = None


def sheet(paper: Sheet) -> Html:
    """Draw a sheet; the head of its table stands on every page."""
    note = both(paper.note, paper.title.zh, "p", "note") if paper.note else ""
    return Html(
        f'<article class="sheet">{head_of(paper.title, paper.organisation, paper.facts, paper.code)}{note}'
        f"{table(paper.heads, paper.rows, of='rows', numbers=paper.numbers)}{signs_of(paper.signs)}</article>"
    )


def head_of(
    title: Both, organisation: Both, facts: tuple[tuple[Both, str], ...], code: QrCode, module_um: int = MODULE_UM
) -> Html:
    """Draw what stands above the rows: whose sheet it is, what of, and its QR."""
    lines = "".join(
        f"<tr>{both(name, title.zh, 'th')}<td>{said(value, f'{title.zh} {name.zh}')}</td></tr>" for name, value in facts
    )
    return Html(
        f'<div class="head"><div class="words">{both(organisation, title.zh, "p", "organisation")}'
        f'{both(title, title.zh, "h1")}<table class="facts"><tbody>{lines}</tbody></table></div>'
        f"{square(code, module_um)}</div>"
    )


def signs_of(signs: tuple[Both, ...]) -> Html:
    """Draw boxes in which people sign, with room for the day."""
    if not signs:
        return Html("")
    boxes = "".join(f"<td>{both(name, '签字', 'p')}<p class='day'>日期 Date</p></td>" for name in signs)
    return Html(f'<table class="signs"><tbody><tr>{boxes}</tr></tbody></table>')
