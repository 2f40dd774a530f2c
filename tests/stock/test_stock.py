"""Goods: first expired first out, kits that remember what is in them, and values that sum to the fen."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.journal.models import Lot, LotSource
from logistics.journal.reads import purse_balance
from logistics.kernel.refusals import Refusal
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parties.actions import CodeTaken
from logistics.stock.actions import (
    KitOfKits,
    LinesOutOfBounds,
    QuantityOutOfBounds,
    assemble_kits,
    break_up_kits,
    register_item,
    register_kit_recipe,
)
from logistics.stock.models import Assembly, Purchase
from logistics.stock.picking import GoodsOfAnotherFund, LotExpired, StockShort
from logistics.stock.purchases import PurchaseLineInput, record_purchase
from logistics.stock.reads import stock_rows
from tests.books import balance_of
from tests.cast import World
from tests.looking import assert_books_close, nothing_written


def _plan(world: World, quantity: int = 1):  # type: ignore[no-untyped-def]
    return plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(world.gloves, quantity)],
        recipients=[Recipient(world.family)],
        now=world.now,
    )[0]


def _assemble(world: World, quantity: int, **more):  # type: ignore[no-untyped-def]
    return assemble_kits(
        actor=world.partner,
        recipe=world.recipe,
        warehouse=world.warehouse,
        fund=more.pop("fund", world.warm_fund),
        quantity=quantity,
        now=world.now,
        **more,
    )


def test_what_expires_first_leaves_first(world: World) -> None:
    world.give_money(600)
    for day in (None, dt.date(2026, 9, 1), dt.date(2026, 3, 1)):
        world.buy((world.gloves, 2, 200), expires_on=day)
    expiries = [row[4] for parcel in (_plan(world, 2), _plan(world, 2), _plan(world, 2)) for row in parcel.contents]
    assert expiries == ["2026-03-01", "2026-09-01", None]


def test_one_parcel_takes_from_several_lots_and_sums_their_values(world: World) -> None:
    world.give_money(1_000)
    world.buy((world.gloves, 3, 100))
    world.buy((world.gloves, 3, 200))
    parcel = _plan(world, 4)
    # Three for 100 fen, and the first of three for 200: 66 fen, since remainders go to the last units.
    assert (len(parcel.contents), parcel.value_minor) == (2, 166)
    assert_books_close()


def test_each_reason_for_too_little_is_told_apart(world: World) -> None:
    world.give_money(1_000)
    world.give_money(1_000, fund=world.girls_fund)
    world.buy((world.vest, 1, 100), fund=world.girls_fund)
    with nothing_written(), pytest.raises(StockShort):
        _plan(world)
    world.buy((world.gloves, 1, 100), expires_on=dt.date(2026, 1, 13))
    later = World(**{**vars(world), "now": world.now + dt.timedelta(days=5)})
    with nothing_written(), pytest.raises(LotExpired):
        _plan(later)
    with nothing_written(), pytest.raises(GoodsOfAnotherFund):
        plan_parcels(
            actor=world.partner,
            programme=world.warm,
            warehouse=world.warehouse,
            lines=[(world.vest, 1)],
            fund=world.warm_fund,
            now=world.now,
        )


def test_kits_are_made_whole_and_taken_apart_into_the_same_units(world: World) -> None:
    world.stock_kits(3)
    before = {row.item_code: (row.on_hand, row.value_minor) for row in stock_rows(organisation=world.county)}
    assert before == {"warm-kit": (3, 60_000)}
    break_up_kits(
        actor=world.partner,
        recipe=world.recipe,
        warehouse=world.warehouse,
        fund=world.warm_fund,
        quantity=2,
        now=world.now,
    )
    after = {row.item_code: (row.on_hand, row.value_minor) for row in stock_rows(organisation=world.county)}
    assert after == {"warm-kit": (1, 20_000), "gloves": (2, 4_000), "vest": (2, 16_000), "blanket": (2, 20_000)}
    assert_books_close()
    _assemble(world, 2)
    assert_books_close()


def test_a_kit_expires_with_its_first_part(world: World) -> None:
    world.give_money(20_000)
    world.buy((world.gloves, 1, 1_000), expires_on=dt.date(2027, 1, 1))
    world.buy((world.vest, 1, 1_000), expires_on=dt.date(2026, 5, 1))
    world.buy((world.blanket, 1, 1_000))
    assembly = _assemble(world, 1)
    assert Lot.objects.get(id=assembly.lot_id).expires_on == dt.date(2026, 5, 1)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10**6)), min_size=3, max_size=3), st.integers(1, 9))
@settings(max_examples=25)
def test_the_values_of_sources_sum_to_the_kit_whatever_they_cost(
    world: World, bought: list[tuple[int, int]], wanted: int
) -> None:
    from django.db import transaction

    with transaction.atomic():
        world.give_money(sum(total for _, total in bought))
        items = (world.gloves, world.vest, world.blanket)
        world.buy(*((item, *row) for item, row in zip(items, bought, strict=True)))
        quantity = min(wanted, *(count for count, _ in bought))
        assembly = _assemble(world, quantity)
        lot = Lot.objects.get(id=assembly.lot_id)
        assert sum(LotSource.objects.filter(made=lot).values_list("value_minor", flat=True)) == lot.value_minor
        for purchased in Lot.objects.filter(basis="INVOICE"):
            paid = LotSource.objects.filter(made=purchased).values_list("value_minor", flat=True)
            assert sum(paid) == purchased.value_minor
        assert_books_close()
        transaction.set_rollback(True)


def test_a_purchase_moves_money_to_the_supplier_and_goods_to_the_store(world: World) -> None:
    world.give_money(5_000)
    world.buy((world.gloves, 7, 3_001), (world.gloves, 1, 1_000))
    assert purse_balance(world.warm_fund.purse_id) == 999
    lots = Lot.objects.filter(item_id=world.gloves.id).order_by("quantity")
    assert [(lot.quantity, lot.value_minor) for lot in lots] == [(1, 1_000), (7, 3_001)]
    assert sum(balance_of(account=world.warehouse.account, lot=lot) for lot in lots) == 8
    assert_books_close()


@pytest.mark.parametrize("lines", [[], [("gloves", 0, 1)], [("gloves", 1, 0)], [("gloves", 1, 1)] * 201])
def test_lines_out_of_bounds_are_refused(world: World, lines: list[tuple[str, int, int]]) -> None:
    world.give_money(5_000)
    with nothing_written(), pytest.raises(Refusal):
        record_purchase(
            actor=world.partner,
            fund=world.warm_fund,
            supplier=world.supplier,
            warehouse=world.warehouse,
            purchased_at=world.now,
            lines=[PurchaseLineInput(getattr(world, name), quantity, total) for name, quantity, total in lines],
            invoice="F",
            reference="r",
            now=world.now,
        )
    assert not Purchase.objects.exists()


def test_the_same_token_assembles_once(world: World) -> None:
    from logistics.storage.rows import new_id

    world.give_money(40_000)
    world.buy((world.gloves, 2, 2), (world.vest, 2, 2), (world.blanket, 2, 2))
    token = new_id()
    assert _assemble(world, 1, token=token) == _assemble(world, 1, token=token)
    assert Assembly.objects.count() == 1


def test_recipes_are_checked(world: World) -> None:
    def register(code: str, *lines: tuple[object, int]) -> None:
        register_kit_recipe(code=code, name_zh="x", programme=world.warm, lines=list(lines))  # type: ignore[arg-type]

    with nothing_written(), pytest.raises(KitOfKits):
        register("new", (world.recipe.item, 1))
    with nothing_written(), pytest.raises(LinesOutOfBounds):
        register("new", (world.gloves, 1), (world.gloves, 2))
    with nothing_written(), pytest.raises(QuantityOutOfBounds):
        register("new", (world.gloves, 0))
    with nothing_written(), pytest.raises(CodeTaken):
        register("warm-kit", (world.gloves, 1))
    with nothing_written(), pytest.raises(CodeTaken):
        register_item(code="gloves", name_zh="x")
