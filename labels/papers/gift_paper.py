"""What the papers of a gift say."""

from dataclasses import dataclass

from labels.papers.markup import Html, both, said
from labels.papers.spec import Both, QrCode

MODULE_UM = 750
_ANONYMOUS = Both("匿名捐赠人", "Anonymous donor")


@dataclass(frozen=True)
class GiftLine:
    """One line of goods; `amount` is None where no value could be had."""

    item: Both
    quantity: str
    amount: str | None
    basis: Both


@dataclass(frozen=True)
class AcknowledgementPaper:
    """What the paper says. `donor` is None for an anonymous one, `amount` where nothing could be valued."""

    number: str
    code: QrCode
    organisation: Both
    telephone: str
    programme: Both
    fund: Both
    donor: str | None
    received_on: str
    issued_on: str
    channel: Both | None
    amount: str | None
    capitals: str | None
    lines: tuple[GiftLine, ...]
    # Why it no longer counts, and the number of the one that does.
    void: Both | None = None


def capitals_of(paper: AcknowledgementPaper, row: str) -> Html:
    """Say the amount in Chinese capitals."""
    return Html(f'<span class="capitals">{said(paper.capitals, row)}</span>')


def donor_of(paper: AcknowledgementPaper, row: str) -> Html:
    """Say who gave, or that nobody is to know."""
    return said(paper.donor, row) if paper.donor else both(_ANONYMOUS, row, "span")
