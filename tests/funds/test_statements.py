"""The statement of funds adds up whatever was booked, and keeps the three kinds of money apart."""

import datetime as dt
import uuid

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.funds.actions import register_fund
from logistics.funds.models import Fund
from logistics.funds.statements import Statement, by_basis, line_of, statement_of_funds
from logistics.journal.models import AccountKind, EntryKind
from logistics.journal.reads import purse_balance
from logistics.journal.sums import HELD, Flow
from logistics.kernel.eligibility import Terms
from tests.cast import World, raise_curtain
from tests.money import earned_interest, paid_cost, reversed_entry


def _statements(world: World, **narrowed: object) -> dict[tuple[str, bool], Statement]:
    rows = statement_of_funds(world.county, **narrowed)  # type: ignore[arg-type] -- as the test says
    return {(row.fund_code, row.is_money): row for row in rows}


def _fund(world: World, code: str, basis: str) -> Fund:
    return register_fund(
        code=code,
        name_zh=code,
        programme=world.warm,
        owner=world.county,
        holder=world.county,
        basis=basis,
        terms=Terms(),
        now=world.now,
    )


def test_it_says_what_came_in_what_went_out_and_what_is_left(world: World) -> None:
    world.walk(world.parcel())
    world.give_money(5_000)
    reversed_entry(world, world.give_money(900).entry)
    earned_interest(world, 40)
    paid_cost(world, 300, "MANAGEMENT")
    paid_cost(world, 200, "PRINTING")
    found = _statements(world)
    money, goods = found["warm-2026", True], found["warm-2026", False]
    assert {name: value for name, value in money.lines_in.items() if value} == {"received": 25_000, "interest": 40}
    assert {name: value for name, value in money.lines_out.items() if value} == {"spent": 20_000, "costs": 500}
    assert money.costs == {"MANAGEMENT": 300, "PRINTING": 200}
    assert money.balance_minor == purse_balance(world.warm_fund.purse_id) == 4_540
    assert {name: value for name, value in goods.lines_in.items() if value} == {"bought": 20_000}
    assert {name: value for name, value in goods.lines_out.items() if value} == {"given": 20_000}
    assert goods.balance_minor == 0


def test_own_agency_and_appropriation_never_meet(world: World) -> None:
    for code, basis in (("own", "OWN"), ("budget", "APPROPRIATION")):
        world.give_money(100, fund=_fund(world, code, basis))
    world.give_money(7)
    kept = by_basis(statement_of_funds(world.county))
    assert {basis: [row.fund_code for row in rows] for basis, rows in kept.items()} == {
        "OWN": ["own"],
        "AGENCY": ["warm-2026"],
        "APPROPRIATION": ["budget"],
    }


def test_a_span_of_days_starts_where_the_last_one_ended(world: World) -> None:
    world.give_money(1_000, at=world.now - dt.timedelta(days=30))
    world.give_money(500)
    paid_cost(world, 100)
    day = world.now.date()
    before = _statements(world, to_on=day - dt.timedelta(days=1))["warm-2026", True]
    during = _statements(world, from_on=day)["warm-2026", True]
    assert (before.balance_minor, during.start_minor, during.balance_minor) == (1_000, 1_000, 1_400)
    assert (during.lines_in["received"], during.lines_out["costs"]) == (500, 100)
    assert _statements(world, known_at=world.now - dt.timedelta(hours=1)) == {}


def test_it_is_narrowed_to_funds_and_a_stranger_sees_nothing(world: World) -> None:
    world.give_money(500)
    assert _statements(world, funds=[world.girls_fund]) == {}
    assert statement_of_funds(world.stranger_county) == []
    assert len(statement_of_funds(world.province)) == 1


def test_no_flow_falls_out_whatever_kinds_meet() -> None:
    """Every pair of kinds has a line unless both ends are in our care."""
    for entry_kind in EntryKind:
        for from_kind in AccountKind:
            for to_kind in AccountKind:
                flow = Flow(
                    *(uuid.uuid4(), "CNY", True, entry_kind, from_kind, to_kind, ""),
                    from_inside=from_kind in HELD,
                    to_inside=to_kind in HELD,
                    quantity=1,
                    value_minor=1,
                )
                line = line_of(flow)
                if AccountKind.ASSEMBLY in (from_kind, to_kind) or (from_kind in HELD) == (to_kind in HELD):
                    assert line is None
                else:
                    assert line is not None
                    assert line[1] == (1 if to_kind in HELD else -1)


STEPS = st.lists(st.tuples(st.sampled_from(["gift", "cost", "interest", "undo"]), st.integers(1, 300)), max_size=8)


@given(STEPS)
@settings(max_examples=6)
def test_whatever_is_booked_the_statement_ends_at_the_balance(db: None, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        world = raise_curtain()
        world.give_money(5_000)
        for step, amount in steps:
            if step == "gift":
                world.give_money(amount)
            elif step == "cost":
                paid_cost(world, amount)
            elif step == "interest":
                earned_interest(world, amount)
            else:
                reversed_entry(world, world.give_money(amount).entry)
        row = _statements(world)["warm-2026", True]
        assert row.balance_minor == purse_balance(world.warm_fund.purse_id)
        transaction.set_rollback(True)
