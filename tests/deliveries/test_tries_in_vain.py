"""Parcels that were tried in vain: the day of the next try follows from the set of scans, and officers see the list."""

import datetime as dt
import itertools

from logistics.deliveries.next_tries import codes_free_and_due, next_tries, parcels_to_try_again
from logistics.deliveries.rounds import plan_round
from logistics.parcels.models import Parcel
from tests.cast import World

DAY = dt.date(2026, 1, 12)


def _on(parcel: Parcel) -> dt.date | None:
    parcel.refresh_from_db()
    return parcel.next_try_on


def _out(world: World) -> Parcel:
    return world.walk(world.parcel(), "PACK", "DISPATCH")


def test_an_attempt_sets_the_day_and_a_hand_over_ends_it(world: World) -> None:
    parcel = _out(world)
    world.record(world.scan(parcel, "ATTEMPT", reason="NOT_HOME", operator_id=world.courier.id))
    assert _on(parcel) == DAY + dt.timedelta(days=1)
    (row,) = next_tries(parcels_to_try_again(world.county), DAY)
    assert (row.reason, row.tries, row.by, row.is_due, row.is_in_vain) == ("NOT_HOME", 1, "示例courier", False, False)
    assert next_tries(parcels_to_try_again(world.county), DAY + dt.timedelta(days=1))[0].is_due
    assert list(parcels_to_try_again(world.stranger_county)) == []
    world.record(world.scan(parcel, "HAND_OVER"))
    assert _on(parcel) is None
    assert list(parcels_to_try_again(world.county)) == []


def test_what_was_agreed_at_the_door_counts(world: World) -> None:
    parcel = _out(world)
    world.record(world.scan(parcel, "ATTEMPT", reason="NOT_HOME", detail={"next_try": "2026-01-20"}))
    assert _on(parcel) == dt.date(2026, 1, 20)


def test_every_order_of_arrival_gives_the_same_day(world: World) -> None:
    found = set()
    for order in itertools.permutations(range(3)):
        parcel = _out(world)
        first = world.scan(parcel, "ATTEMPT", reason="NOT_HOME", detail={"next_try": "2026-01-20"})
        second = world.scan(parcel, "ATTEMPT", reason="TOO_FAR")
        taken_back = world.scan(parcel, "UNDO", undoes=second.scan_id)
        scans = [first, second, taken_back]
        for place in order:
            world.record(scans[place])
        found.add(_on(parcel))
    assert found == {dt.date(2026, 1, 20)}


def test_what_came_back_begins_anew_and_three_tries_are_in_vain(world: World) -> None:
    parcel = _out(world)
    for _ in range(3):
        world.record(world.scan(parcel, "ATTEMPT", reason="NOT_HOME"))
    assert next_tries(parcels_to_try_again(world.county), DAY)[0].is_in_vain
    world.record(world.scan(parcel, "RETURN"))
    assert _on(parcel) is None


def test_a_due_parcel_is_offered_for_a_round_unless_it_is_on_one(world: World) -> None:
    parcel = _out(world)
    world.record(world.scan(parcel, "ATTEMPT", reason="WRONG_ADDRESS"))
    tries = next_tries(parcels_to_try_again(world.county), DAY)
    assert codes_free_and_due(tries) == [parcel.code.text]
    parcel.refresh_from_db()
    plan_round(actor=world.partner, name="补发", place="少云镇", held_on=DAY, parcels=[parcel], now=world.now)
    assert codes_free_and_due(tries) == []
