"""Ask for the papers of a gift and what became of them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from logistics.donations.acknowledgements import number_text
from logistics.donations.models import Donation
from logistics.donations.paper_models import Acknowledgement
from logistics.kernel.refusals import Missing


class AcknowledgementMissing(Missing):
    code = "acknowledgement_missing"
    zh = "这笔捐赠没有这张接收凭证。"
    en = "This gift has no such acknowledgement."


class AcknowledgementState(StrEnum):
    """What became of a paper."""

    VALID = "VALID"
    VOID = "VOID"
    REISSUED = "REISSUED"


@dataclass(frozen=True)
class Paper:
    """A paper of a gift and what became of it; `replaced_by` is the number of the paper that was issued after it."""

    row: Acknowledgement
    number: str
    state: str
    voided_at: dt.datetime | None
    reason: str
    replaced_by: str | None


def papers_of(donation: Donation) -> list[Paper]:
    """List the papers of a gift, the first one first."""
    rows = list(
        Acknowledgement.objects.filter(donation=donation).select_related("void_row", "name_row").order_by("revision")
    )
    return [_paper(row, after) for row, after in zip(rows, [*rows[1:], None], strict=False)]


def get_paper(*, donation: Donation, number: int | None = None) -> Paper:
    """Return the latest paper of a gift, or the numbered one. Refuses AcknowledgementMissing."""
    found = [paper for paper in papers_of(donation) if number in (None, paper.row.number)]
    if not found:
        raise AcknowledgementMissing
    return found[-1]


def _paper(row: Acknowledgement, after: Acknowledgement | None) -> Paper:
    void = getattr(row, "void_row", None)
    gone = AcknowledgementState.REISSUED if after else AcknowledgementState.VOID
    return Paper(
        row=row,
        number=number_text(row),
        state=gone if void else AcknowledgementState.VALID,
        voided_at=void.voided_at if void else None,
        reason=void.reason if void else "",
        replaced_by=number_text(after) if after else None,
    )
