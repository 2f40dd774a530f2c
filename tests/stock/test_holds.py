"""Goods set aside and put back: nobody packs them in between."""

import pytest

from logistics.journal.models import AccountKind, Balance, Lot
from logistics.stock.actions import QuantityOutOfBounds
from logistics.stock.hold_reads import HoldMissing, LotMissing, get_hold, get_lot
from logistics.stock.holds import HoldReleased, hold_goods, release_hold
from logistics.stock.models import Hold
from logistics.stock.picking import LotShort, StockShort
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written


@pytest.fixture
def kits(world: World) -> Lot:
    world.stock_kits(5)
    return Lot.objects.get(item_id=world.recipe.item_id)


def _hold(world: World, lot: Lot, quantity: int, **more) -> Hold:  # type: ignore[no-untyped-def]
    return hold_goods(
        actor=world.partner,
        warehouse=world.warehouse,
        lot=lot,
        quantity=quantity,
        reason="DAMAGED",
        now=world.now,
        **more,
    )


def _aside() -> int:
    return sum(row.quantity for row in Balance.objects.filter(account__kind=AccountKind.QUARANTINE))


def test_what_is_held_is_not_packed(world: World, kits: Lot) -> None:
    hold = _hold(world, kits, 4)
    assert (_aside(), hold.left) == (4, 4)
    world.plan()
    with nothing_written(), pytest.raises(StockShort):
        world.plan()
    assert_books_close()


def test_a_release_puts_just_those_units_back(world: World, kits: Lot) -> None:
    hold = release_hold(actor=world.partner, hold=_hold(world, kits, 4), now=world.now)
    assert (_aside(), hold.left, hold.released_by_id) == (0, 0, world.partner.holder_id)
    assert Balance.objects.get(account=world.warehouse.account, lot=kits).spans == [[0, 5]]
    with nothing_written(), pytest.raises(HoldReleased):
        release_hold(actor=world.partner, hold=hold, now=world.now)
    assert_books_close()


def test_the_same_token_holds_once(world: World, kits: Lot) -> None:
    token = new_id()
    assert len({_hold(world, kits, 2, token=token).id for _ in range(2)}) == 1
    assert _aside() == 2


def test_it_refuses_more_than_lies_free(world: World, kits: Lot) -> None:
    world.plan(2)
    for quantity, refusal in ((4, LotShort), (0, QuantityOutOfBounds)):
        with nothing_written(), pytest.raises(refusal):
            _hold(world, kits, quantity)


def test_a_stranger_finds_neither_lot_nor_hold(world: World, kits: Lot) -> None:
    hold = _hold(world, kits, 1)
    assert get_lot(lot_id=kits.id, organisation=world.province) == kits
    with pytest.raises(LotMissing):
        get_lot(lot_id=kits.id, organisation=world.stranger_county)
    with pytest.raises(HoldMissing):
        get_hold(hold_id=hold.id, organisation=world.stranger_county)
