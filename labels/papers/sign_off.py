"""The distribution sign-off sheet 发放签收表: one row a household with a QR and a box to sign in.

It is made to come back: four black corner marks stand on every page, so that a camera can straighten it, and the places
of marks, squares and boxes are kept as they were drawn (each has an anchor that says which it is).
"""

from dataclasses import dataclass

from labels.papers.markup import Html, both, said, svg_square
from labels.papers.sheets import head_of, signs_of
from labels.papers.spec import Both, QrCode
from labels.returned.places import BOX, MARK

# Eleven rows a page; a camera of twelve megapixels has six pixels for each module.
ROW_MODULE_UM = 500
_HEADS = (
    Both("行", "Row"),
    Both("码", "Code"),
    Both("领取人", "For"),
    Both("物资", "Contents"),
    Both("签字或按指印", "Signature or fingerprint"),
)


@dataclass(frozen=True)
class SignOffRow:
    """One household: its reference, the masked name, what it receives. `code` is this row's own."""

    code: QrCode
    reference: str
    masked_name: str
    contents: str


@dataclass(frozen=True)
class SignOffSheet:
    """A sheet for one outing or place."""

    organisation: Both
    code: QrCode
    facts: tuple[tuple[Both, str], ...]
    rows: tuple[SignOffRow, ...]


def sign_off_sheet(paper: SignOffSheet) -> Html:
    """Draw the sheet with its corner marks."""
    marks = "".join(f'<div class="corner {corner}" id="{MARK}{corner}"></div>' for corner in ("a", "b", "c", "d"))
    title = Both("发放签收表", "Distribution sign-off sheet")
    head = "".join(both(name, title.zh, "th") for name in _HEADS)
    rows = "".join(_row(number, row) for number, row in enumerate(paper.rows, 1))
    note = Both(
        "请本人或代领人在自己那一行的方框内签字或按指印，不要写出方框。未领取的请留空。",
        "Sign or leave a fingerprint inside the box of your own row. Leave it empty where nothing was received.",
    )
    signs = (Both("发放人", "Handed over by"), Both("见证人", "Witness"))
    return Html(
        f'<article class="sign-off">{marks}{head_of(title, paper.organisation, paper.facts, paper.code)}'
        f"{both(note, title.zh, 'p', 'note')}"
        f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{signs_of(signs)}</article>'
    )


def _row(number: int, row: SignOffRow) -> Html:
    name = f"第 {number} 行 {row.reference}"
    return Html(
        f'<tr data-row="{said(name, name)}"><td class="n">{number}</td>'
        f'<td class="row-code">{svg_square(row.code, ROW_MODULE_UM)}</td>'
        f"<td><strong>{said(row.masked_name, name)}</strong><br>{said(row.reference, name)}</td>"
        f'<td class="contents">{said(row.contents, name)}</td><td class="box" id="{BOX}{row.code.text}"></td></tr>'
    )
