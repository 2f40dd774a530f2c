"""Visits: recorded once for ever, whatever a telephone does, and refused one by one."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.journal.committed import texts_of
from logistics.journal.log import Leaf
from logistics.needs import visits as limits
from logistics.needs.access import visible_visits
from logistics.needs.models import HomeVisit, Need, NeedHolder, NeedStep, VisitPhoto
from logistics.needs.reads import NeedMissing, get_need, visits_of
from logistics.needs.visits import VisitsTooMany, record_visits
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from tests.cast import World
from tests.needs.village import NOW, Village, found, lacking


def test_it_records_a_visit_with_its_needs(village: Village) -> None:
    child = village.family.members.get()
    wanted = lacking(member_id=child.id, size="120", age_years=6, quantity=2)
    visit = village.visit(at=NOW, needs=(wanted,), note="奶奶一个人带孩子", met_member_ids=(child.id,))
    (answer,) = village.hand_in(visit)
    assert (answer.outcome, answer.photos_pending) == ("RECORDED", [])
    need = Need.objects.get(id=wanted.need_id)
    assert (need.state, need.urgency, need.kind, need.member, need.holder) == (
        "OPEN",
        2,
        "CLOTHES",
        child,
        village.village,
    )
    assert (need.reported_at, need.received_at) == (NOW, NOW + dt.timedelta(hours=1))
    assert texts_of([visit.visit_id])[visit.visit_id] == {"note": "奶奶一个人带孩子"}


def test_it_writes_no_word_of_a_family_in_the_clear(village: Village) -> None:
    village.hand_in(
        village.visit(needs=(lacking(),), note="奶奶一个人带孩子", findings=(found(lacking(), "GONE", text="搬走"),))
    )
    for table in ("needs_visit", "needs_step", "needs_need", "journal_committedtext", "journal_leaf"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            written = repr([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in cursor])
        for word in ("奶奶一个人", "过冬", "搬走"):
            assert word not in written
            assert word.encode().hex() not in written
            assert repr(word.encode())[2:-1] not in written


def test_a_repeat_changes_nothing(village: Village) -> None:
    visit = village.visit(needs=(lacking(),))
    village.hand_in(visit)
    before = (Leaf.objects.count(), NeedStep.objects.count())
    (answer,) = village.hand_in(visit, now=NOW + dt.timedelta(days=3))
    assert answer.outcome == "REPEATED"
    assert (Leaf.objects.count(), NeedStep.objects.count()) == before


def test_another_visit_under_the_same_id_is_refused(village: Village) -> None:
    visit = village.visit(needs=(lacking(),))
    village.hand_in(visit)
    (answer,) = village.hand_in(replace(visit, note="另一份"))
    assert answer.refusal is not None
    assert answer.refusal.code == "visit_content_differs"
    assert HomeVisit.objects.count() == 1


def test_one_bad_visit_never_sinks_the_others(village: Village) -> None:
    bad = village.visit(needs=(lacking(), lacking(kind="GOLD")))
    answers = village.hand_in(village.visit(), bad, village.visit())
    assert [answer.outcome for answer in answers] == ["RECORDED", "REFUSED", "RECORDED"]
    assert answers[1].refusal is not None
    assert (answers[1].refusal.code, answers[1].refusal.pointer) == ("need_kind_unknown", "/needs/1/kind")
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"met": "GHOST"}, "visit_unsound"),
        ({"visited_at": NOW + dt.timedelta(days=3)}, "visit_time_out_of_bounds"),
        ({"visited_at": NOW - dt.timedelta(days=1_100)}, "visit_time_out_of_bounds"),
        ({"note": "字" * (limits.NOTE_LENGTH_MAX + 1)}, "visit_unsound"),
        ({"photos": ("a" * 64, "a" * 64)}, "visit_unsound"),
        ({"met_member_ids": (uuid.uuid4(),)}, "member_missing"),
        ({"needs": (lacking(member_id=uuid.uuid4()),)}, "member_missing"),
        ({"needs": (lacking(urgency=4),)}, "need_unsound"),
        ({"needs": (lacking(quantity=0),)}, "need_unsound"),
        ({"needs": (lacking(age_years=121),)}, "need_unsound"),
        ({"needs": (lacking(text="字" * 501),)}, "need_unsound"),
        ({"findings": (found(lacking(), "LOST"),)}, "visit_unsound"),
        ({"findings": (found(lacking(), "STILL_THERE", urgency=4),)}, "visit_unsound"),
        ({"liaison_id": uuid.uuid4()}, "visit_unsound"),
        ({"programme_code": "none"}, "programme_missing"),
        ({"needs": tuple(lacking() for _ in range(limits.NEEDS_PER_VISIT_MAX + 1))}, "visit_out_of_bounds"),
        ({"photos": tuple(f"{n:064x}" for n in range(limits.PHOTOS_PER_VISIT_MAX + 1))}, "visit_out_of_bounds"),
    ],
)
def test_it_refuses_and_writes_nothing(village: Village, change: dict[str, object], code: str) -> None:
    (answer,) = village.hand_in(replace(village.visit(), **change))  # type: ignore[arg-type] -- the test's own words
    assert answer.refusal is not None
    assert answer.refusal.code == code
    assert not HomeVisit.objects.exists()
    assert not NeedStep.objects.exists()


def test_the_most_that_a_visit_may_say_is_taken(village: Village) -> None:
    (answer,) = village.hand_in(
        village.visit(
            needs=tuple(lacking() for _ in range(limits.NEEDS_PER_VISIT_MAX)),
            photos=tuple(f"{n:064x}" for n in range(limits.PHOTOS_PER_VISIT_MAX)),
            note="字" * limits.NOTE_LENGTH_MAX,
        )
    )
    assert answer.outcome == "RECORDED"
    assert len(answer.photos_pending) == limits.PHOTOS_PER_VISIT_MAX == VisitPhoto.objects.count()


def test_it_refuses_more_visits_than_a_call_may_bring(village: Village) -> None:
    many = [village.visit() for _ in range(limits.VISITS_PER_CALL_MAX + 1)]
    with pytest.raises(VisitsTooMany):
        record_visits(actor=village.phone, visits=many, now=NOW)
    assert not HomeVisit.objects.exists()
    assert {one.outcome for one in village.hand_in(*many[1:])} == {"RECORDED"}


def test_strangers_see_and_visit_nothing(village: Village, world: World) -> None:
    need = village.need()
    stranger = Actor(world.stranger_county, new_id())
    (answer,) = village.hand_in(village.visit(), actor=stranger)
    assert answer.refusal is not None
    assert answer.refusal.code == "household_missing"
    for organisation in (world.stranger_county, world.county):
        with pytest.raises(NeedMissing):
            get_need(need_id=need.id, organisation=organisation)
    assert get_need(need_id=need.id, organisation=village.city) == need
    assert need.visit in visible_visits(village.township)
    assert not visible_visits(world.stranger_county).exists()


def test_a_visit_is_taken_back_by_another_fact(village: Village) -> None:
    visit = village.visit(needs=(lacking(),))
    village.hand_in(visit, village.visit(undoes=visit.visit_id))
    assert Need.objects.get().state == "WITHDRAWN"
    assert [is_gone for _, is_gone in visits_of(village.family)].count(True) == 1
    assert HomeVisit.objects.count() == 2


def test_only_the_device_that_made_a_visit_takes_it_back(village: Village) -> None:
    visit = village.visit(needs=(lacking(),))
    undo = village.visit(undoes=visit.visit_id)
    other = Actor(village.village, new_id(), key_name="另一台手机")
    # Before the visit is known nobody can tell; it has no effect either way.
    assert village.hand_in(undo, actor=other)[0].outcome == "RECORDED"
    village.hand_in(visit)
    assert Need.objects.get().state == "OPEN"
    (answer,) = village.hand_in(village.visit(undoes=visit.visit_id), actor=other)
    assert answer.refusal is not None
    assert answer.refusal.code == "undo_of_another"
    (answer,) = village.hand_in(village.visit(undoes=undo.visit_id), actor=other)
    assert answer.refusal is not None


@pytest.mark.parametrize("table", ["needs_visit", "needs_step", "needs_holder"])
def test_the_database_refuses_to_change_or_drop_facts(village: Village, table: str) -> None:
    village.need()
    column = {"needs_visit": "met", "needs_step": "step", "needs_holder": "way"}[table]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert NeedHolder.objects.count() == 1
