"""Yarn goes out to those who knit; garments of a size come back, worth what the yarn was, with its givers."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.donations.goods import LineInput
from logistics.funds.statements import statement_of_funds
from logistics.journal.models import Lot
from logistics.kernel.refusals import Refusal
from logistics.ledgers.traces import trace_of_gift, trace_of_parcel
from logistics.parcels.actions import plan_parcels
from logistics.parties.references import ReferenceReused
from logistics.stock.actions import QuantityOutOfBounds, register_item
from logistics.stock.hours import HoursOutOfBounds, record_volunteer_hours
from logistics.stock.knitters import KnitterMissing, get_knitter, register_knitter, yarn_held
from logistics.stock.knitting import (
    GarmentIsYarn,
    YarnInput,
    YarnShort,
    move_yarn_out,
    receive_garments,
    receive_yarn_back,
    record_yarn_lost,
)
from logistics.stock.models import Item, Knitter, VolunteerHours
from logistics.stock.picking import StockShort
from logistics.stock.reads import stock_rows
from logistics.stock.unvalued import unvalued_goods
from logistics.storage.rows import new_id
from tests.cast import World, raise_curtain
from tests.looking import assert_books_close, nothing_written
from tests.money import given_goods


class Circle:
    """A knitter, yarn that two donors gave, and the sweater that she knits."""

    def __init__(self, world: World, basis: str = "AGREEMENT") -> None:
        self.world = world
        self.yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
        self.sweater = register_item(code="sweater-120", name_zh="毛衣 120", size="120")
        values = (None, None) if basis == "NONE" else (1_001, 3_000)
        self.gifts = [
            given_goods(world, LineInput(self.yarn, grams, basis, value))
            for grams, value in zip((700, 1_000), values, strict=True)
        ]
        self.knitter = register_knitter(actor=world.partner, name="示例志愿者")
        self.number = 0

    def input(self, quantity: int, garments: int = 0, garment: Item | None = None, **other: object) -> YarnInput:
        self.number += 1
        said: dict[str, object] = {
            "knitter": self.knitter,
            "fund": self.world.warm_fund,
            "yarn": self.yarn,
            "quantity": quantity,
            "happened_at": self.world.now,
            "reference": f"yarn-{self.number}",
            "warehouse": self.world.warehouse,
            "garment": garment or (self.sweater if garments else None),
            "garments": garments,
        }
        return YarnInput(**(said | other))  # type: ignore[arg-type] -- as the test says

    def out(self, quantity: int) -> None:
        move_yarn_out(actor=self.world.partner, yarn=self.input(quantity), now=self.world.now)

    def knit(self, quantity: int, garments: int) -> Lot:
        move, _ = receive_garments(actor=self.world.partner, yarn=self.input(quantity, garments), now=self.world.now)
        return Lot.objects.get(origin=move.entry)

    def back(self, quantity: int) -> None:
        receive_yarn_back(actor=self.world.partner, yarn=self.input(quantity), now=self.world.now)

    def lose(self, quantity: int) -> None:
        record_yarn_lost(actor=self.world.partner, yarn=self.input(quantity), now=self.world.now)

    def held(self) -> int:
        return sum(row.quantity for row in yarn_held(self.world.county))


@pytest.fixture
def circle(world: World) -> Circle:
    return Circle(world)


def test_yarn_out_is_in_her_hands_and_still_ours(circle: Circle) -> None:
    circle.out(900)
    (row,) = yarn_held(circle.world.county)
    assert (row.knitter.id, row.item.code, row.fund_code, row.quantity) == (
        circle.knitter.id,
        "yarn",
        "warm-2026",
        900,
    )
    assert [trace_of_gift(gift).by_stage()["WITH_VOLUNTEERS"] for gift in circle.gifts] == [1_001, 600]
    (goods,) = statement_of_funds(circle.world.county)
    assert goods.balance_minor == 4_001
    assert list(yarn_held(circle.world.stranger_county)) == []
    assert_books_close()


def test_garments_are_worth_the_yarn_and_remember_who_gave_it(circle: Circle) -> None:
    circle.out(1_700)
    lot = circle.knit(1_000, 3)
    # 700 g at 10.01 yuan and 300 g at 9 yuan.
    assert (lot.quantity, lot.value_minor, lot.basis, lot.item_id) == (3, 1_901, "KNITTING", circle.sweater.id)
    assert sum(row.value_minor for row in lot.sources.all()) == 1_901
    world = circle.world
    parcels = plan_parcels(
        actor=world.partner,
        programme=world.warm,
        warehouse=world.warehouse,
        lines=[(circle.sweater, 1)],
        count=3,
        now=world.now,
    )
    traces = [trace_of_parcel(parcel) for parcel in parcels]
    assert sum(trace.value_minor for trace in traces) == 1_901
    for trace in traces:
        assert sum(share.value_minor for share in trace.gifts) == trace.value_minor
        assert {share.donation_id for share in trace.gifts} == {gift.id for gift in circle.gifts}
    for gift in circle.gifts:
        assert sum(share.value_minor for share in trace_of_gift(gift).shares) == gift.amount_minor
    assert_books_close()


def test_what_is_left_comes_back_and_what_is_lost_is_lost(circle: Circle) -> None:
    circle.out(1_700)
    circle.knit(600, 2)
    circle.back(900)
    circle.lose(200)
    assert circle.held() == 0
    on_hand: dict[str, int] = {}
    for row in stock_rows(organisation=circle.world.county):
        on_hand[row.item_code] = on_hand.get(row.item_code, 0) + row.on_hand
    assert on_hand == {"yarn": 900, "sweater-120": 2}
    stages = [trace_of_gift(gift).by_stage() for gift in circle.gifts]
    assert [sum(found.values()) for found in stages] == [1_001, 3_000]
    assert sum(found["LOST"] for found in stages) > 0
    assert_books_close()


def test_more_than_she_holds_is_refused(circle: Circle) -> None:
    circle.out(500)
    for act in (lambda: circle.knit(501, 1), lambda: circle.back(501), lambda: circle.lose(501)):
        with nothing_written(), pytest.raises(YarnShort):
            act()
    with nothing_written(), pytest.raises(StockShort):
        circle.out(1_201)


def test_yarn_of_another_fund_is_not_hers_to_use(circle: Circle) -> None:
    circle.out(500)
    other = circle.input(1, 1, fund=circle.world.girls_fund)
    with nothing_written(), pytest.raises(YarnShort):
        receive_garments(actor=circle.world.partner, yarn=other, now=circle.world.now)


def test_it_refuses_what_no_knitter_makes(circle: Circle) -> None:
    circle.out(500)
    kit = circle.world.recipe.item
    for garment in (circle.yarn, kit):
        with nothing_written(), pytest.raises(GarmentIsYarn):
            receive_garments(actor=circle.world.partner, yarn=circle.input(1, 1, garment), now=circle.world.now)
    with nothing_written(), pytest.raises(GarmentIsYarn):
        receive_garments(actor=circle.world.partner, yarn=circle.input(1, 0), now=circle.world.now)
    for act in (lambda: circle.out(0), lambda: circle.knit(1, 10_001)):
        with nothing_written(), pytest.raises(QuantityOutOfBounds):
            act()


def test_a_reference_counts_once(circle: Circle) -> None:
    yarn = circle.input(100, reference="y")
    first, _ = move_yarn_out(actor=circle.world.partner, yarn=yarn, now=circle.world.now)
    with nothing_written():
        assert move_yarn_out(actor=circle.world.partner, yarn=yarn, now=circle.world.now) == (first, False)
    with nothing_written(), pytest.raises(ReferenceReused):
        receive_yarn_back(actor=circle.world.partner, yarn=yarn, now=circle.world.now)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE stock_yarnmove SET yarn_quantity = 1")


def test_garments_of_yarn_without_value_have_none_either(world: World) -> None:
    circle = Circle(world, "NONE")
    circle.out(500)
    lot = circle.knit(500, 2)
    assert (lot.basis, lot.value_minor) == ("NONE", 0)
    register = {row.item_code: (row.in_care, row.given, row.gone) for row in unvalued_goods(world.county)}
    assert register["sweater-120"] == (2, 0, 0)
    assert all(row.value_minor is None for row in stock_rows(organisation=world.county))


def test_a_knitter_is_registered_once_and_seen_by_her_own(world: World) -> None:
    token = new_id()
    first = register_knitter(actor=world.partner, name="示例志愿者", token=token)
    assert register_knitter(actor=world.partner, name="示例志愿者", token=token).id == first.id
    assert Knitter.objects.count() == 1
    assert get_knitter(reference=first.reference, organisation=world.province).id == first.id
    with pytest.raises(KnitterMissing):
        get_knitter(reference=first.reference, organisation=world.stranger_county)


def test_hours_are_a_memo_and_no_amount(world: World) -> None:
    said = {"actor": world.partner, "programme": world.warm, "activity": "组装暖心包", "now": world.now}
    token = new_id()
    row = record_volunteer_hours(**said, served_on=dt.date(2026, 1, 10), volunteers=12, minutes=2_160, token=token)
    again = record_volunteer_hours(**said, served_on=dt.date(2026, 1, 10), volunteers=12, minutes=2_160, token=token)
    assert (row.id, VolunteerHours.objects.count()) == (again.id, 1)
    assert statement_of_funds(world.county) == []
    for day, volunteers, minutes in (
        (dt.date(2026, 1, 13), 1, 1),
        (dt.date(2026, 1, 1), 0, 1),
        (dt.date(2026, 1, 1), 1, 0),
    ):
        with nothing_written(), pytest.raises(HoursOutOfBounds):
            record_volunteer_hours(**said, served_on=day, volunteers=volunteers, minutes=minutes)


STEP = st.tuples(st.sampled_from(["out", "knit", "back", "lose"]), st.integers(1, 900), st.integers(1, 9))


@given(st.lists(STEP, max_size=8))
@settings(max_examples=6)
def test_whatever_is_knitted_value_is_conserved(db: None, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        circle = Circle(raise_curtain())
        for step, grams, garments in steps:
            try:
                with transaction.atomic():
                    circle.knit(grams, garments) if step == "knit" else getattr(circle, step)(grams)
            except Refusal:
                continue
        for gift in circle.gifts:
            assert sum(share.value_minor for share in trace_of_gift(gift).shares) == gift.amount_minor
        (goods,) = statement_of_funds(circle.world.county)
        assert goods.balance_minor + goods.lines_out["lost"] == 4_001
        assert_books_close()
        transaction.set_rollback(True)
