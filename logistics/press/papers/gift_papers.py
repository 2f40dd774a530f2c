"""The acknowledgement and the certificate of one gift, from what was frozen when the paper was issued."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from labels.papers.spec import Both, QrCode
from logistics.donations.models import DonationKind
from logistics.donations.paper_reads import Paper
from logistics.kernel.capitals import capitals
from logistics.kernel.codes import code_uri
from logistics.kernel.money import amount_text
from logistics.press.paper_files import pdf_of, require_drawing
from logistics.press.papers.gift_words import BASES, CHANNELS, UNITS
from logistics.press.papers.kinds import Markup, PaperFile

ACKNOWLEDGEMENT, CERTIFICATE = "ACKNOWLEDGEMENT", "CERTIFICATE"


def drawing_of(paper: Paper, form: str = ACKNOWLEDGEMENT) -> "Markup":
    """Draw one paper as markup. Needs Pango to be there."""
    from labels.papers.acknowledgements import acknowledgement
    from labels.papers.certificates import certificate

    draw: Callable[[Any], Markup] = {
        ACKNOWLEDGEMENT: acknowledgement,
        CERTIFICATE: certificate,
    }[form]
    return draw(_said(paper))


def _said(paper: Paper) -> Any:
    """Say a paper in plain values, from what was frozen when it was issued."""
    from labels.papers.gift_paper import AcknowledgementPaper

    content = paper.row.content
    amount, currency = content["amount"], content["currency"]
    return AcknowledgementPaper(
        number=paper.number,
        code=QrCode(content["donation"], code_uri(content["donation"], settings.CODE_HOST)),
        organisation=_both(content["organisation"]),
        telephone=content["organisation"]["telephone"],
        programme=_both(content["programme"]),
        fund=_both(content["fund"]),
        donor=_name(paper),
        received_on=content["received_on"],
        issued_on=timezone.localdate(paper.row.issued_at).isoformat(),
        channel=CHANNELS[content["channel"]] if content["kind"] == DonationKind.MONEY else None,
        amount=None if amount is None else amount_text(amount, currency),
        capitals=None if amount is None else capitals(amount, currency),
        lines=tuple(_line(line, currency) for line in content["lines"]),
        void=_void(paper),
    )


def _line(line: dict[str, Any], currency: str) -> Any:
    from labels.papers.gift_paper import GiftLine

    amount = line["line_total"]
    quantity = f"{line['quantity']:,} {UNITS.get(line['unit'], line['unit'])}"
    return GiftLine(
        _both(line["item"]), quantity, None if amount is None else amount_text(amount, currency), BASES[line["basis"]]
    )


def _name(paper: Paper) -> str | None:
    """Return the name as it was printed; None for an anonymous donor, and where it was erased."""
    name = getattr(paper.row, "name_row", None)
    return (name.name if name else "") or None


def acknowledgement_pdf(paper: Paper, form: str = ACKNOWLEDGEMENT) -> bytes:
    """Draw one paper now. Refuses DrawingUnavailable and what the drawing refuses."""
    require_drawing()
    uri = code_uri(paper.row.content["donation"], settings.CODE_HOST)
    return pdf_of(PaperFile("", paper.number, [drawing_of(paper, form)], [uri]))


def _void(paper: Paper) -> Both | None:
    if paper.voided_at is None:
        return None
    if paper.replaced_by is None:
        return Both("本凭证已作废", "Void")
    return Both(f"本凭证已作废，由 {paper.replaced_by} 代替", f"Void; replaced by {paper.replaced_by}")


def _both(named: dict[str, str]) -> Both:
    return Both(named["zh"], named["en"])
