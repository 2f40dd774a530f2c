"""Ask for findings with their state and what was said of them."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery

from logistics.audits.models import Finding, FindingNote
from logistics.audits.reads import visible_findings
from logistics.journal.committed import texts_of
from logistics.parties.models import Organisation

# What each note makes of a finding.
STATE_AFTER = {"RAISED": "OPEN", "ANSWERED": "ANSWERED", "ASKED": "OPEN", "SETTLED": "SETTLED"}


@dataclass(frozen=True)
class NoteView:
    """One note for a door. The text is empty where it was erased."""

    kind: str
    author_id: uuid.UUID
    text: str
    document_sha256: str
    noted_at: dt.datetime


def findings_with_state(organisation: Organisation) -> "QuerySet[Finding]":
    """Return findings with `last_kind`, the kind of the last note: open ones first, the earliest due first."""
    last = FindingNote.objects.filter(finding=OuterRef("pk")).order_by("-position").values("kind")[:1]
    rows = visible_findings(organisation).annotate(last_kind=Subquery(last))
    return rows.annotate(is_settled=Q(last_kind="SETTLED")).order_by("is_settled", "due_on", "id")


def state_of(finding: Finding) -> str:
    """Say OPEN, ANSWERED or SETTLED."""
    last = FindingNote.objects.filter(finding=finding).order_by("-position").values_list("kind", flat=True).first()
    return STATE_AFTER[last or "RAISED"]


def notes_of(finding: Finding) -> list[NoteView]:
    """Return what was said of a finding, first to last."""
    rows = list(finding.notes.order_by("position"))
    texts = texts_of(row.id for row in rows)
    return [
        NoteView(row.kind, row.author_id, texts.get(row.id, {}).get("text", ""), row.document_sha256, row.noted_at)
        for row in rows
    ]


def texts_of_findings(findings: Iterable[Finding]) -> dict[uuid.UUID, str]:
    """Return the first words of findings, by finding, in two statements."""
    rows = dict(
        FindingNote.objects.filter(finding__in=[row.id for row in findings], position=0).values_list("id", "finding_id")
    )
    return {rows[note_id]: kept.get("text", "") for note_id, kept in texts_of(rows).items()}
