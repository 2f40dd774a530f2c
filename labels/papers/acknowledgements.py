"""The acknowledgement of a gift 接收凭证: numbered, in figures and capitals, and not for tax."""

from labels.papers.gift_paper import MODULE_UM, AcknowledgementPaper, donor_of
from labels.papers.markup import Html, both, said, square, table
from labels.papers.spec import Both


def acknowledgement(paper: AcknowledgementPaper) -> Html:
    """Draw the acknowledgement: who, what, how much in figures and capitals, and what it is not."""
    row = paper.number
    facts = [
        (Both("捐赠人", "Donor"), donor_of(paper, row)),
        (Both("公益项目", "Programme"), both(paper.programme, row, "span")),
        (Both("款物用途", "Fund"), both(paper.fund, row, "span")),
        (Both("接收日期", "Received on"), said(paper.received_on, row)),
    ]
    if paper.channel:
        facts.append((Both("捐赠方式", "Channel"), both(paper.channel, row, "span")))
    if paper.amount and paper.capitals:
        label = Both("物资价值合计", "Value of the goods") if paper.lines else Both("捐赠金额", "Amount")
        words = (
            f'<strong>{said(paper.amount, row)}</strong><br><span class="capitals">{said(paper.capitals, row)}</span>'
        )
        facts.append((label, Html(words)))
    void = both(paper.void, row, "p", "void") if paper.void else ""
    return Html(
        f'<article class="acknowledgement" data-row="{said(row, row)}">'
        f"{both(paper.organisation, row, 'p', 'organisation')}"
        f"{both(Both('捐赠接收凭证', 'Acknowledgement of a gift'), row, 'h1')}"
        f'<p class="no">编号 No. {said(paper.number, row)}</p>{void}'
        f"{_facts(facts, row)}{_lines(paper, row)}"
        f'<div class="foot"><div class="words">{_words(paper, row)}</div>'
        f"{square(paper.code, MODULE_UM)}</div></article>"
    )


def _facts(facts: list[tuple[Both, Html]], row: str) -> Html:
    rows = "".join(f"<tr>{both(name, row, 'th')}<td>{value}</td></tr>" for name, value in facts)
    return Html(f'<table class="facts"><tbody>{rows}</tbody></table>')


def _lines(paper: AcknowledgementPaper, row: str) -> Html:
    if not paper.lines:
        return Html("")
    heads = (
        Both("物资", "Goods"),
        Both("数量", "Quantity"),
        Both("价值", "Value"),
        Both("计价依据", "Basis of value"),
    )
    rows = [
        (
            f"{row} {line.item.zh}",
            (both(line.item, row, "span"), line.quantity, line.amount or "—", both(line.basis, row, "span")),
        )
        for line in paper.lines
    ]
    return table(heads, rows, of="lines", numbers="1 2")


def _words(paper: AcknowledgementPaper, row: str) -> Html:
    no_value = (
        '<p>标“—”的物资无法取得公允价值，不载金额。<span class="en" lang="en">Goods marked — could not be valued; '
        "no amount is stated.</span></p>"
        if any(line.amount is None for line in paper.lines)
        else ""
    )
    telephone = f"，电话 {said(paper.telephone, row)}" if paper.telephone else ""
    return Html(
        f"{no_value}<p>本凭证仅证明我会已接收上述捐赠，<strong>不是公益事业捐赠票据，不能用于税前扣除</strong>。"
        '<span class="en" lang="en">This paper only says that we received the gift. It is not the official bill for '
        "donations to public welfare and is not for tax.</span></p>"
        "<p>扫码核对本凭证编号是否有效，并查看捐赠去向。"
        '<span class="en" lang="en">Scan to check that this number is valid, and to follow the gift.</span></p>'
        f'<p class="sign">接收单位（盖章）：{said(paper.organisation.zh, row)}{telephone}<br>'
        f"开具日期 Issued on：{said(paper.issued_on, row)}</p>"
    )
