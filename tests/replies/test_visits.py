"""Verification visits: drawn by the log, made by others than who delivered, and a difference is somebody's work."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from logistics.grants.actions import approve_grant, pay_grant
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.replies.models import DifferenceSettled, VerificationVisit, VisitDraw
from logistics.replies.subjects import subject_behind
from logistics.replies.visit_draws import (
    DRAW_DAYS_MAX,
    DRAW_SIZE_MAX,
    DUE_DAYS_MAX,
    VisitDrawnAlready,
    VisitDrawOutOfBounds,
    VisitDrawTooEarly,
    VisitNotYours,
    announce_draw,
    carry_out_draw,
    keys_drawn,
    population_of,
)
from logistics.replies.visit_reads import (
    VisitMissing,
    differences_open,
    get_visit,
    texts_of_visit,
    verified_shares,
    visits_late,
    visits_to_make,
)
from logistics.replies.visits import (
    NOTE_LENGTH_MAX,
    VISITED_DAYS_MAX,
    DifferenceNotOpen,
    DifferenceSettledByVisitor,
    VisitAnswerUnknown,
    VisitByDeliverer,
    VisitDayOutOfBounds,
    VisitMadeAlready,
    VisitTextOutOfBounds,
    VisitWithoutFamily,
    ask_for_visit,
    record_visit,
    settle_difference,
)
from logistics.storage.rows import new_id
from tests.cast import World
from tests.grants.test_payment_batches import grant_of
from tests.looking import nothing_written
from tests.replies.stage import delivered, someone

GOOD = {"arrived": "WHOLE", "content_right": "YES", "in_time": "YES", "helped": "YES"}


def _announced(world: World, **more: object) -> VisitDraw:
    values = {
        "actor": world.as_actor(world.officer),
        "programme": world.warm,
        "from_on": world.now.date() - dt.timedelta(days=7),
        "to_on": world.now.date(),
        "size": 2,
        "days": 14,
        "now": world.now,
        "token": new_id(),
        **more,
    }
    return announce_draw(**values)  # type: ignore[arg-type] -- a test's own words


def _asked(world: World, **more: object) -> VerificationVisit:
    subject = more.pop("subject", None) or subject_behind(delivered(world).code.text, within=world.county)
    values = {
        "actor": world.as_actor(world.officer),
        "subject": subject,
        "why": "家里打电话说没收到毛毯",
        "due_on": world.now.date() + dt.timedelta(days=7),
        "now": world.now,
        "token": new_id(),
        **more,
    }
    return ask_for_visit(**values)  # type: ignore[arg-type] -- a test's own words


def _found(world: World, visit: VerificationVisit, **more: object):  # type: ignore[no-untyped-def]
    values = {
        "actor": world.as_actor(world.approver),
        "visit": visit,
        "visited_on": world.now.date(),
        "now": world.now,
        **GOOD,
        **more,
    }
    return record_visit(**values)


def test_nobody_can_choose_who_is_drawn(world: World) -> None:
    world.stock_kits(6)
    for parcel in world.plan(6):
        world.walk(parcel)
    draw, officer = _announced(world), world.as_actor(world.officer)
    with nothing_written(), pytest.raises(VisitDrawTooEarly):
        carry_out_draw(actor=officer, draw=draw, now=world.now)
    seal_leaves(now=world.now)
    first = carry_out_draw(actor=officer, draw=draw, now=world.now)
    # What the log says later changes nothing, and whoever has announcement, root and list draws the same.
    world.give_money(100)
    seal_leaves(now=world.now)
    assert carry_out_draw(actor=officer, draw=draw, now=world.now) == first
    visits = list(VerificationVisit.objects.order_by("id"))
    keys = list(population_of(draw))
    assert (first.population, len(visits)) == (6, 2)
    chosen = keys_drawn(draw=draw, root=first.checkpoint.root, keys=keys)
    assert {str(visit.parcel_id) for visit in visits} == set(chosen)
    assert {visit.due_on for visit in visits} == {world.now.date() + dt.timedelta(days=14)}
    roots = {tuple(keys_drawn(draw=draw, root=f"{number:064x}", keys=keys)) for number in range(60)}
    assert {key for drawn in roots for key in drawn} == set(keys)
    with nothing_written(), pytest.raises(VisitDrawnAlready):
        _announced(world, size=6)
    fault, _ = verified_journal(progress=lambda done, total: None)
    assert fault is None


def test_grants_are_drawn_too_and_an_empty_draw_asks_nobody(world: World) -> None:
    world.give_money(20_000, fund=world.girls_fund)
    grant = grant_of(world)
    approve_grant(grant=grant, approver_id=world.approver.id, now=world.now)
    pay_grant(grant=grant, actor=world.partner, now=world.now)
    officer = world.as_actor(world.officer)
    draws = [_announced(world, programme=programme) for programme in (world.spring, world.warm)]
    seal_leaves(now=world.now)
    counts = [carry_out_draw(actor=officer, draw=draw, now=world.now).population for draw in draws]
    assert counts == [1, 0]
    assert VerificationVisit.objects.get().grant == grant


def test_a_draw_keeps_its_bounds(world: World) -> None:
    today = world.now.date()
    wrong: list[dict[str, object]] = [
        {"size": 0},
        {"size": DRAW_SIZE_MAX + 1},
        {"days": 0},
        {"days": DUE_DAYS_MAX + 1},
        {"from_on": today + dt.timedelta(days=1)},
        {"to_on": today + dt.timedelta(days=1)},
        {"from_on": today - dt.timedelta(days=DRAW_DAYS_MAX)},
    ]
    for more in wrong:
        with nothing_written(), pytest.raises(VisitDrawOutOfBounds):
            _announced(world, **more)
    with nothing_written(), pytest.raises(VisitNotYours):
        _announced(world, actor=world.as_actor(world.keeper))
    first = today - dt.timedelta(days=DRAW_DAYS_MAX - 1)
    token = new_id()
    draw = _announced(world, from_on=first, size=DRAW_SIZE_MAX, days=DUE_DAYS_MAX, token=token)
    assert _announced(world, token=token) == draw


def test_a_visit_that_finds_all_well_counts_as_verified(world: World) -> None:
    visit = _asked(world)
    assert list(visits_to_make(world.county)) == [visit]
    assert texts_of_visit(visit) == {"why": "家里打电话说没收到毛毯"}
    result = _found(world, visit)
    assert (result.differs, list(visits_to_make(world.county)), list(differences_open(world.county))) == (False, [], [])
    (share,) = verified_shares(world.county)
    assert (share.programme, share.delivered, share.asked, share.made, share.per_mille) == (world.warm, 1, 1, 1, 1000)
    with nothing_written(), pytest.raises(VisitMadeAlready):
        _found(world, visit)


def test_who_delivered_does_not_verify(world: World) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    helper = someone(world, "helper", "LIAISON", "COURIER")
    witness = someone(world, "witness", "LIAISON")
    world.record(world.scan(parcel, "HAND_OVER", operator_id=helper.id, witness_id=witness.id))
    parcel.refresh_from_db()
    visit = _asked(world, subject=subject_behind(parcel.code.text, within=world.county))
    for person in (helper, witness):
        with nothing_written(), pytest.raises(VisitByDeliverer):
            _found(world, visit, actor=world.as_actor(person))
    with nothing_written(), pytest.raises(VisitNotYours):
        _found(world, visit, actor=world.as_actor(world.courier))
    _found(world, visit)


def test_a_difference_is_settled_by_another(world: World) -> None:
    visit, officer = _asked(world), world.as_actor(world.officer)
    with nothing_written(), pytest.raises(VisitTextOutOfBounds):
        _found(world, visit, arrived="PARTLY")
    result = _found(world, visit, actor=officer, arrived="PARTLY", note="少了一条毛毯")
    assert list(differences_open(world.county)) == [visit]
    with nothing_written(), pytest.raises(DifferenceSettledByVisitor):
        settle_difference(actor=officer, result=result, text="已补发毛毯", now=world.now)
    with nothing_written(), pytest.raises(VisitTextOutOfBounds):
        settle_difference(actor=world.as_actor(world.approver), result=result, text="补", now=world.now)
    settle_difference(actor=world.as_actor(world.approver), result=result, text="已补发毛毯", now=world.now)
    assert list(differences_open(world.county)) == []
    assert texts_of_visit(get_visit(visit_id=visit.id, organisation=world.county))["text"] == "已补发毛毯"
    with nothing_written(), pytest.raises(DifferenceNotOpen):
        settle_difference(actor=world.as_actor(world.administrator), result=result, text="再补一次", now=world.now)
    row = DifferenceSettled.objects.get()
    row.pk, row.settled_by_id = new_id(), row.visited_by_id
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        row.save(force_insert=True)


def test_what_is_not_made_in_time_is_late(world: World) -> None:
    visit = _asked(world)
    assert list(visits_late(world.county, visit.due_on)) == []
    tomorrow = visit.due_on + dt.timedelta(days=1)
    assert list(visits_late(world.county, tomorrow)) == [visit]
    assert list(visits_late(world.stranger_county, tomorrow)) == []
    _found(world, visit)
    assert list(visits_late(world.county, tomorrow)) == []


def test_bad_input_writes_nothing(world: World) -> None:
    visit, today = _asked(world), world.now.date()
    wrong: list[tuple[dict[str, object], type[Exception]]] = [
        ({"arrived": "SOMEHOW"}, VisitAnswerUnknown),
        ({"helped": ""}, VisitAnswerUnknown),
        ({"visited_on": today + dt.timedelta(days=1)}, VisitDayOutOfBounds),
        ({"visited_on": today - dt.timedelta(days=VISITED_DAYS_MAX + 1)}, VisitDayOutOfBounds),
        ({"note": "长" * (NOTE_LENGTH_MAX + 1)}, VisitTextOutOfBounds),
    ]
    person = world.as_actor(someone(world, "liaison", "LIAISON"))
    for more, refusal in wrong:
        with nothing_written(), pytest.raises(refusal):
            _found(world, visit, actor=person, **more)
    for due_on in (today - dt.timedelta(days=1), today + dt.timedelta(days=DUE_DAYS_MAX + 1)):
        with nothing_written(), pytest.raises(VisitDayOutOfBounds):
            subject = subject_behind(visit.parcel.code.text, within=world.county)  # type: ignore[union-attr]
            _asked(world, subject=subject, due_on=due_on)
    undelivered = subject_behind(world.parcel().code.text, within=world.county)
    with nothing_written(), pytest.raises(VisitWithoutFamily):
        _asked(world, subject=undelivered)
    _found(
        world, visit, actor=person, visited_on=today - dt.timedelta(days=VISITED_DAYS_MAX), note="长" * NOTE_LENGTH_MAX
    )


def test_another_county_finds_no_visit_and_facts_stay(world: World) -> None:
    visit = _asked(world)
    with pytest.raises(VisitMissing):
        get_visit(visit_id=visit.id, organisation=world.stranger_county)
    _found(world, visit)
    for table in ("replies_visit", "replies_visitresult"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
