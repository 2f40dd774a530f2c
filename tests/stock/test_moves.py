"""Goods on their way between two warehouses: sent, received, lost, damaged and returned, line by line."""

import pytest

from logistics.journal.models import AccountKind, Balance, JournalEntry
from logistics.stock.actions import LinesOutOfBounds, QuantityOutOfBounds, register_warehouse
from logistics.stock.arrivals import Arrival, LinesMismatch, MoreThanSent, NothingArrived, TransitStateWrong
from logistics.stock.models import Warehouse
from logistics.stock.moves import MoveBetweenOrganisations, receive_move, send_move
from logistics.stock.picking import GoodsOfAnotherFund, StockShort
from logistics.stock.transit_models import Move
from logistics.stock.transit_reads import MoveMissing, get_move
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written


@pytest.fixture
def other(world: World) -> Warehouse:
    return register_warehouse(organisation=world.county, code="wh-2", name_zh="乡镇仓库")


def _send(world: World, other: Warehouse, *lines, **more) -> Move:  # type: ignore[no-untyped-def]
    return send_move(
        actor=world.partner,
        origin=more.pop("origin", world.warehouse),
        destination=other,
        fund=more.pop("fund", world.warm_fund),
        lines=list(lines),
        now=world.now,
        **more,
    )


def _receive(world: World, move: Move, *arrivals: Arrival, **more) -> Move:  # type: ignore[no-untyped-def]
    return receive_move(actor=world.partner, move=move, arrivals=list(arrivals) or None, now=world.now, **more)


def _held(kind: str) -> int:
    return sum(row.quantity for row in Balance.objects.filter(account__kind=kind, lot__item_id__isnull=False))


def _at(place: Warehouse) -> int:
    return sum(row.quantity for row in Balance.objects.filter(account=place.account))


@pytest.fixture
def ten_gloves(world: World) -> None:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))


@pytest.mark.usefixtures("ten_gloves")
def test_it_sends_and_receives_all(world: World, other: Warehouse) -> None:
    move = _send(world, other, (world.gloves, 4))
    assert (_at(world.warehouse), _held(AccountKind.IN_TRANSIT), _at(other)) == (6, 4, 0)
    received = _receive(world, move)
    assert (received.state, _held(AccountKind.IN_TRANSIT), _at(other)) == ("CONFIRMED", 0, 4)
    assert received.received_by_id == received.confirmed_by_id == world.partner.holder_id
    assert_books_close()


@pytest.mark.usefixtures("ten_gloves")
def test_what_nobody_tells_stays_on_the_way_until_it_is_settled(world: World, other: Warehouse) -> None:
    move = _send(world, other, (world.gloves, 10))
    first = _receive(world, move, Arrival(received=5, damaged=1))
    assert (first.state, first.confirmed_at, _held(AccountKind.IN_TRANSIT)) == ("RECEIVED", None, 4)
    _receive(world, move, Arrival(received=1))
    last = _receive(world, move, Arrival(lost=2, returned=1))
    line = last.lines.get()
    assert (last.state, line.received, line.lost, line.damaged, line.returned) == ("CONFIRMED", 6, 2, 1, 1)
    assert (_at(other), _at(world.warehouse), _held(AccountKind.LOSS)) == (6, 1, 3)
    losses = Balance.objects.filter(account__kind=AccountKind.LOSS).values_list("account__detail", "value_minor")
    assert sorted(losses) == [("DAMAGE", 100), ("LOSE", 200)]
    assert_books_close()


@pytest.mark.usefixtures("ten_gloves")
def test_the_same_token_sends_and_receives_once(world: World, other: Warehouse) -> None:
    token = new_id()
    moves = [_send(world, other, (world.gloves, 4), token=token) for _ in range(2)]
    assert moves[0].id == moves[1].id
    for _ in range(2):
        _receive(world, moves[0], Arrival(received=2), token=token)
    assert (_at(other), _held(AccountKind.IN_TRANSIT)) == (2, 2)
    assert JournalEntry.objects.filter(kind="MOVE_IN").count() == 1


@pytest.mark.usefixtures("ten_gloves")
@pytest.mark.parametrize(
    ("arrivals", "refusal"),
    [
        ([Arrival(5)], MoreThanSent),
        ([Arrival(3, lost=2)], MoreThanSent),
        ([Arrival(5, lost=-1)], MoreThanSent),
        ([Arrival(2), Arrival(2)], LinesMismatch),
        ([Arrival()], NothingArrived),
    ],
)
def test_it_refuses_arrivals_that_do_not_add_up(
    world: World, other: Warehouse, arrivals: list[Arrival], refusal: type[Exception]
) -> None:
    move = _send(world, other, (world.gloves, 4))
    with nothing_written(), pytest.raises(refusal):
        _receive(world, move, *arrivals)
    assert _held(AccountKind.IN_TRANSIT) == 4


@pytest.mark.usefixtures("ten_gloves")
def test_it_refuses_to_receive_twice(world: World, other: Warehouse) -> None:
    move = _receive(world, _send(world, other, (world.gloves, 4)))
    with nothing_written(), pytest.raises(TransitStateWrong):
        _receive(world, move)


@pytest.mark.usefixtures("ten_gloves")
def test_it_refuses_what_is_not_there_or_of_another_fund(world: World, other: Warehouse) -> None:
    for lines, more, refusal in (
        ([(world.gloves, 11)], {}, StockShort),
        ([(world.gloves, 1)], {"fund": world.girls_fund}, GoodsOfAnotherFund),
        ([(world.gloves, 0)], {}, QuantityOutOfBounds),
        ([(world.gloves, 1), (world.gloves, 1)], {}, LinesOutOfBounds),
        ([], {}, LinesOutOfBounds),
    ):
        with nothing_written(), pytest.raises(refusal):
            _send(world, other, *lines, **more)


@pytest.mark.usefixtures("ten_gloves")
def test_it_refuses_a_move_to_another_organisation_or_to_itself(world: World) -> None:
    elsewhere = register_warehouse(organisation=world.province, code="wh-p", name_zh="省仓库")
    for place in (elsewhere, world.warehouse):
        with nothing_written(), pytest.raises(MoveBetweenOrganisations):
            _send(world, place, (world.gloves, 1))


@pytest.mark.usefixtures("ten_gloves")
def test_a_stranger_finds_no_move(world: World, other: Warehouse) -> None:
    move = _send(world, other, (world.gloves, 4))
    assert get_move(move_id=move.id, organisation=world.province).id == move.id
    with pytest.raises(MoveMissing):
        get_move(move_id=move.id, organisation=world.stranger_county)
