"""Stock-takes: blind, twice, by two people; a third approves; nothing is booked where goods moved meanwhile."""

import uuid

import pytest

from logistics.journal.models import AccountKind, Balance, JournalEntry, Lot
from logistics.parties.actors import Actor
from logistics.stock.actions import register_warehouse
from logistics.stock.count_models import StockTake
from logistics.stock.count_reads import StockTakeMissing, get_stock_take, lines_of, may_count, progress_of
from logistics.stock.counts import (
    ApprovedByCounter,
    CountedBySame,
    CountReasonMissing,
    CountStale,
    CountUnreadable,
    LineSettled,
    NothingToCount,
    StockTakeOpen,
    StockTakeStateWrong,
    approve_stock_take,
    count_lots,
    drop_stock_take,
    open_stock_take,
    recount_lots,
)
from logistics.stock.picking import LotShort
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written


@pytest.fixture
def lot(world: World) -> Lot:
    world.give_money(1_005)
    world.buy((world.gloves, 10, 1_005))
    return Lot.objects.get(item_id=world.gloves.id)


@pytest.fixture
def take(world: World, lot: Lot) -> StockTake:
    return _open(world)


def _open(world: World, **more) -> StockTake:  # type: ignore[no-untyped-def]
    actor = world.as_actor(world.officer)
    return open_stock_take(actor=actor, warehouse=world.warehouse, now=world.now, **more)


def _count(world: World, take: StockTake, lot: Lot | uuid.UUID, quantity: int, *, by: Actor | None = None) -> StockTake:
    key = lot if isinstance(lot, uuid.UUID) else lot.id
    actor = by or world.as_actor(world.keeper)
    return count_lots(actor=actor, stock_take=take, counts={key: quantity}, now=world.now)


def _count_twice(world: World, take: StockTake, lot: Lot, quantity: int) -> StockTake:
    _count(world, take, lot, quantity)
    return _count(world, take, lot, quantity, by=world.as_actor(world.courier))


def _approve(world: World, take: StockTake, reasons: dict[uuid.UUID, str] | None = None, by: Actor | None = None):  # type: ignore[no-untyped-def]
    actor = by or world.as_actor(world.approver)
    return approve_stock_take(actor=actor, stock_take=take, reasons=reasons or {}, now=world.now)


def _on_hand(world: World) -> int:
    return sum(row.quantity for row in Balance.objects.filter(account=world.warehouse.account))


def test_a_count_that_agrees_with_the_books_books_nothing(world: World, take: StockTake, lot: Lot) -> None:
    assert _count(world, take, lot, 10).state == "OPEN"
    assert _count(world, take, lot, 10, by=world.as_actor(world.courier)).state == "COUNTED"
    entries = JournalEntry.objects.count()
    done = _approve(world, take)
    assert (done.state, done.closed_by_id) == ("APPROVED", world.approver.id)
    assert JournalEntry.objects.count() == entries


def test_a_shortage_is_booked_as_a_loss_of_its_reason(world: World, take: StockTake, lot: Lot) -> None:
    _approve(world, _count_twice(world, take, lot, 7), {lot.id: "THEFT"})
    loss = Balance.objects.get(account__kind=AccountKind.LOSS)
    # Units are worth 100, 101, 100 ...: the lowest three leave.
    assert (loss.account.detail, loss.quantity, loss.value_minor, _on_hand(world)) == ("THEFT", 3, 301, 7)
    entry = JournalEntry.objects.get(kind="COUNT_SHORTAGE")
    assert (entry.actor_id, entry.approver_id) == (world.courier.id, world.approver.id)
    assert take.lines.get().entry_id == entry.id
    assert_books_close()


def test_a_surplus_becomes_a_lot_like_the_one_it_lay_with(world: World, take: StockTake, lot: Lot) -> None:
    _approve(world, _count_twice(world, take, lot, 12), {lot.id: "FOUND"})
    found = Lot.objects.get(basis="COUNT")
    assert (found.item_id, found.purse_id, found.quantity, found.value_minor) == (lot.item_id, lot.purse_id, 2, 201)
    assert found.origin.kind == "COUNT_SURPLUS"
    assert _on_hand(world) == 12
    assert_books_close()


def test_goods_reserved_for_parcels_lie_on_the_shelf_too(world: World) -> None:
    world.stock_kits(3)
    world.plan(2)
    take = _open(world, item=world.recipe.item)
    line = lines_of(take)[0]
    assert line.expected == 3
    _count_twice(world, take, line.lot, 1)
    with nothing_written(), pytest.raises(LotShort):
        # Two are promised to families: cancel a parcel first.
        _approve(world, take, {line.lot_id: "LOST"})


def test_the_second_count_is_by_another_person(world: World, take: StockTake, lot: Lot) -> None:
    _count(world, take, lot, 10)
    with nothing_written(), pytest.raises(CountedBySame):
        _count(world, take, lot, 10)
    assert not may_count(lines_of(take)[0], world.keeper.id)
    assert may_count(lines_of(take)[0], world.courier.id)


def test_two_counts_that_differ_need_a_third(world: World, take: StockTake, lot: Lot) -> None:
    _count(world, take, lot, 10)
    assert _count(world, take, lot, 9, by=world.as_actor(world.courier)).state == "OPEN"
    assert progress_of(lines_of(take)).settled == 0
    assert _count(world, take, lot, 9).state == "COUNTED"
    with nothing_written(), pytest.raises(StockTakeStateWrong):
        _count(world, take, lot, 9)


