"""Gifts go back to their donors: only what is unused, by two people, and every trace adds up."""

import pytest
from django.db import DatabaseError, connection, transaction

from logistics.donations.goods import LineInput
from logistics.donations.refunds import GiftUsed, RefundKindWrong, approve_refund, propose_refund, unused_of
from logistics.funds.statements import statement_of_funds
from logistics.journal.reads import purse_balance
from logistics.ledgers.traces import trace_of_gift
from logistics.parties.proposals import EvidenceRequired, ProposalApprovedByProposer
from logistics.parties.references import ReferenceReused
from logistics.stock.actions import AmountOutOfBounds, LinesOutOfBounds, QuantityOutOfBounds
from tests.cast import World
from tests.looking import assert_books_close, nothing_written
from tests.money import EVIDENCE, given_goods, proposed_refund, refunded, reversed_entry


def test_a_part_of_a_gift_goes_back_from_its_own_units(world: World) -> None:
    first, second = world.give_money(1_000), world.give_money(1_000)
    refund = refunded(world, first, 300)
    assert refund.entry is not None
    (row,) = refund.entry.transfers.select_related("debit")
    assert (row.debit_id, row.start, row.stop) == (world.donor.account_id, 700, 1_000)
    assert (refund.entry.kind, refund.entry.approver_id) == ("REFUND", world.approver.id)
    assert purse_balance(world.warm_fund.purse_id) == 1_700
    stages = trace_of_gift(first).by_stage()
    assert (stages["RETURNED"], stages["UNSPENT"], sum(stages.values())) == (300, 700, 1_000)
    assert trace_of_gift(second).by_stage()["RETURNED"] == 0
    assert_books_close()


def test_what_is_spent_stays_spent(world: World) -> None:
    gift = world.give_money(1_000)
    world.buy((world.gloves, 4, 400))
    with nothing_written(), pytest.raises(GiftUsed):
        proposed_refund(world, gift, 601)
    refunded(world, gift, 600)
    stages = trace_of_gift(gift).by_stage()
    assert (stages["RETURNED"], stages["IN_STOCK"], sum(stages.values())) == (600, 400, 1_000)
    assert unused_of(gift) == {str(gift.entry.transfers.get().lot_id): 0}
    with nothing_written(), pytest.raises(GiftUsed):
        proposed_refund(world, gift, 1)


def test_what_is_spent_between_proposal_and_approval_is_refused(world: World) -> None:
    gift = world.give_money(1_000)
    refund = proposed_refund(world, gift, 1_000)
    world.buy((world.gloves, 1, 1))
    with nothing_written(), pytest.raises(GiftUsed):
        approve_refund(actor=world.as_actor(world.approver), refund=refund, now=world.now)


def test_goods_go_back_off_the_shelf_at_their_value(world: World) -> None:
    gift = given_goods(world, LineInput(world.gloves, 3, "AGREEMENT", 1_000), LineInput(world.vest, 5, "NONE"))
    gloves, vest = (gift.lines.get(item=item) for item in (world.gloves, world.vest))
    refund = refunded(world, gift, 0, (gloves, 1), (vest, 2))
    assert refund.entry is not None
    pieces = {row.lot_id: (row.quantity, row.value_minor) for row in refund.entry.transfers.all()}
    assert pieces == {gloves.lot_id: (1, 334), vest.lot_id: (2, 0)}
    stages = trace_of_gift(gift).by_stage()
    assert (stages["RETURNED"], stages["IN_STOCK"]) == (334, 666)
    returned = [share for share in trace_of_gift(gift).shares if share.stage == "RETURNED"]
    assert sum(share.quantity for share in returned) == 3
    assert_books_close()


def test_goods_that_are_reserved_do_not_go_back(world: World) -> None:
    gift = given_goods(world, LineInput(world.gloves, 3, "AGREEMENT", 1_000))
    line = gift.lines.get()
    from logistics.parcels.actions import plan_parcels

    plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        count=1,
        now=world.now,
    )
    with nothing_written(), pytest.raises(GiftUsed):
        proposed_refund(world, gift, 0, (line, 3))
    refunded(world, gift, 0, (line, 2))


def test_a_mistaken_refund_is_reversed_and_the_gift_is_unspent_again(world: World) -> None:
    gift = world.give_money(1_000)
    refund = refunded(world, gift, 1_000)
    assert refund.entry is not None
    reversed_entry(world, refund.entry)
    stages = trace_of_gift(gift).by_stage()
    assert (stages["UNSPENT"], stages["RETURNED"]) == (1_000, 0)
    assert_books_close()


def test_a_gift_of_goods_that_was_a_mistake_is_reversed(world: World) -> None:
    gift = given_goods(world, LineInput(world.gloves, 3, "AGREEMENT", 1_000))
    reversed_entry(world, gift.entry)
    stages = trace_of_gift(gift).by_stage()
    assert (stages["RETURNED"], sum(stages.values())) == (1_000, 1_000)
    assert_books_close()


def test_the_statement_counts_what_was_returned(world: World) -> None:
    refunded(world, world.give_money(1_000), 250)
    (row,) = statement_of_funds(world.county)
    assert (row.lines_in["received"], row.lines_out["refunded"], row.balance_minor) == (1_000, 250, 750)


def test_who_proposed_a_refund_may_not_approve_it(world: World) -> None:
    refund = proposed_refund(world, world.give_money(1_000), 1)
    with nothing_written(), pytest.raises(ProposalApprovedByProposer):
        approve_refund(actor=world.as_actor(world.officer), refund=refund, now=world.now)


def test_it_refuses_what_no_gift_of_this_kind_can_return(world: World) -> None:
    money, goods = world.give_money(1_000), given_goods(world, LineInput(world.gloves, 3, "AGREEMENT", 1_000))
    line = goods.lines.get()
    for gift, amount, lines, refusal in (
        (money, 0, [], RefundKindWrong),
        (money, 1, [(line, 1)], RefundKindWrong),
        (goods, 1, [], RefundKindWrong),
        (goods, 0, [], RefundKindWrong),
        (money, 1_001, [], AmountOutOfBounds),
        (goods, 0, [(line, 0)], QuantityOutOfBounds),
        (goods, 0, [(line, 1), (line, 1)], LinesOutOfBounds),
    ):
        with nothing_written(), pytest.raises(refusal):
            proposed_refund(world, gift, amount, *lines)


def test_it_needs_evidence_and_counts_once(world: World) -> None:
    gift = world.give_money(1_000)
    said = {
        "actor": world.as_actor(world.officer),
        "donation": gift,
        "refunded_at": world.now,
        "reason": "误捐",
        "reference": "r-1",
        "now": world.now,
    }
    with nothing_written(), pytest.raises(EvidenceRequired):
        propose_refund(**said, amount_minor=1, evidence_sha256="")
    first, _ = propose_refund(**said, amount_minor=1, evidence_sha256=EVIDENCE)
    assert propose_refund(**said, amount_minor=1, evidence_sha256=EVIDENCE) == (first, False)
    with nothing_written(), pytest.raises(ReferenceReused):
        propose_refund(**said, amount_minor=2, evidence_sha256=EVIDENCE)


def test_raw_sql_changes_no_refund(world: World) -> None:
    refunded(world, world.give_money(1_000), 250)
    for statement in ("UPDATE donations_refund SET amount_minor = 1", "DELETE FROM donations_refund"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
