"""Findings: raised by an auditor, answered by the audited body, settled by an auditor; every note is sealed."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, DayField, StrictSerializer, TextField
from api.pages import page_of
from logistics.audits.finding_reads import notes_of, state_of
from logistics.audits.findings import TEXT_LENGTH_MAX, answer_finding, ask_on, raise_finding, settle_finding
from logistics.audits.models import Finding, FindingSubject, NoteKind, Severity
from logistics.audits.reads import get_finding, visible_findings
from logistics.press.audit_subjects import find_subject

READ = ("ledgers:read",)
# What each kind of note does.
_STEPS = {NoteKind.ANSWERED: answer_finding, NoteKind.ASKED: ask_on, NoteKind.SETTLED: settle_finding}


class FindingSubjectInput(StrictSerializer):
    """What a finding is about: the parcel's or fund's code, the entry's id, the ledger's name."""

    kind = ChoiceTextField(choices=FindingSubject.choices)
    key = TextField(length=60)


class NoteInput(StrictSerializer):
    """What is said, and the hash of a document that supports it."""

    text = TextField(length=TEXT_LENGTH_MAX)
    document_sha256 = TextField(length=64, required=False, allow_blank=True, default="")


class FindingInput(NoteInput):
    """What an auditor found."""

    subject = FindingSubjectInput()
    severity = ChoiceTextField(choices=Severity.choices)
    due_on = DayField()


class FindingNoteInput(NoteInput):
    """The next word: ANSWERED by the audited body, ASKED or SETTLED by an auditor."""

    kind = ChoiceTextField(choices=[kind.value for kind in _STEPS])


class FindingSubjectAnswer(serializers.Serializer):
    """What a finding is about."""

    kind = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()


class FindingNoteAnswer(serializers.Serializer):
    """One step of a finding; the text is empty where it was erased."""

    kind = serializers.CharField()
    author = serializers.UUIDField()
    text = serializers.CharField(allow_blank=True)
    document_sha256 = serializers.CharField(allow_blank=True)
    noted_at = serializers.DateTimeField()


class FindingAnswer(serializers.Serializer):
    """A finding with everything that was said of it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    organisation = serializers.CharField()
    subject = FindingSubjectAnswer()
    severity = serializers.ChoiceField(choices=Severity.choices)
    state = serializers.ChoiceField(choices=["OPEN", "ANSWERED", "SETTLED"])
    due_on = serializers.DateField()
    raised_at = serializers.DateTimeField()
    notes = serializers.ListField(child=FindingNoteAnswer())


class Findings(Door):
    """Findings."""

    scopes = {"GET": READ, "POST": READ}
    is_list = True

    @documented(
        "List findings", "Newest first.", answers={200: paged(FindingAnswer, "Finding")}, tag="ledgers", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_findings(self.actor.organisation), _said)

    @documented(
        "Raise a finding",
        "By a signed-in auditor, about a parcel, an entry, a fund or a ledger.",
        request=FindingInput,
        answers={201: FindingAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Raise."""
        data = self.read(FindingInput)
        about = data.pop("subject")
        subject, organisation = find_subject(actor=self.actor, kind=about["kind"], text=about["key"])
        row = raise_finding(actor=self.actor, organisation=organisation, subject=subject, now=timezone.now(), **data)
        return Response(_said(row), status=201)


class FindingNotes(Door):
    """What is said of a finding."""

    scopes = {"POST": READ}

    @documented(
        "Add a note to a finding",
        "ANSWERED by a person of the audited body; ASKED or SETTLED by a signed-in auditor. Nothing is ever changed.",
        request=FindingNoteInput,
        answers={200: FindingAnswer},
        problems=(409, 413, 415, 422),
        tag="ledgers",
        is_repeatable=True,
    )
    def post(self, request: Request, finding_id: uuid.UUID) -> Response:
        """Note."""
        data = self.read(FindingNoteInput)
        finding = get_finding(finding_id=finding_id, organisation=self.actor.organisation)
        step = _STEPS[NoteKind(data.pop("kind"))]
        return Response(_said(step(actor=self.actor, finding=finding, now=timezone.now(), **data)))


def _said(row: Finding) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "number": row.reference,
        "organisation": row.organisation.code,
        "subject": {
            "kind": row.subject_kind,
            "id": str(row.subject_id) if row.subject_id else None,
            "key": row.subject_text,
        },
        "severity": row.severity,
        "state": state_of(row),
        "due_on": row.due_on.isoformat(),
        "raised_at": row.raised_at.isoformat(),
        "notes": [
            {
                "kind": note.kind,
                "author": str(note.author_id),
                "text": note.text,
                "document_sha256": note.document_sha256,
                "noted_at": note.noted_at.isoformat(),
            }
            for note in notes_of(row)
        ],
    }
