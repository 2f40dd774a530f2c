"""Distribution rounds: planned, opened, closed with everything named that is left over."""

import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from logistics.deliveries import rounds
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.round_models import DistributionRound, RoundParcel
from logistics.deliveries.round_reads import (
    Progress,
    RoundMissing,
    get_round,
    late_rounds,
    left_over,
    parcels_not_returned,
    parcels_to_hand_over,
    progress_of,
    rounds_to_load,
)
from logistics.deliveries.rounds import (
    LeftOverUnnamed,
    NotLeftOver,
    ParcelNotForRound,
    ParcelOnAnotherRound,
    RoundEmpty,
    RoundNotOpen,
    RoundNotPlanned,
    RoundPersonUnknown,
    RoundTooLong,
    close_round,
    drop_round,
    open_round,
    plan_round,
)
from logistics.journal.revisions import revisions_of
from logistics.journal.verifying_history import require_history
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parties.changes import change_person
from tests.cast import NOW, World
from tests.looking import nothing_written, statements

DAY = dt.date(2026, 1, 15)


def _plan(world: World, parcels: list[Parcel], **more: object) -> DistributionRound:
    options: dict[str, object] = {"name": "少云镇入户发放", "place": "少云镇", "held_on": DAY, "now": NOW} | more
    return plan_round(actor=world.as_actor(world.officer), parcels=parcels, **options)  # type: ignore[arg-type]


def _open(world: World, parcels: list[Parcel]) -> DistributionRound:
    return open_round(actor=world.as_actor(world.officer), distribution=_plan(world, parcels), now=NOW)


def _close(world: World, row: DistributionRound, **left: object) -> DistributionRound:
    options: dict[str, object] = {"left": {}} | left
    return close_round(actor=world.as_actor(world.officer), distribution=row, now=NOW, **options)  # type: ignore[arg-type]


def _parcels(world: World, count: int) -> list[Parcel]:
    world.stock_kits(count)
    return world.plan(count)


def test_it_walks_from_plan_to_close(world: World) -> None:
    one, two, three, four = _parcels(world, 4)
    row = _open(world, [one, two, three, four])
    world.walk(one)
    world.walk(two, "PACK", "SEAL", "DISPATCH")
    world.record(world.scan(two, "ATTEMPT", reason="NOT_HOME"))
    world.walk(three, "PACK", "SEAL", "DISPATCH")
    world.record(world.scan(three, "REFUSE", reason="REFUSED"))
    assert progress_of(row) == Progress(total=4, delivered=1, attempted=1, waiting=1, refused=1, other=0)
    closed = _close(world, row, left={two.id: "STILL_OUT", three.id: "TO_BE_RETURNED"}, rest="TO_BE_RETURNED")
    assert (closed.state, closed.closed_at) == ("CLOSED", NOW)
    told = {place.parcel_id: (place.left_as, place.state_at_close) for place in RoundParcel.objects.all()}
    assert told == {
        one.id: ("", "DELIVERED"),
        two.id: ("STILL_OUT", "DISPATCHED"),
        three.id: ("TO_BE_RETURNED", "REFUSED"),
        four.id: ("TO_BE_RETURNED", "PLANNED"),
    }
    assert {place.parcel_id for place in left_over(closed)} == {two.id, three.id, four.id}
    assert {place.parcel_id for place in parcels_not_returned(world.county)} == {three.id, four.id}
    world.record(world.scan(three, "RETURN"))
    assert {place.parcel_id for place in parcels_not_returned(world.county)} == {four.id}


def test_its_history_is_sealed_with_what_was_left(world: World) -> None:
    (parcel,) = _parcels(world, 1)
    row = _close(world, _open(world, [parcel]), rest="STILL_OUT")
    numbers = [(revision.number, revision.after.get("state")) for revision in revisions_of(row)]
    assert numbers == [(3, "CLOSED"), (2, "OPEN"), (1, "PLANNED")]
    assert revisions_of(row)[0].after["left_over"] == [[parcel.code.text, "STILL_OUT", "PLANNED"]]
    assert revisions_of(row)[0].actor_id == world.officer.id
    require_history()


