"""The book of a period 账簿: what an auditor reads on paper. A cover, tables with their sums, and how to verify."""

from dataclasses import dataclass

from labels.papers.markup import Html, both, said, table
from labels.papers.spec import Both


@dataclass(frozen=True)
class BookTable:
    """One table: `numbers` lists the columns set to the right; `left_out` counts the rows that a file has beyond it."""

    heading: Both
    heads: tuple[Both, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: str = ""
    note: Both | None = None
    left_out: int = 0
    file: str = ""


@dataclass(frozen=True)
class BookPaper:
    """What the book says: whose books, which days, known when; its tables; and how to check all of it."""

    organisation: Both
    facts: tuple[tuple[Both, str], ...]
    tables: tuple[BookTable, ...]
    steps: tuple[Both, ...]
    checkpoint: str
    verifier_key: str


def book(paper: BookPaper) -> Html:
    """Draw the book: the cover on a page of its own, then the tables, at last how to verify."""
    title = Both("账簿", "Book")
    facts = "".join(
        f"<tr>{both(name, title.zh, 'th')}<td>{said(value, title.zh)}</td></tr>" for name, value in paper.facts
    )
    contents = "".join(both(one.heading, title.zh, "li") for one in paper.tables)
    parts = "".join(_part(one) for one in paper.tables)
    return Html(
        f'<article class="book"><section class="cover">{both(paper.organisation, title.zh)}'
        f"{both(title, title.zh, 'h1')}"
        f'<table class="facts"><tbody>{facts}</tbody></table><ol>{contents}</ol></section>{parts}{_verify(paper)}'
        "</article>"
    )


def _part(part: BookTable) -> str:
    name = part.heading.zh
    note = both(part.note, name, "p", "note") if part.note else ""
    if not part.rows:
        return f"{both(part.heading, name, 'h2')}{note}{both(Both('无记录。', 'Nothing on record.'), name)}"
    rows = [(f"{name} {place}", cells) for place, cells in enumerate(part.rows, start=1)]
    more = Both(f"另有 {part.left_out} 行，见 {part.file}。", f"{part.left_out} more rows stand in {part.file}.")
    rest = both(more, name, "p", "note") if part.left_out else ""
    return f"{both(part.heading, name, 'h2')}{note}{table(part.heads, rows, numbers=part.numbers)}{rest}"


def _verify(paper: BookPaper) -> str:
    heading = Both("如何核验", "How to verify")
    steps = "".join(both(step, heading.zh, "li") for step in paper.steps)
    lines = "".join(f"<p>{said(line, heading.zh) or '&#160;'}</p>" for line in paper.checkpoint.splitlines())
    return (
        f"{both(heading, heading.zh, 'h2')}<ol>{steps}</ol>"
        f'<div class="lines">{lines}</div><p class="lines">{said(paper.verifier_key, heading.zh)}</p>'
    )
