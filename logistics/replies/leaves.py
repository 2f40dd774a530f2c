"""What the log says of what comes back from families: ids, choices, commitments, never a word of a family."""

import datetime as dt
import uuid

from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, leaf_bytes
from logistics.replies.models import GrievanceStep, ReplyDecision, VisitDraw, VisitResult


def leaf_of_decision(row: ReplyDecision) -> LeafData:
    """Say a decision about a reply in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "reply": str(row.reply_id),
        "position": row.position,
        "decision": row.kind,
        "text_commitment": row.text_commitment,
        "reason_commitment": row.reason_commitment,
        "picture": str(row.picture_id or ""),
        "marks_left": row.marks_left,
        "recorded_by": str(row.recorded_by_id or ""),
        "decided_by": str(row.decided_by_id),
        "decided_at": _moment(row.decided_at),
    }
    return _leaf("REPLY_DECISION", row.id, row.reply.organisation_id, fields)


def leaf_of_draw(row: VisitDraw) -> LeafData:
    """Say an announced draw in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "organisation": str(row.organisation_id),
        "programme": str(row.programme_id),
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "size": row.size,
        "days": row.days,
        "announced_by": str(row.announced_by_id),
        "announced_at": _moment(row.announced_at),
    }
    return _leaf("VISIT_DRAW", row.id, row.organisation_id, fields)


def leaf_of_visit_result(row: VisitResult) -> LeafData:
    """Say what a visit found in canonical bytes."""
    fields: dict[str, CanonicalValue] = {
        "visit": str(row.visit_id),
        "visited_on": row.visited_on.isoformat(),
        "arrived": row.arrived,
        "content_right": row.content_right,
        "in_time": row.in_time,
        "helped": row.helped,
        "differs": row.differs,
        "note_commitment": row.note_commitment,
        "visited_by": str(row.visited_by_id),
        "recorded_at": _moment(row.recorded_at),
    }
    return _leaf("VISIT_RESULT", row.id, row.visit.organisation_id, fields)


def leaf_of_step(row: GrievanceStep) -> LeafData:
    """Say a step of a grievance in canonical bytes; the first one with what it is a step of."""
    grievance = row.grievance
    fields: dict[str, CanonicalValue] = {
        "grievance": str(grievance.id),
        "received_at": _moment(grievance.received_at),
        "grievance_commitment": grievance.text_commitment,
        "position": row.position,
        "step": row.kind,
        "holder": str(row.holder_id),
        "text_commitment": row.text_commitment,
        "author": str(row.author_id or ""),
        "due_at": _moment(row.due_at),
        "noted_at": _moment(row.noted_at),
    }
    return _leaf("GRIEVANCE_STEP", row.id, grievance.organisation_id, fields)


def _leaf(kind: str, row_id: uuid.UUID, organisation_id: uuid.UUID, fields: dict[str, CanonicalValue]) -> LeafData:
    return LeafData(kind, row_id, leaf_bytes(kind, {"id": str(row_id), **fields}), organisation_id)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()