@pytest.mark.parametrize("who", ["keeper", "courier"])
def test_who_counted_may_not_approve(world: World, take: StockTake, lot: Lot, who: str) -> None:
    _count_twice(world, take, lot, 10)
    with nothing_written(), pytest.raises(ApprovedByCounter):
        _approve(world, take, by=world.as_actor(getattr(world, who)))


def test_a_difference_needs_a_coded_reason(world: World, take: StockTake, lot: Lot) -> None:
    _count_twice(world, take, lot, 9)
    for reasons in ({}, {lot.id: "BECAUSE"}):
        with nothing_written(), pytest.raises(CountReasonMissing):
            _approve(world, take, reasons)


def test_goods_that_moved_after_the_count_are_counted_again(world: World) -> None:
    world.stock_kits(3)
    parcel = world.plan()[0]
    take = _open(world, item=world.recipe.item)
    line = lines_of(take)[0]
    _count_twice(world, take, line.lot, 2)
    world.walk(parcel, "PACK")
    with nothing_written(), pytest.raises(CountStale):
        _approve(world, take, {line.lot_id: "LOST"})
    recount_lots(stock_take=take, lots=[line.lot_id])
    done = _approve(world, _count_twice(world, take, line.lot, 2))
    # Now the books say two as well: nothing is missing.
    assert done.lines.get().expected == 2
    assert not JournalEntry.objects.filter(kind="COUNT_SHORTAGE").exists()


def test_goods_that_moved_between_two_counts_begin_anew(world: World) -> None:
    world.stock_kits(3)
    parcel = world.plan()[0]
    take = _open(world, item=world.recipe.item)
    line = lines_of(take)[0]
    _count(world, take, line.lot, 3)
    world.walk(parcel, "PACK")
    assert _count(world, take, line.lot, 3, by=world.as_actor(world.courier)).state == "OPEN"
    line = lines_of(take)[0]
    assert (line.expected, line.counted_from, line.counts.count()) == (2, 1, 2)


def test_a_reservation_moves_nothing(world: World) -> None:
    world.stock_kits(3)
    take = _open(world, item=world.recipe.item)
    line = lines_of(take)[0]
    _count(world, take, line.lot, 2)
    world.plan()
    _count(world, take, line.lot, 2, by=world.as_actor(world.courier))
    _approve(world, take, {line.lot_id: "LOST"})
    assert_books_close()


def test_a_lot_that_the_books_have_no_more_may_be_found(world: World, lot: Lot) -> None:
    world.give_money(100)
    world.buy((world.vest, 1, 100))
    take = _open(world, item=world.vest)
    vest = lines_of(take)[0].lot
    _count_twice(world, take, vest, 1)
    recount_lots(stock_take=take, lots=[vest.id])
    _count_twice(world, take, lot, 11)
    _count_twice(world, take, vest, 1)
    _approve(world, take, {lot.id: "FOUND"})
    assert Lot.objects.get(basis="COUNT").quantity == 1


@pytest.mark.parametrize("quantity", [-1, 10**9 + 1])
def test_it_refuses_impossible_quantities(world: World, take: StockTake, lot: Lot, quantity: int) -> None:
    with nothing_written(), pytest.raises(CountUnreadable):
        _count(world, take, lot, quantity)


def test_it_refuses_lots_that_never_lay_here(world: World, take: StockTake) -> None:
    with nothing_written(), pytest.raises(CountUnreadable):
        _count(world, take, new_id(), 1)
    with nothing_written(), pytest.raises(CountUnreadable):
        recount_lots(stock_take=take, lots=[new_id()])


def test_it_refuses_a_settled_line(world: World, take: StockTake, lot: Lot) -> None:
    world.give_money(100)
    world.buy((world.gloves, 1, 100))
    drop_stock_take(actor=world.partner, stock_take=take, now=world.now)
    take = _open(world)
    _count_twice(world, take, lot, 10)
    with nothing_written(), pytest.raises(LineSettled):
        _count(world, take, lot, 10)


def test_one_count_at_a_time_and_the_same_token_opens_it_once(world: World, lot: Lot) -> None:
    token = new_id()
    first = _open(world, token=token)
    assert _open(world, token=token).id == first.id
    with nothing_written(), pytest.raises(StockTakeOpen):
        _open(world)
    drop_stock_take(actor=world.partner, stock_take=first, now=world.now)
    assert _open(world).id != first.id
    assert lot


def test_a_dropped_count_books_nothing_and_stays_dropped(world: World, take: StockTake, lot: Lot) -> None:
    _count_twice(world, take, lot, 3)
    drop_stock_take(actor=world.partner, stock_take=take, now=world.now)
    for again in (lambda: _approve(world, take, {lot.id: "LOST"}), lambda: _count(world, take, lot, 3)):
        with nothing_written(), pytest.raises(StockTakeStateWrong):
            again()
    assert _on_hand(world) == 10


def test_it_refuses_an_empty_warehouse_and_a_stranger(world: World, take: StockTake) -> None:
    empty = register_warehouse(organisation=world.county, code="wh-0", name_zh="空仓库")
    with nothing_written(), pytest.raises(NothingToCount):
        open_stock_take(actor=world.partner, warehouse=empty, now=world.now)
    with pytest.raises(StockTakeMissing):
        get_stock_take(stock_take_id=take.id, organisation=world.stranger_county)
