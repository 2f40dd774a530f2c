"""Worked examples: a need that nobody meets goes up to the city; a visit becomes a need, is met, and is asked after."""

import datetime as dt
import uuid

from logistics.needs.actions import By, meet_need
from logistics.needs.holders import escalate_due_needs, hand_back_need
from logistics.needs.models import Need
from logistics.needs.reads import NeedFilter, get_need, needs_in_order, thread_of
from logistics.needs.timetables import set_need_timetable
from tests.cast import World
from tests.needs.village import NOW, found, lacking, village_below

DAY = dt.timedelta(days=1)


def test_a_need_that_the_village_cannot_meet_goes_up(world: World) -> None:
    village = village_below(world)
    # A liaison sits in the kitchen; the roof leaks.
    roof = lacking(kind="HOUSING", urgency=3, text="屋顶漏雨")
    village.hand_in(village.visit(at=NOW, needs=(roof,)))
    need = get_need(need_id=roof.need_id, organisation=village.village)
    assert (need.holder, need.held_since) == (village.village, NOW)
    # The village has three days, the township five, the county ten. Nobody lifts a finger.
    for day, moved in ((2, 0), (3, 1), (7, 0), (8, 1), (17, 0), (18, 1), (200, 0)):
        assert escalate_due_needs(now=NOW + day * DAY) == moved, day
    # The city finds it on its list, and the village still sees who has it.
    held = needs_in_order(village.city, NeedFilter(holder=village.city), NOW + 20 * DAY)
    assert [row.id for row in held] == [roof.need_id]
    need = get_need(need_id=roof.need_id, organisation=village.village)
    back = hand_back_need(actor=village.at(village.city), need=need, reason="市里拨款，请区里修缮", now=NOW + 20 * DAY)
    assert back.holder == village.county
    assert [(row.holder.level, row.way, (row.since - NOW).days) for row in thread_of(back, NOW).holders] == [
        ("VILLAGE", "FIRST", 0),
        ("TOWNSHIP", "TIMER", 3),
        ("COUNTY", "TIMER", 8),
        ("CITY", "TIMER", 18),
        ("COUNTY", "BACK", 20),
    ]


def test_a_programme_in_a_cold_spell_lets_its_needs_go_up_sooner(world: World) -> None:
    village = village_below(world)
    # The province runs the programme and gives the village one day, the township two; a coat cannot wait.
    set_need_timetable(
        actor=village.at(world.province),
        programme=world.warm,
        days_per_level={"VILLAGE": 1, "TOWNSHIP": 2},
        days_until_stale=30,
        reason="寒潮提前",
        now=NOW,
    )
    coat, roof = lacking(), lacking(kind="HOUSING", text="屋顶漏雨")
    village.hand_in(
        village.visit(at=NOW, needs=(coat,), programme_code=world.warm.code), village.visit(at=NOW, needs=(roof,))
    )
    for day, moved in ((1, 1), (3, 2), (60, 1)):
        assert escalate_due_needs(now=NOW + day * DAY) == moved, day
    # The programme sets no day for the county: there the coat stays. The roof goes by the days of the house.
    held = {row.id: row.holder for row in Need.objects.select_related("holder")}
    assert held == {coat.need_id: village.county, roof.need_id: village.county}


def test_a_visit_becomes_a_need_is_met_and_is_asked_after(world: World) -> None:
    village = village_below(world)
    girl = village.family.members.get()
    # Reported at the door, offline, and handed in twice because the answer was lost.
    coat = lacking(member_id=girl.id, size="110", age_years=5, text="没有过冬的棉衣")
    first = village.visit(at=NOW, needs=(coat,), note="奶奶带着孙女")
    assert [one.outcome for one in village.hand_in(first)] == ["RECORDED"]
    assert [one.outcome for one in village.hand_in(first)] == ["REPEATED"]
    # Two days later a parcel is on its way; what met the need is named.
    need = Need.objects.get()
    parcel = By("PARCEL", uuid.uuid4(), "示例包裹")
    meet_need(actor=village.at(village.county), need=need, by=parcel, now=NOW + 2 * DAY)
    # Somebody comes back: the coat is too small, so the need is open again, more urgent than before.
    again = village.visit(at=NOW + 9 * DAY, findings=(found(need, "NOT_HELPED", urgency=3, text="太小了"),))
    village.hand_in(again, now=NOW + 9 * DAY)
    need.refresh_from_db()
    assert (need.state, need.urgency, need.has_helped) == ("OPEN", 3, False)
    meet_need(actor=village.at(village.county), need=need, by=By("PARCEL", uuid.uuid4(), "另一件"), now=NOW + 11 * DAY)
    last = village.visit(at=NOW + 20 * DAY, findings=(found(need, "HELPED"),))
    village.hand_in(last, now=NOW + 20 * DAY)
    need.refresh_from_db()
    assert (need.state, need.has_helped) == ("MET", True)
    told = [step.step for step in thread_of(need, NOW + 20 * DAY).steps]
    assert told == ["REPORTED", "MET", "NOT_HELPED", "MET", "HELPED"]
