"""Money and goods handed down from a province to a county to a township, each confirming what came."""

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.funds.reads import FundMissing, FundNotHandedDown, funds_at_hand, get_fund, get_fund_at_hand
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.households.actions import MemberInput, record_household
from logistics.households.eligibility import BeneficiaryOutsideTerms
from logistics.households.models import Household
from logistics.journal.models import Account, AccountKind, Balance, JournalEntry, Lot, Transfer
from logistics.journal.periods import freeze_period, propose_period
from logistics.journal.purses import FundOverspent
from logistics.journal.reads import purse_balance
from logistics.kernel.eligibility import Terms
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.parties.references import ReferenceReused
from logistics.stock.actions import AmountOutOfBounds, assemble_kits, register_warehouse
from logistics.stock.arrivals import Arrival, MoreThanSent, TransitStateWrong
from logistics.stock.hand_downs import (
    Goods,
    MoneyOrGoods,
    NotYoursToConfirm,
    ReceiverNotBelow,
    ReturnIsTheSenders,
    SenderTakesNoReceipt,
    confirm_hand_down,
    send_hand_down,
)
from logistics.stock.models import Warehouse
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.stock.transit_models import HandDown
from logistics.stock.transit_reads import HandDownMissing, get_hand_down
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written


@dataclass
class Levels:
    """Three organisations one below the other; the funds are held by the province."""

    township: Organisation
    warm: Fund
    girls: Fund
    county_store: Warehouse
    township_store: Warehouse
    above: Actor
    middle: Actor
    below: Actor
    family: Household


@pytest.fixture
def levels(world: World) -> Levels:
    township = register_organisation(
        code="示例镇", name_zh="示例镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county
    )
    funds = [
        register_fund(
            code=code,
            name_zh=code,
            programme=programme,
            owner=world.province,
            holder=world.province,
            basis="OWN",
            terms=terms,
            now=world.now,
        )
        for code, programme, terms in (
            ("province-warm", world.warm, Terms()),
            ("province-girls", world.spring, Terms(sexes=("FEMALE",), age_from=6, age_to=18)),
        )
    ]
    family = record_household(
        organisation=township,
        township="示例镇",
        division_code="990101002",
        head_name="镇示例家庭",
        address="二组",
        telephone="13900139000",
        members=[
            MemberInput("女", "FEMALE", dt.date(2014, 6, 1), has_consent=True, relation="女儿"),
            MemberInput("男", "MALE", dt.date(2012, 6, 1), has_consent=True, relation="儿子"),
        ],
        now=world.now,
    )
    return Levels(
        township,
        *funds,
        world.warehouse,
        register_warehouse(organisation=township, code="wh-t", name_zh="镇仓库"),
        Actor(world.province, new_id(), key_name="省"),
        Actor(world.county, new_id(), key_name="县"),
        Actor(township, new_id(), key_name="镇"),
        family,
    )


def _send(world: World, actor: Actor, receiver: Organisation, fund: Fund, amount: int = 0, **more) -> HandDown:  # type: ignore[no-untyped-def]
    return send_hand_down(
        actor=actor,
        fund=fund,
        receiver=receiver,
        amount_minor=amount,
        reference=more.pop("reference", str(uuid.uuid4())),
        now=world.now,
        **more,
    )[0]


def _confirm(world: World, actor: Actor, row: HandDown, *arrivals: Arrival, **more) -> HandDown:  # type: ignore[no-untyped-def]
    return confirm_hand_down(actor=actor, hand_down=row, arrivals=list(arrivals) or None, now=world.now, **more)


def _down(world: World, levels: Levels, fund: Fund, amount: int) -> None:
    """Hand money down two levels."""
    _confirm(world, levels.middle, _send(world, levels.above, world.county, fund, amount))
    _confirm(world, levels.below, _send(world, levels.middle, levels.township, fund, amount))


def _in_bank(organisation: Organisation) -> int:
    rows = Balance.objects.filter(account__kind=AccountKind.BANK, account__subject_id=organisation.id)
    return sum(row.quantity for row in rows)


def _in_transit() -> int:
    return sum(row.quantity for row in Balance.objects.filter(account__kind=AccountKind.IN_TRANSIT))


