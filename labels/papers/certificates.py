"""The certificate 捐赠证书: a gift on a festive page, on one side."""

from labels.papers.gift_paper import MODULE_UM, AcknowledgementPaper, capitals_of, donor_of
from labels.papers.markup import Html, both, said, square
from labels.papers.spec import Both


def certificate(paper: AcknowledgementPaper) -> Html:
    """Draw the certificate: the same gift on a festive page, on one side."""
    row = paper.number
    void = both(paper.void, row, "p", "void") if paper.void else ""
    gift = (
        f'<p class="gift">{said(paper.amount, row)}<br>{capitals_of(paper, row)}</p>'
        if paper.amount and not paper.lines
        else f'<p class="gift goods">{_goods(paper, row)}</p>'
    )
    return Html(
        f'<article class="certificate" data-row="{said(row, row)}"><div class="frame"><div class="fixed">'
        f"{both(Both('捐赠证书', 'Certificate of donation'), row, 'h1')}{void}"
        f'<p class="donor">{donor_of(paper, row)}：</p>'
        f'<p class="thanks">感谢您于 {said(paper.received_on, row)} 向“{said(paper.programme.zh, row)}”捐赠</p>{gift}'
        '<p class="thanks">善款善物将及时送到最需要的妇女、儿童和家庭手中。您的善意，我们铭记在心。</p>'
        '<p class="en" lang="en">With our thanks for your gift, which goes to the women, children and families '
        "who need it most.</p>"
        f'<div class="foot"><div class="words">{both(paper.organisation, row, "p", "organisation")}'
        f"<p>{said(paper.issued_on, row)}</p><p>编号 No. {said(paper.number, row)}</p>"
        "<p>本证书不是公益事业捐赠票据，不能用于税前扣除。</p></div>"
        f"{square(paper.code, MODULE_UM)}</div></div></div></article>"
    )


def _goods(paper: AcknowledgementPaper, row: str) -> Html:
    shown = paper.lines[:6]
    more = f" 等 {len(paper.lines)} 种" if len(paper.lines) > len(shown) else ""
    return Html("、".join(f"{said(line.item.zh, row)} {said(line.quantity, row)}" for line in shown) + more)
