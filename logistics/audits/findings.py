"""Findings with answers: an auditor raises one, an officer answers, an auditor asks on or settles it.

A finding's state follows from its last note; nothing is ever edited, and every note is sealed into the log.
"""

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from django.db.models import Max

from logistics.audits.finding_reads import STATE_AFTER
from logistics.audits.models import Finding, FindingNote, FindingSubject, NoteKind, Severity
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.journal.postings import LeafData
from logistics.kernel.canonical import CanonicalValue, leaf_bytes
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Role
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

TEXT_LENGTH_MIN, TEXT_LENGTH_MAX = 4, 2_000
NOTES_MAX = 100
DUE_DAYS_MAX = 365
_SHA256 = re.compile(r"[0-9a-f]{64}")
# After which note each may come.
_AFTER = {"ANSWERED": {"RAISED", "ASKED"}, "ASKED": {"ANSWERED"}, "SETTLED": {"RAISED", "ANSWERED", "ASKED"}}
_ANSWERERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR, Role.KEEPER)


class FindingTextOutOfBounds(Unacceptable):
    code = "finding_text_out_of_bounds"
    zh = "请写明情况（{least} 到 {most} 个字）。"
    en = "Say what there is to say ({least} to {most} characters)."


class FindingDueOutOfBounds(Unacceptable):
    code = "finding_due_out_of_bounds"
    zh = "答复期限须在今天之后、{most} 天之内。"
    en = "The answer is due after today, within {most} days."


class FindingSubjectUnknown(Unacceptable):
    code = "finding_subject_unknown"
    zh = "没有这种审计对象或严重程度：{value}。"
    en = "There is no such subject or severity: {value}."


class DocumentHashWrong(Unacceptable):
    code = "document_hash_wrong"
    zh = "佐证文件的 SHA-256 写法不对。"
    en = "The SHA-256 of the supporting document cannot be read."


class FindingOutOfTurn(Conflicting):
    code = "finding_out_of_turn"
    zh = "这条审计发现的状态是 {state}，现在不能这样做。"
    en = "This finding is {state}; this cannot be done now."


class FindingNotYours(NotAllowed):
    code = "finding_not_yours"
    zh = "由审计员提出、追问和了结，由被审计单位的人答复。"
    en = "Auditors raise, ask on and settle; people of the audited body answer."


class FindingTooLong(Conflicting):
    code = "finding_too_long"
    zh = "一条审计发现最多 {most} 条记录。"
    en = "A finding has at most {most} notes."


@dataclass(frozen=True)
class Subject:
    """What a finding is about, as a door has found it: its id and what people call it."""

    kind: str
    id: uuid.UUID | None
    text: str