def test_it_hands_money_down_two_levels(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = _send(world, levels.above, world.county, levels.warm, 600)
    assert (_in_bank(world.province), _in_transit(), _in_bank(world.county)) == (400, 600, 0)
    assert row.state == "SENT"
    assert _confirm(world, levels.middle, row).state == "CONFIRMED"
    _confirm(world, levels.below, _send(world, levels.middle, levels.township, levels.warm, 250))
    assert (_in_bank(world.province), _in_bank(world.county), _in_bank(levels.township)) == (400, 350, 250)
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
    row = _send(world, levels.above, world.county, levels.warm, 600)
    today = timezone.localdate(world.now)
    later = world.now + dt.timedelta(days=2)
    period = propose_period(organisation_id=world.county.id, ends_on=today, proposed_by_id=uuid.uuid4(), now=later)
    freeze_period(period=period, closed_by_id=uuid.uuid4(), now=later)
    _confirm(world, levels.middle, row)
    booked = dict(JournalEntry.objects.filter(kind__startswith="HAND_DOWN").values_list("kind", "booked_on"))
    assert booked == {"HAND_DOWN_OUT": today, "HAND_DOWN_IN": today + dt.timedelta(days=1)}


def test_the_receiver_tells_what_came_and_the_sender_settles_the_rest(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=world.warm_fund)
    world.buy((world.gloves, 10, 1_000))
    goods = Goods(world.warehouse, levels.township_store, [(world.gloves, 10)])
    row = _send(world, levels.middle, levels.township, world.warm_fund, goods=goods)
    first = _confirm(world, levels.below, row, Arrival(received=6, damaged=1))
    assert (first.state, _in_transit()) == ("RECEIVED", 3)
    _confirm(world, levels.below, row, Arrival(received=1))
    done = _confirm(world, levels.middle, row, Arrival(lost=1, returned=1))
    assert (done.state, _in_transit()) == ("CONFIRMED", 0)
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
    row = _send(world, levels.above, world.county, levels.warm, 600)
    with nothing_written(), pytest.raises(SenderTakesNoReceipt):
        _confirm(world, levels.above, row)
    with nothing_written(), pytest.raises(TransitStateWrong):
        _confirm(world, levels.above, row, Arrival(lost=600))
    with nothing_written(), pytest.raises(NotYoursToConfirm):
        _confirm(world, levels.below, row)
    with nothing_written(), pytest.raises(ReturnIsTheSenders):
        _confirm(world, levels.middle, row, Arrival(returned=600))
    with nothing_written(), pytest.raises(MoreThanSent):
        _confirm(world, levels.middle, row, Arrival(received=601))
    assert _in_transit() == 600


def test_the_sender_takes_back_what_was_sent_by_mistake(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = _send(world, levels.above, world.county, levels.warm, 600)
    done = _confirm(world, levels.above, row, Arrival(returned=600))
    assert (done.state, _in_bank(world.province), _in_bank(world.county)) == ("CONFIRMED", 1_000, 0)
    with nothing_written(), pytest.raises(TransitStateWrong):
        _confirm(world, levels.middle, row)
    assert_books_close()


def test_the_same_token_confirms_once(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row, token = _send(world, levels.above, world.county, levels.warm, 600), new_id()
    for _ in range(2):
        _confirm(world, levels.middle, row, Arrival(received=100), token=token)
    assert _in_bank(world.county) == 100


def test_a_reference_sends_once(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    rows = [_send(world, levels.above, world.county, levels.warm, 100, reference="拨-1") for _ in range(2)]
    assert rows[0].id == rows[1].id
    with nothing_written(), pytest.raises(ReferenceReused):
        _send(world, levels.above, world.county, levels.warm, 101, reference="拨-1")


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
            _send(world, actor, receiver, levels.warm, **more)
    beside = Goods(world.warehouse, register_warehouse(organisation=world.stranger_county, code="w", name_zh="邻"), [])
    with nothing_written(), pytest.raises(ReceiverNotBelow):
        _send(world, levels.middle, world.stranger_county, world.warm_fund, goods=beside)


def test_a_stranger_finds_neither_hand_down_nor_fund(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    row = _send(world, levels.above, world.county, levels.warm, 600)
    for organisation in (world.province, world.county):
        assert get_hand_down(hand_down_id=row.id, organisation=organisation).id == row.id
    with pytest.raises(HandDownMissing):
        get_hand_down(hand_down_id=row.id, organisation=world.stranger_county)
    assert levels.warm not in funds_at_hand(world.county)
    _confirm(world, levels.middle, row)
    assert get_fund_at_hand(code="province-warm", organisation=world.county) == levels.warm
    assert levels.warm not in funds_at_hand(world.stranger_county)
    with pytest.raises(FundMissing):
        get_fund(code="province-warm", organisation=world.county)


def _buy(world: World, actor: Actor, store: Warehouse, fund: Fund, *lines: PurchaseLineInput) -> None:
    record_purchase(
        actor=actor,
        fund=fund,
        supplier=world.supplier,
        warehouse=store,
        purchased_at=world.now,
        lines=lines,
        invoice="镇-1",
        reference=str(uuid.uuid4()),
        now=world.now,
    )


def test_a_gift_to_the_province_is_traced_to_a_parcel_of_the_township_to_the_fen(world: World, levels: Levels) -> None:
    gifts = [world.give_money(333, fund=levels.warm) for _ in range(3)]
    _down(world, levels, levels.warm, 700)
    lines = [PurchaseLineInput(item, 3, 100) for item in (world.gloves, world.vest, world.blanket)]
    _buy(world, levels.below, levels.township_store, levels.warm, *lines)
    assert JournalEntry.objects.get(kind="PURCHASE").organisation_id == levels.township.id
    assert (_in_bank(world.province), _in_bank(levels.township)) == (299, 400)
    assemble_kits(
        actor=levels.below,
        recipe=world.recipe,
        warehouse=levels.township_store,
        fund=levels.warm,
        quantity=3,
        now=world.now,
    )
    parcels = plan_parcels(
        actor=levels.below,
        programme=world.warm,
        warehouse=levels.township_store,
        recipe=world.recipe,
        fund=levels.warm,
        recipients=[Recipient(levels.family)] * 3,
        now=world.now,
    )
    for step in ("PACK", "DISPATCH", "HAND_OVER"):
        assert world.record(world.scan(parcels[0], step), actor=levels.below)[0].outcome == "RECORDED"
    for gift in gifts:
        assert sum(trace_of_gift(gift).by_stage().values()) == 333
    stages = trace_of_gift(gifts[0]).by_stage()
    assert stages["DELIVERED"] == parcels[0].value_minor == 99
    back = trace_of_parcel(parcels[0])
    assert [share.donation_code for share in back.gifts] == [gifts[0].code.text]
    assert sum(share.value_minor for share in back.gifts) == back.value_minor
    assert_books_close()


def test_a_gift_says_where_it_waits_on_its_way_down(world: World, levels: Levels) -> None:
    gift = world.give_money(1_000, fund=levels.warm)
    row = _send(world, levels.above, world.county, levels.warm, 600)
    assert {key: value for key, value in trace_of_gift(gift).by_stage().items() if value} == {
        "UNSPENT": 400,
        "IN_TRANSIT": 600,
    }
    _confirm(world, levels.middle, row)
    assert {key: value for key, value in trace_of_gift(gift).by_stage().items() if value} == {
        "UNSPENT": 400,
        "HANDED_DOWN": 600,
    }


def test_a_girls_fund_refuses_a_boy_on_every_level(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.girls)
    _down(world, levels, levels.girls, 500)
    girl, boy = levels.family.members.get(sex="FEMALE"), levels.family.members.get(sex="MALE")
    with nothing_written(), pytest.raises(BeneficiaryOutsideTerms):
        _grant(world, levels, boy)
    grant = _grant(world, levels, girl)
    approve_grant(grant=grant, approver_id=uuid.uuid4(), now=world.now)
    pay_grant(grant=grant, actor=levels.below, now=world.now)
    assert JournalEntry.objects.get(kind="GRANT").organisation_id == levels.township.id
    assert (_in_bank(world.province), _in_bank(levels.township)) == (500, 400)
    assert_books_close()


def _grant(world: World, levels: Levels, member):  # type: ignore[no-untyped-def]
    return plan_grant(
        actor=levels.below,
        fund=levels.girls,
        household=levels.family,
        beneficiary=member,
        amount_minor=100,
        reference=str(uuid.uuid4()),
        now=world.now,
    )[0]


def test_the_township_pays_no_more_than_was_handed_down(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.girls)
    grant = _grant(world, levels, levels.family.members.get(sex="FEMALE"))
    approve_grant(grant=grant, approver_id=uuid.uuid4(), now=world.now)
    with nothing_written(), pytest.raises(FundNotHandedDown):
        pay_grant(grant=grant, actor=levels.below, now=world.now)
    _down(world, levels, levels.girls, 99)
    with nothing_written(), pytest.raises(FundOverspent):
        pay_grant(grant=grant, actor=levels.below, now=world.now)


def test_raw_sql_gives_no_handed_down_girls_money_to_a_family_without_a_permit(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.girls)
    _down(world, levels, levels.girls, 500)
    bank = Account.objects.get(kind=AccountKind.BANK, subject_id=levels.township.id)
    money = Lot.objects.get(purse_id=levels.girls.purse_id)
    entry = JournalEntry.objects.create(
        kind="GRANT",
        organisation_id=levels.township.id,
        idempotency_key="raw",
        transfer_count=1,
        occurred_at=world.now,
        booked_on=timezone.localdate(world.now),
        posted_at=world.now,
    )
    row = Transfer(
        entry=entry,
        position=0,
        lot=money,
        credit=bank,
        debit=levels.family.account,
        start=0,
        stop=1,
        value_minor=1,
        is_origin=False,
    )
    with nothing_written(), pytest.raises(DatabaseError, match="permit_missing"), transaction.atomic():
        # The row goes to the database as it is, past every action.
        row.save(force_insert=True)


def test_money_on_its_way_still_belongs_to_the_fund(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    _send(world, levels.above, world.county, levels.warm, 600)
    assert purse_balance(levels.warm.purse_id) == 1_000
