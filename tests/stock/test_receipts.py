"""Paid first, received in parts, for more or less, or never: each lot knows the fen that paid for it."""

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.funds.statements import statement_of_funds
from logistics.journal.models import AccountKind, Balance, Lot, LotSource
from logistics.journal.purses import FundOverspent
from logistics.journal.reads import purse_balance
from logistics.kernel.refusals import Refusal
from logistics.ledgers.traces import trace_of_gift
from logistics.parties.proposals import EvidenceRequired
from logistics.parties.references import ReferenceReused
from logistics.stock.actions import AmountOutOfBounds, LinesOutOfBounds, QuantityOutOfBounds
from logistics.stock.models import Purchase, PurchaseReceipt
from logistics.stock.price_refunds import PriceRefundTooMuch, record_price_refund
from logistics.stock.receipts import PrepaymentShort, PurchaseStateWrong, ReceivedTooMuch
from tests.cast import World, raise_curtain
from tests.looking import assert_books_close, nothing_written
from tests.money import ordered, paid_back, received


def _waiting(purchase: Purchase) -> int:
    return sum(row.quantity for row in Balance.objects.filter(account=purchase.prepaid))


def _state(purchase: Purchase) -> str:
    purchase.refresh_from_db()
    return purchase.state


def test_what_is_paid_first_waits_with_the_supplier(world: World) -> None:
    gift = world.give_money(10_000)
    purchase = ordered(world, (world.gloves, 10, 3_000), (world.vest, 5, 5_000))
    assert (purchase.entry.kind, purchase.state, _waiting(purchase)) == ("PREPAYMENT", "ORDERED", 8_000)
    assert purse_balance(world.warm_fund.purse_id) == 2_000
    stages = trace_of_gift(gift).by_stage()
    assert (stages["WITH_SUPPLIER"], stages["UNSPENT"]) == (8_000, 2_000)
    assert not Lot.objects.filter(item_id__isnull=False).exists()
    assert_books_close()


def test_parts_that_come_sum_to_the_order_to_the_fen(world: World) -> None:
    gift = world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 3, 1_000))
    values = []
    for _ in range(3):
        receipt = received(world, purchase, (world.gloves, 1, None))
        values.append(Lot.objects.get(origin=receipt.entry).value_minor)
    assert values == [333, 333, 334]
    assert (_state(purchase), _waiting(purchase)) == ("RECEIVED", 0)
    spans = list(LotSource.objects.order_by("start").values_list("start", "stop"))
    assert spans == [(0, 333), (333, 666), (666, 1_000)]
    trace = trace_of_gift(gift)
    assert trace.by_stage()["IN_STOCK"] == 1_000
    assert [(step.invoice, step.value_minor) for step in trace.purchases] == [
        ("示例发票-002", 333),
        ("示例发票-002", 333),
        ("示例发票-002", 334),
    ]
    assert_books_close()


def test_a_lower_price_comes_back_as_the_very_units(world: World) -> None:
    first, second = world.give_money(600), world.give_money(400)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    received(world, purchase, (world.gloves, 10, 850))
    assert (_state(purchase), _waiting(purchase)) == ("ORDERED", 150)
    refund = paid_back(world, purchase, 150)
    (row,) = refund.entry.transfers.select_related("credit", "debit")
    assert (row.credit.kind, row.debit.kind, row.start, row.stop) == ("PREPAID", "BANK", 850, 1_000)
    assert (_state(purchase), purchase.refunded_minor) == ("RECEIVED", 150)
    stages = trace_of_gift(second).by_stage()
    assert (stages["UNSPENT"], stages["IN_STOCK"]) == (150, 250)
    assert trace_of_gift(first).by_stage()["IN_STOCK"] == 600
    assert_books_close()


def test_a_higher_price_is_paid_from_the_fund_only_when_said(world: World) -> None:
    gift = world.give_money(1_200)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    with nothing_written(), pytest.raises(PrepaymentShort):
        received(world, purchase, (world.gloves, 10, 1_150))
    receipt = received(world, purchase, (world.gloves, 10, 1_150), may_pay_more=True)
    kinds = receipt.entry.transfers.order_by("position").values_list("credit__kind", "debit__kind", "value_minor")
    assert list(kinds) == [
        ("PREPAID", "SUPPLIER", 1_000),
        ("BANK", "SUPPLIER", 150),
        ("SUPPLIER", "WAREHOUSE", 1_150),
    ]
    assert (_state(purchase), purchase.total_minor) == ("RECEIVED", 1_150)
    assert trace_of_gift(gift).by_stage()["IN_STOCK"] == 1_150
    assert_books_close()


def test_a_higher_price_beyond_the_fund_is_refused(world: World) -> None:
    world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    with nothing_written(), pytest.raises(FundOverspent):
        received(world, purchase, (world.gloves, 10, 1_001), may_pay_more=True)
    assert purchase.lines.get().received == 0


def test_the_rest_is_cancelled_and_its_money_is_unspent_again(world: World) -> None:
    gift = world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    received(world, purchase, (world.gloves, 4, None))
    refund = paid_back(world, purchase, None)
    assert (refund.amount_minor, refund.is_rest, _state(purchase)) == (600, True, "RECEIVED")
    stages = trace_of_gift(gift).by_stage()
    assert (stages["UNSPENT"], stages["IN_STOCK"]) == (600, 400)
    with nothing_written(), pytest.raises(PurchaseStateWrong):
        received(world, purchase, (world.gloves, 1, None))
    with nothing_written(), pytest.raises(PurchaseStateWrong):
        paid_back(world, purchase, None)
    assert_books_close()


def test_an_order_of_which_nothing_came_is_dropped(world: World) -> None:
    world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    paid_back(world, purchase, None)
    assert (_state(purchase), purse_balance(world.warm_fund.purse_id)) == ("DROPPED", 1_000)


