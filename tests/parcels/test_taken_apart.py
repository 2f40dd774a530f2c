"""A parcel that came back is inspected and taken apart: its goods stand on the shelf again, and only then."""

import pytest

from logistics.journal.models import AccountKind, Balance, EntryKind, JournalEntry
from logistics.parcels.actions import ParcelNotInspected, ParcelUnderWay, cancel_parcel
from logistics.parcels.models import Parcel
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

BACK = ("PACK", "SEAL", "DISPATCH", "RETURN")


def _on_shelf(world: World) -> int:
    rows = Balance.objects.filter(account__kind=AccountKind.WAREHOUSE, account__subject_id=world.warehouse.id)
    return sum(rows.values_list("quantity", flat=True))


def _take_apart(world: World, parcel: Parcel) -> Parcel:
    return cancel_parcel(parcel=parcel, actor=world.partner, now=world.now)


@pytest.fixture
def parcel(world: World) -> Parcel:
    """A parcel that was dispatched and came back, beside two that are planned."""
    world.stock_kits(3)
    first, *_ = world.plan(3)
    return world.walk(first, *BACK)


def test_inspected_goods_stand_on_the_shelf_again(world: World, parcel: Parcel) -> None:
    before = _on_shelf(world)
    world.walk(parcel, "INSPECT")
    taken = _take_apart(world, parcel)
    assert (taken.state, taken.cancelled_at) == ("CANCELLED", world.now)
    assert _on_shelf(world) == before + 1
    reversed_kinds = JournalEntry.objects.exclude(reverses=None).values_list("reverses__kind", flat=True)
    assert sorted(reversed_kinds) == sorted([EntryKind.PACK, EntryKind.RESERVE])
    assert_books_close()
    assert world.plan()[0].state == "PLANNED"


def test_what_was_not_inspected_is_not_taken_apart(world: World, parcel: Parcel) -> None:
    with nothing_written(), pytest.raises(ParcelNotInspected):
        _take_apart(world, parcel)


def test_an_inspection_that_was_undone_or_came_before_does_not_count(world: World) -> None:
    world.stock_kits(1)
    (parcel,) = world.plan()
    world.walk(parcel, "PACK", "DISPATCH", "INSPECT", "RETURN")
    with pytest.raises(ParcelNotInspected):
        _take_apart(world, parcel)
    inspection = world.scan(parcel, "INSPECT")
    world.record(inspection)
    world.record(world.scan(parcel, "UNDO", undoes=inspection.scan_id))
    with nothing_written(), pytest.raises(ParcelNotInspected):
        _take_apart(world, parcel)


@pytest.mark.parametrize("steps", [("PACK",), ("PACK", "DISPATCH"), ("PACK", "SEAL", "DISPATCH", "HAND_OVER")])
def test_what_is_elsewhere_is_not_taken_apart(world: World, steps: tuple[str, ...]) -> None:
    world.stock_kits(1)
    (parcel,) = world.plan()
    world.walk(parcel, *steps)
    with nothing_written(), pytest.raises(ParcelUnderWay):
        _take_apart(world, parcel)


def test_a_scan_that_comes_later_is_told_that_the_parcel_is_no_more(world: World, parcel: Parcel) -> None:
    world.walk(parcel, "INSPECT")
    _take_apart(world, parcel)
    (answer,) = world.record(world.scan(parcel, "HAND_OVER"))
    assert answer.outcome == "CANCELLED"
    parcel.refresh_from_db()
    # The books cannot take it: an officer settles which is true.
    assert (parcel.state, parcel.unposted_reason) == ("CANCELLED", "parcel_cancelled")
    assert_books_close()


def test_a_parcel_is_taken_apart_once(world: World, parcel: Parcel) -> None:
    world.walk(parcel, "INSPECT")
    _take_apart(world, parcel)
    with nothing_written(), pytest.raises(ParcelUnderWay):
        _take_apart(world, parcel)
