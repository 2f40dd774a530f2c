"""The evidence file of a parcel 包裹证据档案: what is on record of it, and the proofs of its entries as an annex."""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.papers.markup import Html, both, said, square, table
from labels.papers.spec import Both, QrCode

MODULE_UM = 500


@dataclass(frozen=True)
class EvidenceTable:
    """One kind of record: its heading, its columns and rows; `numbers` lists the columns set to the right."""

    heading: Both
    heads: tuple[Both, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: str = ""


@dataclass(frozen=True)
class EvidencePaper:
    """What the file says. `missing` lists what a reader would expect and the system does not hold."""

    code: QrCode
    organisation: Both
    made_at: str
    facts: tuple[tuple[Both, str], ...]
    tables: tuple[EvidenceTable, ...]
    missing: tuple[Both, ...]
    checkpoint: str
    verifier_key: str


@dataclass(frozen=True)
class EntryProof:
    """The proof of one entry: what it is, and the text of the proof."""

    entry: str
    text: str


def evidence(paper: EvidencePaper) -> Html:
    """Draw the file: the parcel, what is not on record, then every kind of record, at last the checkpoint."""
    row = paper.code.text
    facts = "".join(
        f"<tr>{both(name, row, 'th')}<td>{said(value or '—', row)}</td></tr>" for name, value in paper.facts
    )
    missing = "".join(both(one, row, "li") for one in paper.missing)
    parts = "".join(_part(one, row) for one in paper.tables)
    absent = f"{both(Both('系统未存', 'Not on record'), row, 'h2')}<ul>{missing}</ul>"
    return Html(
        f'<article class="evidence"><div class="top"><div>{both(paper.organisation, row)}'
        f"{both(Both('包裹证据档案', 'Evidence file of a parcel'), row, 'h1')}"
        f"<p>生成时间 <span class='en' lang='en'>Made at</span> {said(paper.made_at, row)}</p></div>"
        f'{square(paper.code, MODULE_UM)}</div><table class="facts"><tbody>{facts}</tbody></table>'
        f"{absent}{parts}{_checkpoint(paper, row)}</article>"
    )


def evidence_annex(proofs: Sequence[EntryProof], row: str) -> Html:
    """Draw inclusion proofs as they are, line by line, for whoever types or reads them into a checker."""
    parts = "".join(
        f'<h2>{said(one.entry, row)}</h2><div class="lines">{_lines(one.text, row)}</div>' for one in proofs
    )
    heading = both(Both("附件：分录的包含证明", "Annex: inclusion proofs of entries"), row, "h1")
    return Html(f'<article class="evidence">{heading}{parts}</article>')


def _part(part: EvidenceTable, row: str) -> str:
    heading = both(part.heading, row, "h2")
    if not part.rows:
        return f"{heading}{both(Both('无记录。', 'Nothing on record.'), row)}"
    rows = [(f"{row} {part.heading.zh} {place}", cells) for place, cells in enumerate(part.rows, start=1)]
    return heading + table(part.heads, rows, numbers=part.numbers)


def _checkpoint(paper: EvidencePaper, row: str) -> str:
    if not paper.checkpoint:
        return ""
    words = Both(
        "附件中的包含证明对应下列校验点；用公钥核对签名后，即可离线确认分录未被改动。",
        "The proofs in the annex are under this checkpoint: check its signature with the key, and offline you know "
        "that the entries were not changed.",
    )
    heading = both(Both("校验点", "Checkpoint"), row, "h2")
    key = f'<p class="lines">{said(paper.verifier_key, row)}</p>'
    return f'{heading}{both(words, row)}<div class="lines">{_lines(paper.checkpoint, row)}</div>{key}'


def _lines(text: str, row: str) -> str:
    return "".join(f"<p>{said(line, row) or '&#160;'}</p>" for line in text.splitlines())
