"""Races on a database that really commits: each unit leaves once, each gift takes its own numbers."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from django.db import connection

from logistics.deliveries.models import ScanEvent
from logistics.journal.balances import UnitsNotThere
from logistics.journal.models import AccountKind, Balance, JournalEntry, Transfer
from logistics.journal.purses import FundOverspent
from logistics.kernel.refusals import Refusal
from logistics.stock.picking import StockShort
from tests.cast import World
from tests.looking import assert_books_close

WRITERS = 8


def _at_once(work: Callable[[int], object]) -> list[object]:
    """Run the work in many threads at the same moment; a refusal is a result too."""
    start = threading.Barrier(WRITERS)

    def run(number: int) -> object:
        start.wait()
        try:
            return work(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def test_gifts_at_once_take_their_own_numbers(committed_world: World) -> None:
    _at_once(lambda number: [committed_world.give_money(100 + number) for _ in range(3)])
    births = Transfer.objects.filter(is_origin=True, lot__item_id=None).order_by("start")
    ends = [(row.start, row.stop) for row in births]
    assert len(ends) == 3 * WRITERS
    assert all(one[1] == two[0] for one, two in pairwise(ends)), ends
    assert_books_close()


def test_a_fund_is_not_overspent_by_purchases_at_once(committed_world: World) -> None:
    world = committed_world
    world.give_money(300)
    results = _at_once(lambda number: world.buy((world.gloves, 1, 100)))
    assert sum(isinstance(result, FundOverspent) for result in results) == WRITERS - 3
    assert_books_close()


def test_the_last_kit_goes_into_one_parcel(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(3)
    results = _at_once(lambda number: world.plan()[0])
    refused = [result for result in results if isinstance(result, Refusal)]
    assert len(refused) == WRITERS - 3
    assert all(isinstance(refusal, StockShort | UnitsNotThere) for refusal in refused)
    assert_books_close()


@pytest.mark.parametrize("is_same", [True, False])
def test_scans_at_once_deliver_once(committed_world: World, is_same: bool) -> None:
    world = committed_world
    parcel = world.parcel()
    world.walk(parcel, "PACK", "DISPATCH")
    shared = world.scan(parcel, "HAND_OVER")
    scans = [shared if is_same else world.scan(parcel, "HAND_OVER") for _ in range(WRITERS)]
    devices = [world.partner if is_same else world.other_device() for _ in range(WRITERS)]
    answers = _at_once(lambda number: world.record(scans[number], actor=devices[number])[0].outcome)
    assert sorted(map(str, answers)) == sorted(
        ["RECORDED"] + (["REPEATED"] if is_same else ["DISPUTED"]) * (WRITERS - 1)
    )
    held = Balance.objects.filter(account__kind=AccountKind.HOUSEHOLD)
    assert sum(row.quantity for row in held) == 1
    assert ScanEvent.objects.filter(step="HAND_OVER").count() == (1 if is_same else WRITERS)
    assert_books_close()


def test_many_parcels_packed_at_once_do_not_wait_for_each_other_for_ever(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(WRITERS * 2)
    parcels = world.plan(WRITERS * 2)
    # Half of the writers take the parcels backwards: the order of locks must not depend on the order of scans.
    orders = [parcels if number % 2 else parcels[::-1] for number in range(WRITERS)]
    answers = _at_once(
        lambda number: [row.outcome for row in world.record(*(world.scan(p, "PACK") for p in orders[number]))]
    )
    assert {outcome for outcomes in answers for outcome in outcomes} <= {"RECORDED", "ALREADY_DONE"}  # type: ignore[attr-defined]
    assert JournalEntry.objects.filter(kind="PACK", reverses=None).count() == len(parcels)
    assert ScanEvent.objects.count() == len(parcels) * WRITERS
    assert_books_close()


def test_scans_at_once_that_book_nothing_are_all_remembered(committed_world: World) -> None:
    world = committed_world
    parcel = world.walk(world.parcel(), "PACK")
    scans = [world.scan(parcel, "COUNT") for _ in range(WRITERS)]
    _at_once(lambda number: world.record(scans[number], actor=world.other_device()))
    parcel.refresh_from_db()
    assert len(parcel.scan_facts) == 1 + WRITERS
    assert ScanEvent.objects.filter(step="COUNT").count() == WRITERS


def test_a_family_that_receives_many_parcels_at_once_has_them_all(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(WRITERS)
    parcels = [world.walk(parcel, "PACK", "DISPATCH") for parcel in world.plan(WRITERS)]
    answers = _at_once(lambda number: world.record(world.scan(parcels[number], "HAND_OVER"))[0].outcome)
    assert answers == ["RECORDED"] * WRITERS
    held = Balance.objects.filter(account__kind=AccountKind.HOUSEHOLD)
    assert sum(row.quantity for row in held) == WRITERS
    assert_books_close()