@action
def raise_finding(
    *,
    actor: Actor,
    organisation: Organisation,
    subject: Subject,
    severity: str,
    text: str,
    due_on: dt.date,
    document_sha256: str = "",
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> Finding:
    """Raise a finding about an entry, a parcel, a fund or a ledger; the same token raises it once.

    Refuses FindingNotYours, FindingSubjectUnknown, FindingDueOutOfBounds, FindingTextOutOfBounds, DocumentHashWrong.
    """
    _require_auditor(actor)
    finding_id = derived_id(token, 0) if token else new_id()
    standing = Finding.objects.filter(id=finding_id).first()
    if standing is not None:
        return standing
    for value, known in ((subject.kind, FindingSubject.values), (severity, Severity.values)):
        if value not in known:
            raise FindingSubjectUnknown(value=value, pointer="/severity" if value == severity else "/subject")
    if not now.date() < due_on <= now.date() + dt.timedelta(days=DUE_DAYS_MAX):
        raise FindingDueOutOfBounds(most=DUE_DAYS_MAX, pointer="/due_on")
    # Locked, so that two findings at once get two numbers.
    Organisation.objects.select_for_update().get(id=organisation.id)
    numbers = Finding.objects.filter(organisation=organisation, year=now.year)
    finding = Finding.objects.create(
        id=finding_id,
        organisation=organisation,
        number=(numbers.aggregate(last=Max("number"))["last"] or 0) + 1,
        year=now.year,
        mandate_id=actor.reach.mandate_id if actor.reach else None,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_text=subject.text,
        severity=severity,
        due_on=due_on,
        raised_at=now,
        raised_by_id=actor.holder_id,
    )
    _add_note(finding, NoteKind.RAISED, 0, actor, text, document_sha256, now)
    return finding


@action
def answer_finding(
    *, actor: Actor, finding: Finding, text: str, document_sha256: str = "", now: dt.datetime
) -> Finding:
    """Answer an open finding, for the audited body. Refuses FindingNotYours, FindingOutOfTurn and what a text does."""
    if actor.person is None or actor.reach is not None or not actor.person.has_role(*_ANSWERERS):
        raise FindingNotYours
    return _noted(finding, NoteKind.ANSWERED, actor, text, document_sha256, now)


@action
def ask_on(*, actor: Actor, finding: Finding, text: str, document_sha256: str = "", now: dt.datetime) -> Finding:
    """Ask on: the answer does not settle it. Refuses FindingNotYours, FindingOutOfTurn and what a text does."""
    _require_auditor(actor)
    return _noted(finding, NoteKind.ASKED, actor, text, document_sha256, now)


@action
def settle_finding(
    *, actor: Actor, finding: Finding, text: str, document_sha256: str = "", now: dt.datetime
) -> Finding:
    """Settle a finding for good. Refuses FindingNotYours, FindingOutOfTurn and what a text does."""
    _require_auditor(actor)
    return _noted(finding, NoteKind.SETTLED, actor, text, document_sha256, now)


def leaf_of_note(note: FindingNote) -> LeafData:
    """Say a note, the first one with its whole finding, in canonical bytes; the text as its commitment."""
    finding = note.finding
    fields: dict[str, CanonicalValue] = {
        "id": str(note.id),
        "finding": str(finding.id),
        "organisation": str(finding.organisation_id),
        "number": f"{finding.year}-{finding.number}",
        "subject_kind": finding.subject_kind,
        "subject": str(finding.subject_id) if finding.subject_id else finding.subject_text,
        "severity": finding.severity,
        "due_on": finding.due_on.isoformat(),
        "position": note.position,
        "note_kind": note.kind,
        "author": str(note.author_id),
        "text_commitment": note.text_commitment,
        "document_sha256": note.document_sha256,
        "noted_at": note.noted_at.astimezone(dt.UTC).isoformat(),
    }
    return LeafData("FINDING", note.id, leaf_bytes("FINDING", fields), finding.organisation_id)


def _require_auditor(actor: Actor) -> None:
    if actor.person is None or not actor.person.has_role(Role.AUDITOR):
        raise FindingNotYours


def _noted(finding: Finding, kind: str, actor: Actor, text: str, document_sha256: str, now: dt.datetime) -> Finding:
    locked = Finding.objects.select_for_update().get(id=finding.id)
    last = FindingNote.objects.filter(finding=locked).order_by("-position")[0]
    if last.kind not in _AFTER[kind]:
        raise FindingOutOfTurn(state=STATE_AFTER[last.kind])
    if last.position + 1 >= NOTES_MAX:
        raise FindingTooLong(most=NOTES_MAX)
    _add_note(locked, kind, last.position + 1, actor, text, document_sha256, now)
    return locked


def _add_note(
    finding: Finding, kind: str, position: int, actor: Actor, text: str, document_sha256: str, now: dt.datetime
) -> None:
    told = text.strip()
    if not TEXT_LENGTH_MIN <= len(told) <= TEXT_LENGTH_MAX:
        raise FindingTextOutOfBounds(least=TEXT_LENGTH_MIN, most=TEXT_LENGTH_MAX, pointer="/text")
    if document_sha256 and not _SHA256.fullmatch(document_sha256):
        raise DocumentHashWrong(pointer="/document_sha256")
    note_id = new_id()
    commitments = keep_texts({note_id: {"text": told}})
    note = FindingNote.objects.create(
        id=note_id,
        finding=finding,
        position=position,
        kind=kind,
        author_id=actor.holder_id,
        text_commitment=commitments[note_id]["text"],
        document_sha256=document_sha256,
        noted_at=now,
    )
    append_leaves([leaf_of_note(note)])