def test_it_is_planned_once_for_a_token(world: World) -> None:
    parcels, token = _parcels(world, 1), uuid.uuid4()
    assert _plan(world, parcels, token=token) == _plan(world, parcels, token=token)
    assert DistributionRound.objects.count() == 1


@pytest.mark.parametrize("step", ["open", "close", "drop"])
def test_it_is_closed_for_good(world: World, step: str) -> None:
    row = _close(world, _open(world, _parcels(world, 1)), rest="STILL_OUT")
    officer = world.as_actor(world.officer)
    with nothing_written():
        if step == "open":
            with pytest.raises(RoundNotPlanned):
                open_round(actor=officer, distribution=row, now=NOW)
        elif step == "drop":
            with pytest.raises(RoundNotPlanned):
                drop_round(actor=officer, distribution=row, reason="不办了", now=NOW)
        else:
            with pytest.raises(RoundNotOpen):
                _close(world, row, rest="STILL_OUT")


def test_a_planned_round_is_not_closed(world: World) -> None:
    row = _plan(world, _parcels(world, 1))
    with nothing_written(), pytest.raises(RoundNotOpen):
        _close(world, row, rest="STILL_OUT")


def test_each_parcel_left_over_is_named(world: World) -> None:
    one, two = _parcels(world, 2)
    row = _open(world, [one, two])
    with nothing_written(), pytest.raises(LeftOverUnnamed) as refusal:
        _close(world, row, left={one.id: "STILL_OUT"})
    assert refusal.value.facts["parcels"] == [two.code.text]
    with nothing_written(), pytest.raises(LeftOverUnnamed):
        _close(world, row, left={one.id: "STILL_OUT", two.id: "EATEN"})
    world.walk(one)
    with nothing_written(), pytest.raises(NotLeftOver):
        _close(world, row, left={one.id: "STILL_OUT", two.id: "STILL_OUT"})


def test_a_parcel_is_on_one_round_at_a_time(world: World) -> None:
    one, two = _parcels(world, 2)
    first = _plan(world, [one])
    with nothing_written(), pytest.raises(ParcelOnAnotherRound) as refusal:
        _plan(world, [one, two])
    assert refusal.value.facts["parcels"] == [one.code.text]
    beside = _plan(world, [two])
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundParcel.objects.create(round=beside, parcel=one)
    drop_round(actor=world.as_actor(world.officer), distribution=beside, reason="下雪改期", now=NOW)
    drop_round(actor=world.as_actor(world.officer), distribution=first, reason="下雪改期", now=NOW)
    second = open_round(actor=world.as_actor(world.officer), distribution=_plan(world, [one, two]), now=NOW)
    _close(world, second, rest="STILL_OUT")
    assert _plan(world, [one]).state == "PLANNED", "a parcel still out goes on the next round"


def test_of_rounds_planned_at_once_one_has_the_parcel(committed_world: World) -> None:
    world, start = committed_world, threading.Barrier(6)
    (parcel,) = _parcels(world, 1)

    def plan(number: int) -> object:
        start.wait()
        try:
            return _plan(world, [parcel], name=f"第{number}次")
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(plan, range(6)))
    assert results.count("parcel_on_another_round") == 5
    assert DistributionRound.objects.count() == RoundParcel.objects.count() == 1


def test_it_refuses_what_cannot_be_handed_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = _parcels(world, 2)
    world.walk(one)
    with nothing_written():
        with pytest.raises(ParcelNotForRound):
            _plan(world, [one, two])
        with pytest.raises(RoundEmpty):
            _plan(world, [])
        monkeypatch.setattr(rounds, "ROUND_PARCELS_MAX", 1)
        with pytest.raises(RoundTooLong):
            _plan(world, [two, two])


