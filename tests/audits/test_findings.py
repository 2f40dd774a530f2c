"""Findings with answers: raised, answered, asked on, settled; nothing of them is ever changed."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.audits.finding_reads import findings_with_state, notes_of, state_of, texts_of_findings
from logistics.audits.findings import (
    NOTES_MAX,
    TEXT_LENGTH_MAX,
    DocumentHashWrong,
    FindingDueOutOfBounds,
    FindingNotYours,
    FindingOutOfTurn,
    FindingSubjectUnknown,
    FindingTextOutOfBounds,
    FindingTooLong,
    Subject,
    answer_finding,
    ask_on,
    leaf_of_note,
    raise_finding,
    settle_finding,
)
from logistics.audits.models import Finding, FindingNote
from logistics.journal.committed import erase_texts
from logistics.journal.log import Leaf
from tests.cast import World
from tests.journal.test_races import _at_once
from tests.looking import nothing_written

NOW = dt.datetime(2026, 2, 1, 2, 0, tzinfo=dt.UTC)
DUE = dt.date(2026, 2, 15)
LEDGER = Subject("LEDGER", None, "distribution")


def _raise(world: World, **more: object) -> Finding:
    values = {
        "actor": world.as_actor(world.auditor),
        "organisation": world.county,
        "subject": LEDGER,
        "severity": "DEFICIENCY",
        "text": "这笔采购没有发票",
        "due_on": DUE,
        "now": NOW,
        **more,
    }
    return raise_finding(**values)  # type: ignore[arg-type] -- a test's own words


def test_a_finding_goes_from_raised_to_settled(world: World) -> None:
    auditor, officer = world.as_actor(world.auditor), world.as_actor(world.officer)
    finding = _raise(world)
    assert (finding.reference, state_of(finding), finding.mandate) == ("2026-1", "OPEN", world.mandate)
    answer_finding(actor=officer, finding=finding, text="发票在财务科", now=NOW)
    assert state_of(finding) == "ANSWERED"
    ask_on(actor=auditor, finding=finding, text="请提供发票扫描件", now=NOW)
    assert state_of(finding) == "OPEN"
    answer_finding(actor=officer, finding=finding, text="扫描件见附件", document_sha256="ab" * 32, now=NOW)
    settle_finding(actor=auditor, finding=finding, text="已核对无误", now=NOW)
    assert state_of(finding) == "SETTLED"
    notes = notes_of(finding)
    assert [(note.kind, note.author_id) for note in notes] == [
        ("RAISED", world.auditor.id),
        ("ANSWERED", world.officer.id),
        ("ASKED", world.auditor.id),
        ("ANSWERED", world.officer.id),
        ("SETTLED", world.auditor.id),
    ]
    assert (notes[0].text, notes[3].document_sha256) == ("这笔采购没有发票", "ab" * 32)
    assert texts_of_findings([finding]) == {finding.id: "这笔采购没有发票"}


def test_each_step_in_its_turn(world: World) -> None:
    auditor, officer = world.as_actor(world.auditor), world.as_actor(world.officer)
    finding = _raise(world)
    with nothing_written(), pytest.raises(FindingOutOfTurn):
        ask_on(actor=auditor, finding=finding, text="再问一次", now=NOW)
    answer_finding(actor=officer, finding=finding, text="发票在财务科", now=NOW)
    with nothing_written(), pytest.raises(FindingOutOfTurn):
        answer_finding(actor=officer, finding=finding, text="再答一次", now=NOW)
    settle_finding(actor=auditor, finding=finding, text="已核对无误", now=NOW)
    for step, who in ((answer_finding, officer), (ask_on, auditor), (settle_finding, auditor)):
        with nothing_written(), pytest.raises(FindingOutOfTurn):
            step(actor=who, finding=finding, text="了结以后", now=NOW)


def test_who_audits_does_not_answer_and_who_answers_does_not_settle(world: World) -> None:
    auditor, officer = world.as_actor(world.auditor), world.as_actor(world.officer)
    with nothing_written(), pytest.raises(FindingNotYours):
        _raise(world, actor=officer)
    with nothing_written(), pytest.raises(FindingNotYours):
        _raise(world, actor=world.partner)
    finding = _raise(world)
    with nothing_written():
        for step, who in (
            (answer_finding, auditor),
            (answer_finding, world.as_actor(world.courier)),
            (answer_finding, world.partner),
            (settle_finding, officer),
            (ask_on, officer),
        ):
            with pytest.raises(FindingNotYours):
                step(actor=who, finding=finding, text="不该我来做", now=NOW)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"text": "短"}, FindingTextOutOfBounds),
        ({"text": "长" * (TEXT_LENGTH_MAX + 1)}, FindingTextOutOfBounds),
        ({"due_on": NOW.date()}, FindingDueOutOfBounds),
        ({"due_on": NOW.date() + dt.timedelta(days=366)}, FindingDueOutOfBounds),
        ({"severity": "TERRIBLE"}, FindingSubjectUnknown),
        ({"subject": Subject("HOUSE", None, "x")}, FindingSubjectUnknown),
        ({"document_sha256": "AB" * 32}, DocumentHashWrong),
    ],
)
def test_a_finding_within_bounds(world: World, change: dict[str, object], refusal: type[Exception]) -> None:
    with nothing_written(), pytest.raises(refusal):
        _raise(world, **change)
    _raise(world, text="长" * TEXT_LENGTH_MAX, due_on=NOW.date() + dt.timedelta(days=365))


def test_a_finding_does_not_go_on_for_ever(world: World) -> None:
    finding = _raise(world)
    auditor, officer = world.as_actor(world.auditor), world.as_actor(world.officer)
    for _ in range((NOTES_MAX - 1) // 2):
        answer_finding(actor=officer, finding=finding, text="答复如下", now=NOW)
        ask_on(actor=auditor, finding=finding, text="追问如下", now=NOW)
    answer_finding(actor=officer, finding=finding, text="答复如下", now=NOW)
    with nothing_written(), pytest.raises(FindingTooLong):
        ask_on(actor=auditor, finding=finding, text="追问如下", now=NOW)


def test_findings_are_listed_open_first_and_by_due_day(world: World) -> None:
    late, soon, settled = _raise(world), _raise(world, due_on=DUE - dt.timedelta(days=7)), _raise(world)
    settle_finding(actor=world.as_actor(world.auditor), finding=settled, text="已核对无误", now=NOW)
    assert list(findings_with_state(world.county)) == [soon, late, settled]
    assert [row.number for row in (late, soon, settled)] == [1, 2, 3]
    assert list(findings_with_state(world.stranger_county)) == []


def test_a_form_sent_twice_raises_once(world: World) -> None:
    token = uuid.uuid4()
    assert _raise(world, token=token) == _raise(world, token=token)
    assert FindingNote.objects.count() == 1


def test_every_note_is_sealed_and_its_text_only_committed_to(world: World) -> None:
    finding = _raise(world, text="张某某领取时没有签字")
    answer_finding(actor=world.as_actor(world.officer), finding=finding, text="张某某已补签", now=NOW)
    notes = list(finding.notes.order_by("position"))
    for note in notes:
        leaf = Leaf.objects.get(kind="FINDING", subject_id=note.id)
        assert leaf_of_note(note).data == bytes(leaf.data)
        assert "张某某" not in bytes(leaf.data).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM journal_committedtext")
        assert not any("张某某" in row[0] for row in cursor.fetchall())
    assert erase_texts(owner_ids=[note.id for note in notes]) == 2
    assert [note.text for note in notes_of(finding)] == ["", ""]


@pytest.mark.parametrize("model", [Finding, FindingNote])
def test_the_database_refuses_to_change_findings(world: World, model: type) -> None:
    _raise(world)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        model.objects.update(id=uuid.uuid4())
    with pytest.raises(DatabaseError, match=r"append_only|foreign key"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_findings_at_once_take_their_own_numbers(committed_world: World) -> None:
    found = _at_once(lambda number: _raise(committed_world))
    assert sorted(row.number for row in found) == list(range(1, len(found) + 1))  # type: ignore[attr-defined] -- findings
