"""What the kinds of paper share: whose it is, and how one file is put together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labels.papers.spec import Both
from logistics.codes.models import Code
from logistics.press.papers.kinds import PaperFile, PaperWork
from logistics.press.papers.paper_codes import code_of_paper, printed

if TYPE_CHECKING:
    from labels.papers.cards import Card, CardForm

KEEPER, DRIVER = Both("仓管员", "Keeper"), Both("提货人", "Taken by")
CHECKED = Both("复核人", "Checked by")


def organisation_of(work: PaperWork) -> Both:
    """Say whose paper it is."""
    return Both(work.actor.organisation.name_zh, work.actor.organisation.name_en)


def sheet_file(
    work: PaperWork,
    title: Both,
    facts: Sequence[tuple[Both, str]],
    heads: Sequence[Both],
    rows: Sequence[tuple[str, tuple[str, ...]]],
    *,
    numbers: str = "",
    signs: Sequence[Both] = (),
    note: Both | None = None,
    code: Code | None = None,
) -> PaperFile:
    """Make the one file of a sheet with one table; its code is the paper's own unless said otherwise."""
    from labels.papers.sheets import Sheet, sheet

    code = code or code_of_paper(work)
    paper = Sheet(
        title=title,
        organisation=organisation_of(work),
        code=printed(code),
        facts=tuple(facts),
        heads=tuple(heads),
        rows=tuple(rows),
        numbers=numbers,
        signs=tuple(signs),
        note=note,
    )
    return PaperFile("1", title.zh, [sheet(paper)], [printed(code).uri], [code])


def card_file(title: Both, cards: "Sequence[Card]", codes: Sequence[Code], form: "CardForm | None" = None) -> PaperFile:
    """Make the one file of cards in a grid, small ones unless said otherwise."""
    from labels.papers.cards import SMALL
    from labels.papers.cards import cards as draw_cards

    paper = draw_cards(cards, form or SMALL, title)
    return PaperFile("1", title.zh, [paper], [printed(code).uri for code in codes], codes)