def test_who_goes_along_is_active_here_or_above(world: World) -> None:
    parcels = _parcels(world, 1)
    with nothing_written(), pytest.raises(RoundPersonUnknown):
        _plan(world, parcels, people=[world.stranger.id])
    cause = world.as_actor(world.administrator).cause(NOW, "已离队停用")
    change_person(person=world.courier, changes={"is_active": False}, cause=cause)
    with nothing_written(), pytest.raises(RoundPersonUnknown):
        _plan(world, parcels, people=[world.courier.id])
    assert _plan(world, parcels, people=[world.keeper.id]).people == [str(world.keeper.id)]


def test_a_round_of_others_is_not_there(world: World) -> None:
    row = _plan(world, _parcels(world, 1))
    assert get_round(round_id=row.id, organisation=world.province) == row
    with pytest.raises(RoundMissing):
        get_round(round_id=row.id, organisation=world.stranger_county)
    assert not rounds_to_load(world.stranger_county, DAY)


def test_a_filter_leaves_out_what_is_over_or_elsewhere(world: World) -> None:
    one, two, three = _parcels(world, 3)
    world.walk(one)
    _plan(world, [two])
    assert parcels_to_hand_over(world.county, township="少云镇") == [three]
    assert parcels_to_hand_over(world.county, batch=three.batch, programme="warm-heart-pack") == [three]
    assert parcels_to_hand_over(world.county, township="别镇") == []
    assert parcels_to_hand_over(world.stranger_county) == []


@pytest.mark.parametrize(("days", "is_late", "is_offered"), [(-1, True, True), (0, False, True), (15, False, False)])
def test_what_is_late_and_what_devices_may_load(world: World, days: int, is_late: bool, is_offered: bool) -> None:
    row = _plan(world, _parcels(world, 1), held_on=DAY + dt.timedelta(days=days))
    assert (row in late_rounds(world.county, DAY)) is is_late
    assert (row in rounds_to_load(world.county, DAY)) is is_offered
    drop_round(actor=world.as_actor(world.officer), distribution=row, reason="不办了", now=NOW)
    assert row not in late_rounds(world.county, DAY)
    assert row not in rounds_to_load(world.county, DAY)


def test_a_scan_beside_the_list_counts_and_is_told(world: World) -> None:
    one, two = _parcels(world, 2)
    row = _open(world, [one])
    on, off = world.record(world.scan(one, "PACK", round_id=row.id), world.scan(two, "PACK", round_id=row.id))
    assert (on.outcome, off.outcome) == ("RECORDED", "RECORDED")
    assert ("not_on_round" in on.facts, off.facts.get("not_on_round")) == (False, True)
    (never,) = world.record(world.scan(one, "SEAL", round_id=uuid.uuid4()))
    assert (never.outcome, never.facts) == ("RECORDED", {"not_on_round": True})
    assert ScanEvent.objects.filter(round_id=row.id).count() == 2


def test_an_operator_who_does_not_belong_here_is_told_and_the_scan_counts(world: World) -> None:
    parcel = world.parcel()
    cause = world.as_actor(world.administrator).cause(NOW, "已离队停用")
    change_person(person=world.courier, changes={"is_active": False}, cause=cause)
    known, gone, strange = world.record(
        world.scan(parcel, "PACK", operator_id=world.keeper.id),
        world.scan(parcel, "SEAL", operator_id=world.courier.id),
        world.scan(parcel, "DISPATCH", operator_id=world.stranger.id),
    )
    assert [answer.outcome for answer in (known, gone, strange)] == ["RECORDED"] * 3
    assert (known.facts, gone.facts) == ({}, {"operator_inactive": True})
    assert strange.facts == {"operator_unknown": True}


def test_telling_costs_a_statement_each_and_nothing_where_nothing_is_named(world: World) -> None:
    one, two, three = _parcels(world, 3)
    row = _open(world, [one, two])
    counts = []
    for parcel, more in ((three, {}), (one, {"round_id": row.id}), (two, {"operator_id": world.keeper.id})):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            world.record(world.scan(parcel, "SEAL", **more))
        counts.append(len(statements(queries)))
    assert [count - counts[0] for count in counts] == [0, 1, 1]
