"""What the log says of sponsorships: ids, stages, ends and what was released, never a word of a child."""

import datetime as dt
import uuid

from logistics.journal.postings import LeafData
from logistics.journal.standing import by_row, declare_sealed
from logistics.kernel.canonical import CanonicalValue, leaf_bytes
from logistics.sponsorships.models import LetterDecision, LetterWithdrawal, Sponsorship, SponsorshipStep


def leaf_of_sponsorship(row: Sponsorship) -> LeafData:
    """Say a sponsorship in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "fund": str(row.fund_id),
        "donor": str(row.donor_id),
        "member": str(row.member_id),
        "yearly_minor": row.yearly_minor,
        "currency": row.currency,
        "started_on": row.started_on.isoformat(),
        "started_by": str(row.started_by_id),
        "started_at": _moment(row.started_at),
    }
    return _leaf("SPONSORSHIP", row.id, row.organisation_id, fields)


def leaf_of_step(row: SponsorshipStep) -> LeafData:
    """Say a step of a sponsorship in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "sponsorship": str(row.sponsorship_id),
        "position": row.position,
        "stage": row.stage,
        "end_reason": row.end_reason,
        "thanks_commitment": row.thanks_commitment,
        "on": row.on.isoformat(),
        "noted_by": str(row.noted_by_id),
        "noted_at": _moment(row.noted_at),
    }
    return _leaf("SPONSORSHIP_STEP", row.id, row.sponsorship.organisation_id, fields)


def leaf_of_letter(row: LetterDecision) -> LeafData:
    """Say a decision about a letter in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "letter": str(row.letter_id),
        "direction": row.letter.direction,
        "is_released": row.is_released,
        "text_commitment": row.text_commitment,
        "marks_left": row.marks_left,
        "recorded_by": str(row.recorded_by_id or ""),
        "decided_by": str(row.decided_by_id),
        "decided_at": _moment(row.decided_at),
    }
    return _leaf("LETTER_DECISION", row.id, row.letter.sponsorship.organisation_id, fields)


def leaf_of_withdrawal(row: LetterWithdrawal) -> LeafData:
    """Say that a letter was taken back in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "letter": str(row.letter_id),
        "reason_commitment": row.reason_commitment,
        "withdrawn_by": str(row.withdrawn_by_id),
        "withdrawn_at": _moment(row.withdrawn_at),
    }
    return _leaf("LETTER_WITHDRAWAL", row.id, row.letter.sponsorship.organisation_id, fields)


def _leaf(kind: str, row_id: uuid.UUID, organisation_id: uuid.UUID, fields: dict[str, CanonicalValue]) -> LeafData:
    return LeafData(kind, row_id, leaf_bytes(kind, {"id": str(row_id), **fields}), organisation_id)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


declare_sealed("SPONSORSHIP", by_row(Sponsorship, leaf_of_sponsorship, "SPONSORSHIP"))
declare_sealed("SPONSORSHIP_STEP", by_row(SponsorshipStep, leaf_of_step, "SPONSORSHIP_STEP"))
declare_sealed("LETTER_DECISION", by_row(LetterDecision, leaf_of_letter, "LETTER_DECISION"))
declare_sealed("LETTER_WITHDRAWAL", by_row(LetterWithdrawal, leaf_of_withdrawal, "LETTER_WITHDRAWAL"))
