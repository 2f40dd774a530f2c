"""Goods written off or sold as unfit: proposed by one, approved by another; the proceeds keep their givers."""

import pytest

from logistics.donations.models import Donation
from logistics.journal.models import AccountKind, Balance, JournalEntry, Lot
from logistics.journal.reads import purse_balance
from logistics.ledgers.donors import givers_and_bills
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.actions import Recipient, pieces_of, plan_parcels
from logistics.parties.proposals import EvidenceRequired
from logistics.stock.actions import AmountOutOfBounds, QuantityOutOfBounds
from logistics.stock.disposal_reads import DisposalMissing, get_disposal
from logistics.stock.disposals import (
    BuyerUnnamed,
    DisposalDecided,
    DisposedByProposer,
    approve_disposal,
    propose_disposal,
    reject_disposal,
)
from logistics.stock.holds import HoldReleased, HoldShort, hold_goods, release_hold
from logistics.stock.models import Disposal
from logistics.stock.picking import LotShort
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

PAPER = "ab" * 32


@pytest.fixture
def lot(world: World) -> Lot:
    world.give_money(600)
    world.give_money(400)
    world.buy((world.gloves, 10, 1_000))
    return Lot.objects.get(item_id=world.gloves.id)


def _propose(world: World, lot: Lot, quantity: int = 4, **more) -> Disposal:  # type: ignore[no-untyped-def]
    return propose_disposal(
        actor=world.as_actor(world.keeper),
        warehouse=world.warehouse,
        lot=lot,
        quantity=quantity,
        reason=more.pop("reason", "SPOILT"),
        evidence_sha256=more.pop("evidence_sha256", PAPER),
        now=world.now,
        **more,
    )


def _approve(world: World, row: Disposal) -> Disposal:
    return approve_disposal(actor=world.as_actor(world.approver), disposal=row, now=world.now)


def test_a_write_off_is_a_loss_once_it_is_approved(world: World, lot: Lot) -> None:
    row = _propose(world, lot)
    assert not Balance.objects.filter(account__kind=AccountKind.LOSS).exists()
    done = _approve(world, row)
    loss = Balance.objects.get(account__kind=AccountKind.LOSS)
    assert (done.state, loss.account.detail, loss.quantity, loss.value_minor) == ("APPROVED", "SPOILT", 4, 400)
    entry = JournalEntry.objects.get(kind="WRITE_OFF")
    assert (entry.actor_id, entry.approver_id, entry.evidence_sha256) == (world.keeper.id, world.approver.id, PAPER)
    assert_books_close()


def test_the_proceeds_of_a_sale_join_the_same_fund_and_keep_their_givers(world: World, lot: Lot) -> None:
    _approve(world, _propose(world, lot, 10, proceeds_minor=501, buyer="示例回收站", reason="UNFIT"))
    assert purse_balance(world.warm_fund.purse_id) == 501
    world.buy((world.vest, 3, 501))
    gifts: dict[str, int] = {}
    for _ in range(3):
        parcel = plan_parcels(
            actor=world.partner,
            programme=world.warm,
            warehouse=world.warehouse,
            lines=[(world.vest, 1)],
            recipients=[Recipient(world.family)],
            now=world.now,
        )[0]
        back = trace_of_parcel(parcel)
        assert sum(share.value_minor for share in back.gifts) == parcel.value_minor == 167
        for share in back.gifts:
            gifts[share.donation_code] = gifts.get(share.donation_code, 0) + share.value_minor
    # Sixty and forty per cent of the goods that were sold, to the fen.
    assert sorted(gifts.values()) == [201, 300]
    assert_books_close()


def test_a_gift_says_that_its_goods_were_sold(world: World) -> None:
    gift = world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    lot = Lot.objects.get(item_id=world.gloves.id)
    _approve(world, _propose(world, lot, 3, proceeds_minor=100, buyer="示例回收站"))
    stages = {stage: value for stage, value in trace_of_gift(gift).by_stage().items() if value}
    assert stages == {"IN_STOCK": 700, "SOLD": 300}


