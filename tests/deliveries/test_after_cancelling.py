"""A hand-over after its parcel was cancelled or taken apart: an officer says what is true, and the books follow."""

import datetime as dt

import pytest

from logistics.deliveries.inputs import ScanInput
from logistics.deliveries.models import Unposted
from logistics.deliveries.settlements import NothingToSettle, Ruling, settle_dispute
from logistics.journal.models import AccountKind, Balance, EntryKind, JournalEntry
from logistics.ledgers.known_parcels import known_parcels
from logistics.ledgers.scope import LedgerScope
from logistics.parcels.actions import cancel_parcel
from logistics.parcels.models import Parcel
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

TAKEN_APART_AFTER, SETTLED_AFTER = dt.timedelta(hours=2), dt.timedelta(hours=4)


@pytest.fixture
def early(world: World) -> ScanInput:
    """A hand-over that was true: the parcel came back afterwards, was inspected and taken apart."""
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    made = world.scan(parcel, "HAND_OVER")
    world.record(made)
    world.walk(parcel, "RETURN", "INSPECT")
    _take_apart(world, parcel)
    assert (parcel.state, parcel.unposted_reason) == ("CANCELLED", "")
    return made


@pytest.fixture
def parcel(early: ScanInput) -> Parcel:
    """The parcel that was taken apart."""
    return Parcel.objects.select_related("code").get(code__text=early.code)


def _take_apart(world: World, parcel: Parcel, after: dt.timedelta = TAKEN_APART_AFTER) -> None:
    cancel_parcel(parcel=parcel, actor=world.partner, now=world.now + after)


def _late(world: World, parcel: Parcel, after: dt.timedelta = dt.timedelta()) -> ScanInput:
    """Made before the parcel came back, on a device that was on a mountain: no clock decides whether it is told of."""
    late = world.scan(parcel, "HAND_OVER", at=world.now + after)
    (answer,) = world.record(late, actor=world.other_device())
    assert answer.outcome in {"CANCELLED", "DISPUTED"}
    parcel.refresh_from_db()
    return late


def _settle(world: World, parcel: Parcel, *scans: ScanInput, stands: ScanInput | None = None, is_packed: bool = False):  # type: ignore[no-untyped-def]
    ruling = Ruling(
        tuple(scan.scan_id for scan in scans), stands.scan_id if stands else None, world.family, is_packed=is_packed
    )
    later = world.now + SETTLED_AFTER + dt.timedelta(minutes=len(parcel.settled))
    officer = world.as_actor(world.officer)
    settle_dispute(actor=officer, parcel=parcel, ruling=ruling, reason="电话核实过", now=later)
    parcel.refresh_from_db()


def _places(parcel: Parcel) -> dict[str, int]:
    """Say where the parcel's units are, by kind of account."""
    rows = Balance.objects.filter(lot_id=parcel.contents[0][0], quantity__gt=0)
    return dict(rows.values_list("account__kind", "quantity"))


def _told(world: World, parcel: Parcel) -> tuple[str, str]:
    (known,) = known_parcels([parcel], LedgerScope(world.county))
    return known.conclusion.state, known.unposted


def test_it_is_a_contradiction_until_it_is_settled(world: World, parcel: Parcel) -> None:
    _late(world, parcel)
    assert (parcel.state, parcel.unposted_reason) == ("CANCELLED", "parcel_cancelled")
    assert Unposted.objects.get(parcel=parcel).settled_at is None
    assert _told(world, parcel) == ("CANCELLED", "parcel_cancelled")


def test_if_it_is_true_the_books_take_the_goods_from_the_shelf_to_the_family(
    world: World, parcel: Parcel, early: ScanInput
) -> None:
    late = _late(world, parcel)
    assert _places(parcel) == {AccountKind.WAREHOUSE: 1}
    _settle(world, parcel, early, late, stands=late)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert Unposted.objects.get(parcel=parcel).settled_at is not None
    assert _places(parcel) == {AccountKind.HOUSEHOLD: 1}
    assert Balance.objects.get(account_id=world.family.account_id).quantity == 1
    new = JournalEntry.objects.filter(occurred_at=world.now + TAKEN_APART_AFTER, reverses=None)
    assert sorted(new.values_list("kind", flat=True)) == [EntryKind.HAND_OVER, EntryKind.PACK, EntryKind.RESERVE]
    assert _told(world, parcel) == ("DELIVERED", "")
    assert_books_close()
    with nothing_written(), pytest.raises(NothingToSettle):
        _settle(world, parcel, early, late)


def test_if_none_is_true_the_books_stay(world: World, parcel: Parcel, early: ScanInput) -> None:
    late = _late(world, parcel)
    entries = JournalEntry.objects.count()
    _settle(world, parcel, early, late)
    assert (parcel.state, parcel.unposted_reason) == ("CANCELLED", "")
    assert Unposted.objects.get(parcel=parcel).settled_at is not None
    assert JournalEntry.objects.count() == entries
    assert _told(world, parcel) == ("CANCELLED", "")
    assert_books_close()


