"""Money and goods handed down from a province to a county to a township, each confirming what came."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from logistics.funds.reads import FundMissing, FundNotHandedDown, funds_at_hand, get_fund, get_fund_at_hand
from logistics.journal.models import AccountKind, Balance, JournalEntry
from logistics.journal.periods import freeze_period, propose_period
from logistics.journal.purses import FundOverspent
from logistics.journal.reads import purse_balance
from logistics.parties.references import ReferenceReused
from logistics.stock.actions import AmountOutOfBounds, register_warehouse
from logistics.stock.arrivals import Arrival, MoreThanSent, TransitStateWrong
from logistics.stock.hand_downs import (
    Goods,
    MoneyOrGoods,
    NotYoursToConfirm,
    ReceiverNotBelow,
    ReturnIsTheSenders,
    SenderTakesNoReceipt,
)
from logistics.stock.transit_reads import HandDownMissing, get_hand_down
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.stock.levels import Levels, confirm, in_bank, in_transit, raise_levels, send


@pytest.fixture
def levels(world: World) -> Levels:
    """Province, county, township."""
    return raise_levels(world)


def test_it_hands_money_down_two_levels(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = send(world, levels.above, world.county, levels.warm, 600)
    assert (in_bank(world.province), in_transit(), in_bank(world.county)) == (400, 600, 0)
    assert row.state == "SENT"
    assert confirm(world, levels.middle, row).state == "CONFIRMED"
    confirm(world, levels.below, send(world, levels.middle, levels.township, levels.warm, 250))
    assert (in_bank(world.province), in_bank(world.county), in_bank(levels.township)) == (400, 350, 250)
    kinds = JournalEntry.objects.filter(kind__startswith="HAND_DOWN").order_by("id")
    assert list(kinds.values_list("kind", "organisation_id")) == [
        ("HAND_DOWN_OUT", world.province.id),
        ("HAND_DOWN_IN", world.county.id),
        ("HAND_DOWN_OUT", world.county.id),
        ("HAND_DOWN_IN", levels.township.id),
    ]
    assert_books_close()


def test_each_organisation_books_in_its_own_periods(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = send(world, levels.above, world.county, levels.warm, 600)
    today = timezone.localdate(world.now)
    later = world.now + dt.timedelta(days=2)
    period = propose_period(organisation_id=world.county.id, ends_on=today, proposed_by_id=uuid.uuid4(), now=later)
    freeze_period(period=period, closed_by_id=uuid.uuid4(), now=later)
    confirm(world, levels.middle, row)
    booked = dict(JournalEntry.objects.filter(kind__startswith="HAND_DOWN").values_list("kind", "booked_on"))
    assert booked == {"HAND_DOWN_OUT": today, "HAND_DOWN_IN": today + dt.timedelta(days=1)}


def test_the_receiver_tells_what_came_and_the_sender_settles_the_rest(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=world.warm_fund)
    world.buy((world.gloves, 10, 1_000))
    goods = Goods(world.warehouse, levels.township_store, [(world.gloves, 10)])
    row = send(world, levels.middle, levels.township, world.warm_fund, goods=goods)
    first = confirm(world, levels.below, row, Arrival(received=6, damaged=1))
    assert (first.state, in_transit()) == ("RECEIVED", 3)
    confirm(world, levels.below, row, Arrival(received=1))
    done = confirm(world, levels.middle, row, Arrival(lost=1, returned=1))
    assert (done.state, in_transit()) == ("CONFIRMED", 0)
    losses = Balance.objects.filter(account__kind=AccountKind.LOSS)
    assert {(loss.account.organisation_id, loss.account.detail): loss.quantity for loss in losses} == {
        (levels.township.id, "DAMAGE"): 1,
        (world.county.id, "LOSE"): 1,
    }
    assert sum(row.quantity for row in Balance.objects.filter(account=levels.township_store.account)) == 7
    assert sum(row.quantity for row in Balance.objects.filter(account=world.warehouse.account)) == 1
    assert_books_close()


def test_nobody_confirms_for_both_sides(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = send(world, levels.above, world.county, levels.warm, 600)
    with nothing_written(), pytest.raises(SenderTakesNoReceipt):
        confirm(world, levels.above, row)
    with nothing_written(), pytest.raises(TransitStateWrong):
        confirm(world, levels.above, row, Arrival(lost=600))
    with nothing_written(), pytest.raises(NotYoursToConfirm):
        confirm(world, levels.below, row)
    with nothing_written(), pytest.raises(ReturnIsTheSenders):
        confirm(world, levels.middle, row, Arrival(returned=600))
    with nothing_written(), pytest.raises(MoreThanSent):
        confirm(world, levels.middle, row, Arrival(received=601))
    assert in_transit() == 600


def test_the_sender_takes_back_what_was_sent_by_mistake(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = send(world, levels.above, world.county, levels.warm, 600)
    done = confirm(world, levels.above, row, Arrival(returned=600))
    assert (done.state, in_bank(world.province), in_bank(world.county)) == ("CONFIRMED", 1_000, 0)
    with nothing_written(), pytest.raises(TransitStateWrong):
        confirm(world, levels.middle, row)
    assert_books_close()


def test_the_same_token_confirms_once(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row, token = send(world, levels.above, world.county, levels.warm, 600), new_id()
    for _ in range(2):
        confirm(world, levels.middle, row, Arrival(received=100), token=token)
    assert in_bank(world.county) == 100


def test_a_reference_sends_once(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    rows = [send(world, levels.above, world.county, levels.warm, 100, reference="拨-1") for _ in range(2)]
    assert rows[0].id == rows[1].id
    with nothing_written(), pytest.raises(ReferenceReused):
        send(world, levels.above, world.county, levels.warm, 101, reference="拨-1")


def test_it_refuses_what_is_not_below_or_neither_money_nor_goods(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    world.give_money(1_000)
    world.buy((world.gloves, 1, 100))
    goods = Goods(world.warehouse, levels.township_store, [(world.gloves, 1)])
    for actor, receiver, more, refusal in (
        (levels.above, world.province, {"amount": 1}, ReceiverNotBelow),
        (levels.above, levels.township, {"amount": 1_001}, FundOverspent),
        (levels.above, levels.township, {"amount": -1}, AmountOutOfBounds),
        (levels.above, levels.township, {"amount": 1, "currency": "XXX"}, AmountOutOfBounds),
        (levels.above, levels.township, {}, MoneyOrGoods),
        (levels.above, levels.township, {"amount": 1, "goods": goods}, MoneyOrGoods),
        (levels.above, world.county, {"goods": goods}, MoneyOrGoods),
        (levels.middle, levels.township, {"amount": 1}, FundNotHandedDown),
    ):
        with nothing_written(), pytest.raises(refusal):
            send(world, actor, receiver, levels.warm, **more)
    beside = Goods(world.warehouse, register_warehouse(organisation=world.stranger_county, code="w", name_zh="邻"), [])
    with nothing_written(), pytest.raises(ReceiverNotBelow):
        send(world, levels.middle, world.stranger_county, world.warm_fund, goods=beside)


def test_a_stranger_finds_neither_hand_down_nor_fund(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = send(world, levels.above, world.county, levels.warm, 600)
    for organisation in (world.province, world.county):
        assert get_hand_down(hand_down_id=row.id, organisation=organisation).id == row.id
    with pytest.raises(HandDownMissing):
        get_hand_down(hand_down_id=row.id, organisation=world.stranger_county)
    assert levels.warm not in funds_at_hand(world.county)
    confirm(world, levels.middle, row)
    assert get_fund_at_hand(code="province-warm", organisation=world.county) == levels.warm
    assert levels.warm not in funds_at_hand(world.stranger_county)
    with pytest.raises(FundMissing):
        get_fund(code="province-warm", organisation=world.county)


def test_money_on_its_way_still_belongs_to_the_fund(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    send(world, levels.above, world.county, levels.warm, 600)
    assert purse_balance(levels.warm.purse_id) == 1_000