def test_a_gift_is_followed_through_the_sale_of_its_goods_to_a_family(world: World, lot: Lot) -> None:
    first, second = Donation.objects.order_by("id")
    _approve(world, _propose(world, lot, 10, proceeds_minor=501, buyer="示例回收站", reason="UNFIT"))
    world.buy((world.vest, 1, 400))
    trace = trace_of_gift(first)
    # Six tenths of the goods were the first gift's: 300 of 501 fen, all of which bought the vest.
    assert [(share.stage, share.value_minor) for share in trace.from_sales] == [("IN_STOCK", 300)]
    assert trace.by_stage()["SOLD"] == sum(share.value_minor for share in trace.shares) == 600
    shares = {share.stage: share.value_minor for share in trace_of_gift(second).from_sales}
    assert shares == {"IN_STOCK": 100, "UNSPENT": 101}
    parcel = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.vest, 1)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )[0]
    ((givers, _),) = givers_and_bills([pieces_of(parcel)], None)
    assert givers == f"{world.donor.reference} (2)"


def test_held_goods_are_disposed_of_and_the_rest_released(world: World, lot: Lot) -> None:
    hold = hold_goods(
        actor=world.partner, warehouse=world.warehouse, lot=lot, quantity=5, reason="DAMAGED", now=world.now
    )
    row = _propose(world, lot, 3, hold=hold)
    _approve(world, row)
    hold.refresh_from_db()
    assert hold.left == 2
    release_hold(actor=world.partner, hold=hold, now=world.now)
    assert sum(row.quantity for row in Balance.objects.filter(account=world.warehouse.account)) == 7
    with pytest.raises(HoldShort):
        _propose(world, lot, 6, hold=hold)
    assert_books_close()


def test_it_refuses_to_dispose_of_what_was_released_meanwhile(world: World, lot: Lot) -> None:
    hold = hold_goods(
        actor=world.partner, warehouse=world.warehouse, lot=lot, quantity=5, reason="DAMAGED", now=world.now
    )
    row = _propose(world, lot, 5, hold=hold)
    release_hold(actor=world.partner, hold=hold, now=world.now)
    with nothing_written(), pytest.raises(HoldReleased):
        _approve(world, row)


def test_who_proposed_may_not_approve(world: World, lot: Lot) -> None:
    row = _propose(world, lot)
    with nothing_written(), pytest.raises(DisposedByProposer):
        approve_disposal(actor=world.as_actor(world.keeper), disposal=row, now=world.now)


def test_a_rejected_proposal_books_nothing_and_stays_rejected(world: World, lot: Lot) -> None:
    row = reject_disposal(actor=world.as_actor(world.approver), disposal=_propose(world, lot), now=world.now)
    assert (row.state, row.entry) == ("REJECTED", None)
    for decide in (approve_disposal, reject_disposal):
        with nothing_written(), pytest.raises(DisposalDecided):
            decide(actor=world.as_actor(world.officer), disposal=row, now=world.now)


def test_goods_that_left_meanwhile_are_not_disposed_of(world: World, lot: Lot) -> None:
    rows = [_propose(world, lot, 6) for _ in range(2)]
    _approve(world, rows[0])
    with nothing_written(), pytest.raises(LotShort):
        _approve(world, rows[1])


def test_it_refuses_what_is_incomplete(world: World, lot: Lot) -> None:
    for more, refusal in (
        ({"quantity": 11}, LotShort),
        ({"quantity": 0}, QuantityOutOfBounds),
        ({"proceeds_minor": 100}, BuyerUnnamed),
        ({"buyer": "示例"}, BuyerUnnamed),
        ({"proceeds_minor": -1, "buyer": "示例"}, AmountOutOfBounds),
        ({"evidence_sha256": ""}, EvidenceRequired),
    ):
        with nothing_written(), pytest.raises(refusal):
            _propose(world, lot, **more)


def test_the_same_token_proposes_once(world: World, lot: Lot) -> None:
    token = new_id()
    assert len({_propose(world, lot, token=token).id for _ in range(2)}) == 1


def test_a_stranger_finds_no_disposal(world: World, lot: Lot) -> None:
    with pytest.raises(DisposalMissing):
        get_disposal(disposal_id=_propose(world, lot).id, organisation=world.stranger_county)
