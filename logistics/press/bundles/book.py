"""The bundle's book.pdf: the tables that an auditor reads on paper, each short enough to read."""

from collections.abc import Iterable, Iterator

from labels.papers.book import BookPaper, BookTable, book
from labels.papers.drawing import drawn
from labels.papers.spec import Both, spelled
from logistics.journal.sealing import log_verifier_key
from logistics.kernel.money import amount_text
from logistics.ledgers.workbooks import BASE_CURRENCY
from logistics.press.bundles import book_tables
from logistics.press.bundles.book_words import FACTS, STEPS
from logistics.press.bundles.bundle import Bundle

# Beyond it nobody reads a table on paper, and the same stands in a file beside it.
BOOK_ROWS_MAX = 250
BODIES_NAMED_MAX = 12


def book_pdf(bundle: Bundle) -> Iterator[bytes]:
    """Draw the book: the same bytes for the same bundle."""
    yield drawn([book(_paper(bundle))], title=f"账簿 {bundle.asked.organisation.code} {bundle.asked.until}")


def _paper(bundle: Bundle) -> BookPaper:
    organisation = bundle.asked.organisation
    return BookPaper(
        organisation=Both(spelled(organisation.name_zh), spelled(organisation.name_en)),
        facts=tuple(zip(FACTS, _facts(bundle), strict=True)),
        tables=tuple(_cut(told) for told in book_tables.tables_of(bundle)),
        steps=STEPS,
        checkpoint="\n".join(map(spelled, bundle.checkpoint.note.splitlines())),
        verifier_key=spelled(log_verifier_key()),
    )


def _facts(bundle: Bundle) -> tuple[str, ...]:
    asked = bundle.asked
    bodies = [organisation.code for organisation in bundle.organisations]
    more = f" +{len(bodies) - BODIES_NAMED_MAX}" if len(bodies) > BODIES_NAMED_MAX else ""
    return (
        asked.organisation.code,
        " ".join(bodies[:BODIES_NAMED_MAX]) + more,
        f"{asked.from_on.isoformat()} — {asked.until.isoformat()}",
        bundle.known_at.isoformat(),
        str(bundle.checkpoint.size),
        BASE_CURRENCY,
    )


def _cut(told: book_tables.Told) -> BookTable:
    """Keep as many rows as somebody reads, and spell what the font lacks."""
    kept = [tuple(spelled(_cell(cell)) for cell in row) for row in told.rows[:BOOK_ROWS_MAX]]
    return BookTable(
        heading=told.heading,
        heads=told.heads,
        rows=tuple(kept),
        numbers=_numbers(told.rows),
        note=told.note,
        left_out=max(0, len(told.rows) - BOOK_ROWS_MAX),
        file=told.file,
    )


def _cell(cell: book_tables.BookCell) -> str:
    if isinstance(cell, book_tables.Money):
        return amount_text(cell.minor, cell.currency).removeprefix("¥").replace("-¥", "-")
    return f"{cell:,}" if isinstance(cell, int) else cell


def _numbers(rows: Iterable[book_tables.BookRow]) -> str:
    """List the columns in which a number stands."""
    found = {place for row in rows for place, cell in enumerate(row) if not isinstance(cell, str)}
    return " ".join(str(place) for place in sorted(found))