def test_a_price_that_was_too_high_comes_back_to_the_fund_after_all_came(world: World) -> None:
    gift = world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    purchase = Purchase.objects.get()
    with nothing_written(), pytest.raises(PriceRefundTooMuch):
        paid_back(world, purchase, 1_001)
    refund = paid_back(world, purchase, 100)
    (row,) = refund.entry.transfers.select_related("credit")
    assert (row.credit.kind, row.is_origin, row.start, row.stop) == ("SUPPLIER", True, 1_000, 1_100)
    # The goods keep the value that they came with, so the gift's trace still sums to the gift.
    assert trace_of_gift(gift).by_stage()["IN_STOCK"] == 1_000
    with nothing_written(), pytest.raises(PriceRefundTooMuch):
        paid_back(world, purchase, 901)
    (money, _) = statement_of_funds(world.county)
    assert (money.lines_out["spent"], money.lines_in["price_refunds"], money.balance_minor) == (1_000, 100, 100)
    assert_books_close()


def test_more_than_waits_does_not_come_back_while_goods_are_to_come(world: World) -> None:
    world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    received(world, purchase, (world.gloves, 4, None))
    with nothing_written(), pytest.raises(PriceRefundTooMuch):
        paid_back(world, purchase, 601)
    with nothing_written(), pytest.raises(PriceRefundTooMuch):
        paid_back(world, purchase, 0)


def test_a_receipt_counts_once(world: World) -> None:
    world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    first = received(world, purchase, (world.gloves, 10, None), reference="r-1")
    with nothing_written():
        assert received(world, purchase, (world.gloves, 10, None), reference="r-1").id == first.id
    with nothing_written(), pytest.raises(ReferenceReused):
        received(world, purchase, (world.gloves, 9, None), reference="r-1")
    with nothing_written(), pytest.raises(ReferenceReused):
        received(world, purchase, (world.gloves, 10, 999), reference="r-1")


def test_it_refuses_a_receipt_that_cannot_be_true(world: World) -> None:
    world.give_money(1_000)
    purchase = ordered(world, (world.gloves, 10, 1_000))
    for line, refusal in (
        ((world.gloves, 11, None), ReceivedTooMuch),
        ((world.gloves, 0, None), QuantityOutOfBounds),
        ((world.gloves, 1, 0), AmountOutOfBounds),
    ):
        with nothing_written(), pytest.raises(refusal):
            received(world, purchase, line)
    for lines in ((), ((world.gloves, 1, None), (world.gloves, 1, None))):
        with nothing_written(), pytest.raises(LinesOutOfBounds):
            received(world, purchase, *lines)


def test_a_price_refund_needs_evidence_and_counts_once(world: World) -> None:
    world.give_money(1_000)
    said = {
        "actor": world.partner,
        "purchase": ordered(world, (world.gloves, 10, 1_000)),
        "refunded_at": world.now,
        "reference": "p-1",
        "now": world.now,
    }
    with nothing_written(), pytest.raises(EvidenceRequired):
        record_price_refund(**said, amount_minor=10, evidence_sha256="")
    first, _ = record_price_refund(**said, amount_minor=10, evidence_sha256="a" * 64)
    assert record_price_refund(**said, amount_minor=10, evidence_sha256="a" * 64) == (first, False)
    with nothing_written(), pytest.raises(ReferenceReused):
        record_price_refund(**said, amount_minor=11, evidence_sha256="a" * 64)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE stock_pricerefund SET amount_minor = 1")


STEP = st.tuples(st.sampled_from(["receive", "dear", "cheap", "refund", "rest"]), st.integers(1, 6))


@given(st.lists(STEP, max_size=7), st.integers(1, 999))
@settings(max_examples=6)
def test_whatever_comes_of_an_order_each_gift_adds_up(db: None, steps: list[tuple[str, int]], total: int) -> None:
    with transaction.atomic():
        world = raise_curtain()
        gifts = [world.give_money(amount) for amount in (700, 1, 899)]
        purchase = ordered(world, (world.gloves, 6, total))
        for step, number in steps:
            try:
                with transaction.atomic():
                    _try(world, purchase, step, number)
            except Refusal:
                continue
        for gift in gifts:
            assert sum(share.value_minor for share in trace_of_gift(gift).shares) == gift.amount_minor
        lots = Lot.objects.filter(item_id__isnull=False)
        for lot in lots:
            assert sum(row.value_minor for row in lot.sources.all()) == lot.value_minor
        held = sum(row.quantity for row in Balance.objects.filter(lot__item_id=None))
        spent = sum(lot.value_minor or 0 for lot in lots)
        assert held + spent == sum(gift.amount_minor for gift in gifts) + _paid_after_all(purchase)
        assert_books_close()
        transaction.set_rollback(True)


def _try(world: World, purchase: Purchase, step: str, number: int) -> None:
    if step == "rest":
        paid_back(world, purchase, None)
    elif step == "refund":
        paid_back(world, purchase, number)
    else:
        price = {"receive": None, "dear": 200 * number, "cheap": number}[step]
        received(world, purchase, (world.gloves, number, price), may_pay_more=True)


def _paid_after_all(purchase: Purchase) -> int:
    """Sum what the supplier paid back for goods that had come: new units of the fund."""
    refunds = purchase.price_refunds.filter(entry__transfers__credit__kind=AccountKind.SUPPLIER)
    return sum(refund.amount_minor for refund in refunds)


def test_receipts_never_change(world: World) -> None:
    world.give_money(1_000)
    received(world, ordered(world, (world.gloves, 1, 1_000)), (world.gloves, 1, None))
    assert PurchaseReceipt.objects.count() == 1
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM stock_purchasereceipt")
