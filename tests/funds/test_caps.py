"""What management cost in a year, against rules that are data."""

import datetime as dt

import pytest

from logistics.funds.caps import YearCap, management_cost_against_cap
from logistics.funds.cost_rules import CostRuleStands, CostRuleUnreadable, record_cost_rule
from logistics.funds.money_models import CostRule
from tests.cast import World
from tests.looking import nothing_written
from tests.money import earned_interest, paid_cost, reversed_entry

SOURCE = "示例规则，仅供演示"


def _rule(world: World, per_mille: int = 100, **other: object) -> CostRule:
    said: dict[str, object] = {
        "organisation_kind": "FEDERATION",
        "base": "YEAR_EXPENDITURE",
        "per_mille": per_mille,
        "source": SOURCE,
        "in_force_from": dt.date(2026, 1, 1),
        "is_example": True,
        "now": world.now,
    }
    return record_cost_rule(**(said | other))  # type: ignore[arg-type] -- as the test says


def _cap(world: World, year: int = 2026, as_of: dt.date | None = None) -> YearCap:
    (cap,) = management_cost_against_cap(world.county, year, as_of).years
    return cap


def test_a_year_is_held_against_the_rule_of_its_kind_of_body(world: World) -> None:
    _rule(world)
    _rule(world, 130, organisation_kind="FOUNDATION")
    world.walk(world.parcel())
    paid_cost_of(world, 3_000, "MANAGEMENT")
    paid_cost_of(world, 2_000, "TRANSPORT")
    cap = _cap(world)
    # A kit of 200 yuan delivered and 50 yuan of costs.
    assert (cap.base_minor, cap.cap_minor, cap.spent_minor, cap.is_within) == (25_000, 2_500, 3_000, False)
    assert (cap.source, cap.is_example) == (SOURCE, True)


def paid_cost_of(world: World, amount_minor: int, category: str) -> None:
    world.give_money(amount_minor)
    paid_cost(world, amount_minor, category)


def test_without_a_rule_it_says_what_was_spent_and_nothing_more(world: World) -> None:
    paid_cost_of(world, 700, "MANAGEMENT")
    found = management_cost_against_cap(world.county, 2026)
    assert (found.spent_minor, found.years, found.funds) == (700, [], [])


def test_a_reversed_cost_no_longer_counts(world: World) -> None:
    _rule(world)
    world.give_money(1_000)
    cost = paid_cost(world, 700, "MANAGEMENT")
    assert cost.entry is not None
    reversed_entry(world, cost.entry)
    assert (_cap(world).spent_minor, _cap(world).base_minor) == (0, 0)


def test_the_later_rule_takes_over_from_its_day(world: World) -> None:
    _rule(world, 100)
    _rule(world, 80, in_force_from=dt.date(2026, 6, 1))
    assert _cap(world, as_of=dt.date(2026, 5, 31)).per_mille == 100
    assert _cap(world).per_mille == 80
    with nothing_written(), pytest.raises(CostRuleStands):
        _rule(world, 90, in_force_from=dt.date(2026, 6, 1))


def test_a_base_may_be_income_of_this_year_or_the_last(world: World) -> None:
    _rule(world, 100, base="YEAR_INCOME")
    _rule(world, 50, base="LAST_YEAR_INCOME", basis="AGENCY")
    _rule(world, 10, basis="OWN")
    world.give_money(10_000, at=dt.datetime(2025, 12, 30, tzinfo=dt.UTC))
    world.give_money(4_000)
    earned_interest(world, 60)
    caps = {cap.basis: cap for cap in management_cost_against_cap(world.county, 2026).years}
    # The cast's funds are held for their owners (AGENCY): nothing of theirs counts under OWN.
    assert {basis: cap.base_minor for basis, cap in caps.items()} == {"": 4_060, "AGENCY": 10_000, "OWN": 0}
    assert caps["AGENCY"].cap_minor == 500


def test_a_small_cost_may_be_free_of_the_cap(world: World) -> None:
    _rule(world, 0, free_minor=800)
    paid_cost_of(world, 800, "MANAGEMENT")
    assert _cap(world).is_within
    paid_cost_of(world, 1, "MANAGEMENT")
    assert not _cap(world).is_within


def test_it_answers_as_of_a_day_and_as_known_at_a_moment(world: World) -> None:
    _rule(world)
    paid_cost_of(world, 700, "MANAGEMENT")
    assert _cap(world, as_of=dt.date(2026, 1, 11)).spent_minor == 0
    assert _cap(world, as_of=dt.date(2026, 1, 12)).spent_minor == 700
    earlier = management_cost_against_cap(world.county, 2026, known_at=world.now - dt.timedelta(seconds=1))
    assert earlier.spent_minor == 0
    assert management_cost_against_cap(world.county, 2025).spent_minor == 0


@pytest.mark.parametrize(
    "other",
    [
        {"organisation_kind": "CLUB"},
        {"base": "PROFIT"},
        {"basis": "THEIRS"},
        {"per_mille": 1_001},
        {"per_mille": -1},
        {"free_minor": -1},
        {"source": " "},
    ],
)
def test_it_refuses_a_rule_that_says_nothing_sure(world: World, other: dict[str, object]) -> None:
    with nothing_written(), pytest.raises(CostRuleUnreadable):
        _rule(world, **other)  # type: ignore[arg-type]
