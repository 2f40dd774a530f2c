"""Who holds a need: up by the timer and by hand, down by hand, once each, seen by everyone who may see the need."""

import datetime as dt
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from logistics.needs.actions import By, meet_need, withdraw_need
from logistics.needs.holders import (
    NeedAtBottom,
    NeedAtTop,
    NeedClosed,
    NeedHeldElsewhere,
    NeedUnexplained,
    escalate_due_needs,
    escalate_need,
    hand_back_need,
)
from logistics.needs.models import Need, NeedHolder
from logistics.needs.reads import get_need, thread_of
from logistics.needs.timetables import TimetableUnsound, set_need_timetable
from logistics.outbox.models import Event
from logistics.parties.access import MasterOfAnother
from logistics.storage.rows import new_id
from tests.cast import World
from tests.needs.village import NOW, Village, village_below

DAY = dt.timedelta(days=1)


def _way(need: Need) -> list[tuple[str, str]]:
    return [(row.holder.level, row.way) for row in need.holders.order_by("position")]


def test_the_timer_takes_a_need_from_the_village_to_the_city(village: Village) -> None:
    need = village.need()
    assert escalate_due_needs(now=NOW + 3 * DAY - dt.timedelta(seconds=1)) == 0
    assert escalate_due_needs(now=NOW + 3 * DAY) == 1
    assert escalate_due_needs(now=NOW + 3 * DAY) == 0
    assert escalate_due_needs(now=NOW + 8 * DAY) == 1
    assert escalate_due_needs(now=NOW + 18 * DAY) == 1
    # The city has no days of its own: there it stays until somebody acts.
    assert escalate_due_needs(now=NOW + 400 * DAY) == 0
    ways = [("VILLAGE", "FIRST"), ("TOWNSHIP", "TIMER"), ("COUNTY", "TIMER"), ("CITY", "TIMER")]
    assert _way(need) == ways
    assert Event.objects.filter(kind="need.moved").count() == 3
    # Whoever may see the need sees who held it since when, the village that handed it up included.
    seen = thread_of(get_need(need_id=need.id, organisation=village.village), NOW)
    assert [row.since for row in seen.holders] == [NOW, NOW + 3 * DAY, NOW + 8 * DAY, NOW + 18 * DAY]


def test_a_need_that_nobody_waits_for_stays(village: Village) -> None:
    met, withdrawn = village.need(), village.need()
    meet_need(actor=village.phone, need=met, by=By("PARCEL", new_id(), "P1"), now=NOW + DAY)
    withdraw_need(actor=village.phone, need=withdrawn, reason="已经搬走", now=NOW + DAY)
    assert escalate_due_needs(now=NOW + 30 * DAY) == 0


def test_a_programme_sets_its_own_days(village: Village, world: World) -> None:
    own = village.need()
    Need.objects.filter(id=own.id).update(programme=world.warm)
    other = village.need()
    actor = village.at(world.province)
    set_need_timetable(
        actor=actor,
        programme=world.warm,
        days_per_level={"VILLAGE": 1},
        days_until_stale=30,
        reason="寒潮提前",
        now=NOW,
    )
    assert escalate_due_needs(now=NOW + DAY) == 1
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.holder, other.holder) == (village.township, village.village)
    # The township is not named there: the need stays until somebody hands it up.
    escalate_due_needs(now=NOW + 300 * DAY)
    own.refresh_from_db()
    assert own.holder == village.township


@pytest.mark.parametrize(("days", "stale"), [({"MOON": 1}, 30), ({"VILLAGE": 0}, 30), ({"VILLAGE": 1}, 0), ({}, 3_651)])
def test_a_timetable_that_cannot_be_is_refused(world: World, days: dict[str, int], stale: int) -> None:
    actor = world.as_actor(world.administrator)
    with pytest.raises(TimetableUnsound):
        set_need_timetable(
            actor=actor, programme=world.warm, days_per_level=days, days_until_stale=stale, reason="试着设一下", now=NOW
        )


def test_only_who_runs_a_programme_sets_its_days(village: Village, world: World) -> None:
    with pytest.raises(MasterOfAnother):
        set_need_timetable(
            actor=village.at(village.county),
            programme=world.warm,
            days_per_level={},
            days_until_stale=30,
            reason="试一试看",
            now=NOW,
        )


def test_it_goes_up_and_back_by_hand_with_reasons(village: Village) -> None:
    need, token = village.need(), new_id()
    for _ in range(2):
        up = escalate_need(actor=village.phone, need=need, reason="村里没有冬衣", now=NOW + DAY, token=token)
    assert up.holder == village.township
    with pytest.raises(NeedHeldElsewhere):
        escalate_need(actor=village.phone, need=need, reason="再往上报", now=NOW + DAY)
    back = hand_back_need(actor=village.at(village.township), need=need, reason="镇里已拨给村里", now=NOW + 2 * DAY)
    assert back.holder == village.village
    assert _way(need) == [("VILLAGE", "FIRST"), ("TOWNSHIP", "BY_HAND"), ("VILLAGE", "BACK")]
    with pytest.raises(NeedAtBottom):
        hand_back_need(actor=village.at(village.city), need=need, reason="继续退回", now=NOW)


def test_it_refuses_to_move_without_a_reason_a_body_above_or_a_need(village: Village, world: World) -> None:
    need = village.need()
    with pytest.raises(NeedUnexplained):
        escalate_need(actor=village.phone, need=need, reason="无", now=NOW)
    top = village.at(world.province)
    for _ in range(4):
        escalate_need(actor=top, need=need, reason="往上报一级", now=NOW)
    with pytest.raises(NeedAtTop):
        escalate_need(actor=top, need=need, reason="往上报一级", now=NOW)
    withdraw_need(actor=top, need=need, reason="家庭已搬走", now=NOW + DAY)
    with pytest.raises(NeedClosed):
        escalate_need(actor=top, need=need, reason="往上报一级", now=NOW)
    assert NeedHolder.objects.count() == 5


def test_the_command_moves_what_is_due(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    village.need()
    call_command("escalate_needs")
    call_command("escalate_needs")
    assert NeedHolder.objects.count() == 4 or "needs handed up" in capsys.readouterr().out
    assert _way(Need.objects.get())[0] == ("VILLAGE", "FIRST")


def test_workers_at_once_move_a_need_once(committed_world: World) -> None:
    village = village_below(committed_world)
    needs = [village.need() for _ in range(6)]
    moved: list[int] = []
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        try:
            moved.append(escalate_due_needs(now=NOW + 3 * DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(moved) == len(needs)
    assert NeedHolder.objects.count() == 2 * len(needs)
