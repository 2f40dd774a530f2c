"""Grievances: answered by a day or handed up; sensitive ones seen by few, and never by whom they are of."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from logistics.journal.history import CommittedText
from logistics.journal.verifying import verified_journal
from logistics.management.commands.work import _escalate
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievance_reads import (
    GrievanceMissing,
    count_of_unread_sensitive,
    get_grievance,
    grievance_by_receipt,
    grievance_view_for,
    grievances_late,
    visible_grievances,
)
from logistics.replies.grievances import (
    FROM_ONE_SOURCE_MAX,
    TEXT_LENGTH_MAX,
    WINDOW,
    GrievanceKindUnknown,
    GrievanceNotYours,
    GrievanceOutOfTurn,
    GrievancesTooFast,
    GrievanceTextOutOfBounds,
    ReaderNamedByThemself,
    Told,
    _hand_up,
    answer_grievance,
    ask_again,
    close_grievance,
    escalate_overdue,
    name_reader,
    receive_grievance,
    take_up_grievance,
)
from logistics.replies.models import Grievance, GrievanceStep, ReaderNaming
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import someone


def _told(
    world: World, kind: str = "NOT_RECEIVED", text: str = "包裹一直没有收到", **more: object
) -> tuple[Grievance, str]:
    values = {
        "organisation": world.county,
        "told": Told(kind, text, about=more.pop("about", None)),  # type: ignore[arg-type] -- a test's own words
        "channel": "PAGE",
        "actor": None,
        "source": "203.0.113.7",
        "now": world.now,
        "token": new_id(),
        **more,
    }
    return receive_grievance(**values)  # type: ignore[arg-type] -- a test's own words


def _named(world: World, person: Person) -> Actor:
    name_reader(actor=world.as_actor(world.administrator), person=person, is_reader=True, now=world.now)
    return world.as_actor(person)


def _seen(world: World, person: Person) -> list[Grievance]:
    return list(visible_grievances(world.as_actor(person)))


def test_a_grievance_is_answered_and_followed_by_its_receipt(world: World) -> None:
    row, receipt = _told(world)
    officer = world.as_actor(world.officer)
    assert (row.reference, row.due_at - row.received_at) == ("2026-1", dt.timedelta(days=7))
    found = grievance_by_receipt(receipt.lower().replace("-", " "))
    assert (found, grievance_view_for(found).state) == (row, "OPEN")
    take_up_grievance(actor=officer, grievance=row, now=world.now)
    answer_grievance(actor=officer, grievance=row, text="明天送到", now=world.now)
    with nothing_written(), pytest.raises(GrievanceOutOfTurn):
        answer_grievance(actor=officer, grievance=row, text="再答一次", now=world.now)
    ask_again(grievance=row, text="还是没有来", now=world.now)
    answer_grievance(actor=officer, grievance=row, text="已经补送", now=world.now)
    close_grievance(actor=officer, grievance=row, now=world.now)
    seen = grievance_view_for(row)
    assert [(step.kind, step.text) for step in seen.steps] == [
        ("TAKEN_UP", ""),
        ("ANSWERED", "明天送到"),
        ("ASKED_AGAIN", "还是没有来"),
        ("ANSWERED", "已经补送"),
        ("CLOSED", ""),
    ]
    with nothing_written(), pytest.raises(GrievanceOutOfTurn):
        ask_again(grievance=row, text="还要再问", now=world.now)
    for wrong in ("", receipt[:-1], "0" * 12):
        with pytest.raises(GrievanceMissing):
            grievance_by_receipt(wrong)
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None


def test_sensitive_ones_are_seen_by_those_who_were_named(world: World) -> None:
    row, _ = _told(world, "CHILD_SAFETY", "孩子身上有伤")
    assert (_seen(world, world.officer), count_of_unread_sensitive(world.county)) == ([], 1)
    with pytest.raises(GrievanceMissing):
        get_grievance(grievance_id=row.id, actor=world.as_actor(world.officer))
    named = _named(world, world.officer)
    assert _seen(world, world.officer) == [row]
    assert _seen(world, world.approver) == []
    name_reader(actor=world.as_actor(world.administrator), person=world.officer, is_reader=False, now=world.now)
    assert _seen(world, world.officer) == []
    assert row.due_at - row.received_at == dt.timedelta(days=1)
    assert named.person is not None


def test_never_by_whom_it_is_of(world: World) -> None:
    _named(world, world.officer)
    _named(world, world.approver)
    row, _ = _told(world, "OTHER", "他对我们很凶", about=world.officer)
    assert row.is_sensitive
    assert (_seen(world, world.officer), _seen(world, world.approver)) == ([], [row])
    with nothing_written(), pytest.raises(GrievanceNotYours):
        answer_grievance(actor=world.as_actor(world.officer), grievance=row, text="没有的事", now=world.now)


def test_nobody_names_themself_and_only_administrators_name(world: World) -> None:
    administrator = world.as_actor(world.administrator)
    with nothing_written():
        with pytest.raises(ReaderNamedByThemself):
            name_reader(actor=administrator, person=world.administrator, is_reader=True, now=world.now)
        with pytest.raises(GrievanceNotYours):
            name_reader(actor=world.as_actor(world.officer), person=world.approver, is_reader=True, now=world.now)
        with pytest.raises(GrievanceNotYours):
            name_reader(actor=administrator, person=world.courier, is_reader=True, now=world.now)
    row = ReaderNaming(
        person=world.officer, position=0, is_reader=True, named_by_id=world.officer.id, named_at=world.now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_is_overdue_goes_up_and_up(world: World) -> None:
    row, receipt = _told(world)
    assert (escalate_overdue(now=row.due_at), list(grievances_late(world.as_actor(world.officer), row.due_at))) == (
        0,
        [],
    )
    late = row.due_at + dt.timedelta(seconds=1)
    assert list(grievances_late(world.as_actor(world.officer), late)) == [row]
    assert (escalate_overdue(now=late), escalate_overdue(now=late)) == (1, 0)
    seen = grievance_view_for(grievance_by_receipt(receipt))
    assert (seen.state, seen.holder, seen.due_at) == ("ESCALATED", world.province, late + dt.timedelta(days=7))
    # Above the province there is nobody: it stays there, overdue.
    assert escalate_overdue(now=late + dt.timedelta(days=8)) == 0
    answer_grievance(actor=world.as_actor(world.officer), grievance=row, text="已经补送", now=late)
    assert list(grievances_late(world.as_actor(world.officer), late + dt.timedelta(days=99))) == []


def test_the_command_hands_up(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _told(world)
    call_command("escalate_grievances")
    assert capsys.readouterr().out == "1\n"


def test_two_workers_hand_up_once(world: World) -> None:
    # Two bodies stand above a township: handed up twice, it would have passed one of them by.
    township = register_organisation(
        code="示例镇",
        name_zh="示例镇妇女联合会",
        kind="FEDERATION",
        level="TOWNSHIP",
        parent=world.county,
        division_code="990101001",
    )
    row, receipt = _told(world, organisation=township)
    late = row.due_at + dt.timedelta(seconds=1)
    # Both found it at the same moment: the second looks again.
    assert (_hand_up(row.id, late), _hand_up(row.id, late)) == (True, False)
    assert grievance_view_for(grievance_by_receipt(receipt)).holder == world.county


def test_the_worker_hands_up(world: World) -> None:
    _told(world)
    _escalate()
    _escalate()
    assert GrievanceStep.objects.get().kind == "ESCALATED"


def test_nobody_floods_the_page(world: World) -> None:
    for _ in range(FROM_ONE_SOURCE_MAX):
        _told(world)
    with nothing_written(), pytest.raises(GrievancesTooFast):
        _told(world)
    _told(world, source="203.0.113.8")
    _told(world, now=world.now + WINDOW)
    # Who sits at our own telephone is not held up.
    _told(world, actor=world.as_actor(world.courier), channel="TELEPHONE")


def test_bounds_and_repeats(world: World) -> None:
    with nothing_written():
        with pytest.raises(GrievanceKindUnknown):
            _told(world, "NONSENSE")
        for text in ("短", "长" * (TEXT_LENGTH_MAX + 1)):
            with pytest.raises(GrievanceTextOutOfBounds):
                _told(world, text=text)
        with pytest.raises(GrievanceNotYours):
            _told(world, actor=world.as_actor(world.auditor), channel="TELEPHONE")
        with pytest.raises(GrievanceNotYours):
            _told(world, actor=world.partner, channel="TELEPHONE")
    token = new_id()
    assert _told(world, token=token) == _told(world, token=token, text="长" * TEXT_LENGTH_MAX)
    assert Grievance.objects.count() == 1


def test_another_county_sees_nothing_and_words_are_encrypted(world: World) -> None:
    row, receipt = _told(world, text="独一无二的悄悄话")
    assert _seen(world, world.stranger) == []
    assert _seen(world, someone(world, "liaison", "LIAISON")) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM journal_committedtext")
        assert not any("悄悄话" in text for (text,) in cursor.fetchall())
        cursor.execute("SELECT * FROM replies_grievance")
        assert receipt.replace("-", "") not in str(cursor.fetchall()).replace("-", "")
    assert CommittedText.objects.filter(owner_id=row.id).count() == 1
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE replies_grievance SET is_sensitive = NOT is_sensitive")


def test_kinds_are_data_in_both_languages() -> None:
    kinds = grievance_kinds()
    assert {code for code, row in kinds.items() if row.is_sensitive} >= {"CHILD_SAFETY", "STAFF"}
    assert all(row.zh and row.en and row.days > 0 and len(code) <= 24 for code, row in kinds.items())
