"""What was handed down is spent by the body that has it, in every way, within its terms, and traced to the fen."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from logistics.donations.refunds import GiftUsed, approve_refund, propose_refund, unused_of
from logistics.funds.costs import approve_cost, propose_cost
from logistics.funds.models import Fund
from logistics.funds.money_models import Cost
from logistics.funds.reads import FundNotHandedDown
from logistics.grants.actions import approve_grant, pay_grant, plan_grant
from logistics.households.eligibility import BeneficiaryOutsideTerms
from logistics.journal.models import Account, AccountKind, Balance, JournalEntry, Lot, Transfer
from logistics.journal.purses import FundOverspent
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parties.actors import Actor
from logistics.stock.actions import assemble_kits
from logistics.stock.models import Warehouse
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.stock.receipts import record_prepaid_purchase
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE
from tests.stock.levels import Levels, confirm, down, in_bank, raise_levels, send


@pytest.fixture
def levels(world: World) -> Levels:
    """Province, county, township."""
    return raise_levels(world)


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
    down(world, levels, levels.warm, 700)
    lines = [PurchaseLineInput(item, 3, 100) for item in (world.gloves, world.vest, world.blanket)]
    _buy(world, levels.below, levels.township_store, levels.warm, *lines)
    assert JournalEntry.objects.get(kind="PURCHASE").organisation_id == levels.township.id
    assert (in_bank(world.province), in_bank(levels.township)) == (299, 400)
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
    row = send(world, levels.above, world.county, levels.warm, 600)
    assert {key: value for key, value in trace_of_gift(gift).by_stage().items() if value} == {
        "UNSPENT": 400,
        "IN_TRANSIT": 600,
    }
    confirm(world, levels.middle, row)
    assert {key: value for key, value in trace_of_gift(gift).by_stage().items() if value} == {
        "UNSPENT": 400,
        "HANDED_DOWN": 600,
    }


def test_a_girls_fund_refuses_a_boy_on_every_level(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.girls)
    down(world, levels, levels.girls, 500)
    girl, boy = levels.family.members.get(sex="FEMALE"), levels.family.members.get(sex="MALE")
    with nothing_written(), pytest.raises(BeneficiaryOutsideTerms):
        _grant(world, levels, boy)
    grant = _grant(world, levels, girl)
    approve_grant(grant=grant, approver_id=uuid.uuid4(), now=world.now)
    pay_grant(grant=grant, actor=levels.below, now=world.now)
    assert JournalEntry.objects.get(kind="GRANT").organisation_id == levels.township.id
    assert (in_bank(world.province), in_bank(levels.township)) == (500, 400)
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
    down(world, levels, levels.girls, 99)
    with nothing_written(), pytest.raises(FundOverspent):
        pay_grant(grant=grant, actor=levels.below, now=world.now)


def test_raw_sql_gives_no_handed_down_girls_money_to_a_family_without_a_permit(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.girls)
    down(world, levels, levels.girls, 500)
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


def _cost(world: World, levels: Levels, amount_minor: int) -> Cost:
    return propose_cost(
        actor=levels.below,
        fund=levels.warm,
        category="TRANSPORT",
        amount_minor=amount_minor,
        incurred_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=str(uuid.uuid4()),
        now=world.now,
    )[0]


def test_the_body_that_has_the_money_pays_costs_and_prepayments_of_it(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    down(world, levels, levels.warm, 500)
    cost = _cost(world, levels, 120)
    paid = approve_cost(actor=Actor(levels.township, new_id(), key_name="审批"), cost=cost, now=world.now)
    assert paid.entry is not None and paid.organisation == levels.township
    assert paid.entry.organisation_id == levels.township.id
    spent = Balance.objects.get(account__kind=AccountKind.EXPENSE)
    assert (spent.account.organisation_id, spent.quantity) == (levels.township.id, 120)
    purchase, _ = record_prepaid_purchase(
        actor=levels.below,
        fund=levels.warm,
        supplier=world.supplier,
        warehouse=levels.township_store,
        purchased_at=world.now,
        lines=[PurchaseLineInput(world.gloves, 2, 80)],
        invoice="镇-2",
        reference="prepaid",
        now=world.now,
    )
    assert purchase.entry.organisation_id == levels.township.id
    assert (in_bank(world.province), in_bank(levels.township)) == (500, 300)
    assert_books_close()


def test_who_was_handed_money_spends_no_more_than_that_of_it(world: World, levels: Levels) -> None:
    world.give_money(1_000, fund=levels.warm)
    with nothing_written(), pytest.raises(FundNotHandedDown):
        _cost(world, levels, 1)
    down(world, levels, levels.warm, 100)
    approver = Actor(levels.township, new_id(), key_name="审批")
    approve_cost(actor=approver, cost=_cost(world, levels, 100), now=world.now)
    # Nothing is left: the holder's bank, with 900, is not asked.
    cost = _cost(world, levels, 1)
    with nothing_written(), pytest.raises(FundOverspent):
        approve_cost(actor=approver, cost=cost, now=world.now)


def test_a_gift_goes_back_from_the_bank_in_which_its_units_lie(world: World, levels: Levels) -> None:
    gift = world.give_money(1_000, fund=levels.warm)
    confirm(world, levels.middle, send(world, levels.above, world.county, levels.warm, 700))
    assert list(unused_of(gift).values()) == [700]
    told = {
        "actor": levels.above,
        "donation": gift,
        "refunded_at": world.now,
        "reason": "捐赠人请求",
        "evidence_sha256": EVIDENCE,
        "now": world.now,
    }
    with nothing_written(), pytest.raises(GiftUsed):
        propose_refund(amount_minor=701, reference="r-1", **told)  # type: ignore[arg-type] -- the test's own words
    refund, _ = propose_refund(amount_minor=650, reference="r-2", **told)  # type: ignore[arg-type]
    assert refund.organisation == world.county
    done = approve_refund(actor=Actor(world.county, new_id(), key_name="审批"), refund=refund, now=world.now)
    assert done.entry is not None and done.entry.organisation_id == world.county.id
    assert (in_bank(world.province), in_bank(world.county)) == (300, 50)
    own, _ = propose_refund(amount_minor=300, reference="r-3", **told)  # type: ignore[arg-type]
    assert own.organisation == world.province
    assert trace_of_gift(gift).by_stage()["RETURNED"] == 650
    assert_books_close()