def test_what_was_settled_before_it_was_taken_apart_overrules_nothing(world: World) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    scans = [world.scan(parcel, "HAND_OVER") for _ in range(2)]
    for actor, scan in zip((world.partner, world.other_device()), scans, strict=True):
        world.record(scan, actor=actor)
    parcel.refresh_from_db()
    _settle(world, parcel, *scans, stands=scans[0])
    world.walk(parcel, "RETURN", "INSPECT")
    _take_apart(world, parcel, SETTLED_AFTER + dt.timedelta(hours=1))
    assert (parcel.state, _places(parcel)) == ("CANCELLED", {AccountKind.WAREHOUSE: 1})
    world.record(world.scan(parcel, "SEAL"))
    assert _places(parcel) == {AccountKind.WAREHOUSE: 1}
    assert_books_close()


def test_goods_that_went_into_another_parcel_wait_until_they_are_free(
    world: World, parcel: Parcel, early: ScanInput
) -> None:
    (other,) = world.plan()
    assert other.contents == parcel.contents
    late = _late(world, parcel)
    _settle(world, parcel, early, late, stands=late)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "units_not_there")
    assert _places(parcel) == {AccountKind.RESERVED: 1}
    assert _told(world, parcel) == ("DELIVERED", "refused_by_the_books")
    _take_apart(world, other)
    _settle(world, parcel, early, late, stands=late)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert _places(parcel) == {AccountKind.HOUSEHOLD: 1}
    assert_books_close()


def test_one_more_hand_over_opens_it_again_and_then_none_may_be_true(
    world: World, parcel: Parcel, early: ScanInput
) -> None:
    late = _late(world, parcel)
    _settle(world, parcel, early, late, stands=late)
    more = _late(world, parcel, SETTLED_AFTER)
    assert parcel.state == "DISPUTED"
    _settle(world, parcel, early, late, more)
    assert (parcel.state, parcel.unposted_reason) == ("CANCELLED", "")
    assert _places(parcel) == {AccountKind.WAREHOUSE: 1}
    assert_books_close()


def test_it_comes_back_once_more_and_is_taken_apart_again(world: World, parcel: Parcel, early: ScanInput) -> None:
    late = _late(world, parcel)
    _settle(world, parcel, early, late, stands=late)
    again = world.now + SETTLED_AFTER
    world.record(*(world.scan(parcel, step, at=again + dt.timedelta(hours=1)) for step in ("RETURN", "INSPECT")))
    parcel.refresh_from_db()
    assert (parcel.state, _places(parcel)) == ("RETURNED", {AccountKind.PARCEL: 1})
    _take_apart(world, parcel, SETTLED_AFTER + dt.timedelta(hours=2))
    assert (parcel.state, _places(parcel)) == ("CANCELLED", {AccountKind.WAREHOUSE: 1})
    assert_books_close()


def test_a_planned_parcel_that_was_cancelled_was_packed_by_the_officer_s_word(world: World) -> None:
    parcel = world.parcel()
    _take_apart(world, parcel)
    late = _late(world, parcel)
    _settle(world, parcel, late, stands=late)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "pack_missing")
    assert _places(parcel) == {AccountKind.RESERVED: 1}
    _settle(world, parcel, late, stands=late, is_packed=True)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert _places(parcel) == {AccountKind.HOUSEHOLD: 1}
    assert_books_close()


def test_what_its_device_takes_back_after_all_puts_the_goods_on_the_shelf(
    world: World, parcel: Parcel, early: ScanInput
) -> None:
    late, device = world.scan(parcel, "HAND_OVER", at=world.now), world.other_device()
    world.record(late, actor=device)
    parcel.refresh_from_db()
    _settle(world, parcel, early, late, stands=late)
    assert parcel.state == "DELIVERED"
    world.record(world.scan(parcel, "UNDO", undoes=late.scan_id), actor=device)
    parcel.refresh_from_db()
    assert (parcel.state, _places(parcel)) == ("CANCELLED", {AccountKind.WAREHOUSE: 1})
    assert_books_close()


def test_what_a_cancelled_parcel_is_scanned_for_otherwise_contradicts_nothing(world: World, parcel: Parcel) -> None:
    device = world.other_device()
    late = world.scan(parcel, "HAND_OVER")
    world.record(world.scan(parcel, "PACK"), world.scan(parcel, "SEAL"), actor=device)
    parcel.refresh_from_db()
    assert parcel.unposted_reason == ""
    world.record(late, actor=device)
    world.record(world.scan(parcel, "UNDO", undoes=late.scan_id), actor=device)
    parcel.refresh_from_db()
    assert parcel.unposted_reason == ""
