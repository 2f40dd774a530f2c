"""The compliance sheet and the quarterly disclosure, and the registers beside them."""

import datetime as dt

from logistics.donations.bills import BillInput, register_official_bill
from logistics.funds.actions import revise_fund
from logistics.funds.agreements import record_agreement
from logistics.kernel.eligibility import Terms
from logistics.ledgers.disclosure import Published, small_cells
from logistics.ledgers.reads import get_ledger, named_cells
from logistics.ledgers.scope import Cell, LedgerScope
from tests.cast import World
from tests.money import paid_cost

DAY = dt.timedelta(days=1)


def _rows(name: str, scope: LedgerScope) -> list[dict[str, Cell]]:
    ledger = get_ledger(name)
    return [named_cells(ledger, row) for row in ledger.rows(scope)]


def _found(check: str, scope: LedgerScope) -> list[dict[str, Cell]]:
    return [row for row in _rows("compliance", scope) if row["check"] == check]


def test_it_keeps_restricted_and_unrestricted_apart(world: World) -> None:
    world.give_money(300)
    world.give_money(700, fund=world.girls_fund)
    scope = LedgerScope(world.county)
    assert [(row["subject"], row["figure"]) for row in _found("RESTRICTED", scope)] == [
        ("balance", 700),
        ("goods_balance", 0),
    ]
    assert [row["figure"] for row in _found("UNRESTRICTED", scope)] == [300, 0]


def test_it_tells_since_when_designated_money_waits(world: World) -> None:
    for days, amount in ((20, 100), (10, 200)):
        world.give_money(amount, fund=world.girls_fund, at=world.now - days * DAY)
    (row,) = _found("WAITING", LedgerScope(world.county, as_of=dt.date(2026, 1, 12)))
    assert (row["subject"], row["figure"], row["days"], row["day"]) == ("girls-2026", 300, 20, "2025-12-23")
    world.buy((world.gloves, 1, 100), fund=world.girls_fund)
    (row,) = _found("WAITING", LedgerScope(world.county))
    assert (row["figure"], row["days"], row["day"]) == (200, 10, "2026-01-02")


def test_it_lists_large_gifts_and_those_without_a_bill(world: World) -> None:
    world.give_money(9_999_999)
    large = world.give_money(10_000_000)
    scope = LedgerScope(world.county)
    assert [row["figure"] for row in _found("LARGE_GIFT", scope)] == [10_000_000]
    (row,) = _found("WITHOUT_OFFICIAL_BILL", scope)
    assert (row["count"], row["figure"]) == (2, 19_999_999)
    _register_bill(world, large)
    (row,) = _found("WITHOUT_OFFICIAL_BILL", scope)
    assert row["count"] == 1
    told = {row["amount"]: row["official_bill"] for row in _rows("donations", scope)}
    assert told[9_999_999] is None and told[10_000_000]
    early = LedgerScope(world.county, known_at=world.now)
    assert {row["official_bill"] for row in _rows("donations", early)} == {None}


def _register_bill(world: World, gift):  # type: ignore[no-untyped-def]
    bill = BillInput("36010126", "0012345678", dt.date(2026, 1, 12), "示例县妇女联合会", gift.amount_minor)
    register_official_bill(actor=world.as_actor(world.officer), donation=gift, bill=bill, now=world.now + DAY)


def test_it_tells_of_changed_terms_and_missing_evidence(world: World) -> None:
    world.give_money(100_000)
    paid_cost(world, 500, "MANAGEMENT")
    revise_fund(
        fund=world.girls_fund,
        terms=Terms(sexes=("FEMALE",)),
        in_force_from=dt.date(2026, 2, 1),
        consent_sha256="a" * 64,
        now=world.now,
    )
    scope = LedgerScope(world.county)
    assert [(row["subject"], row["count"], row["source"]) for row in _found("TERMS_CHANGED", scope)] == [
        ("girls-2026", 2, "a" * 64)
    ]
    assert _found("TERMS_CHANGED", LedgerScope(world.county, known_at=world.now - DAY)) == []
    assert {row["subject"]: row["count"] for row in _found("WITHOUT_EVIDENCE", scope)} == {"DONATION": 1}
    cost = _found("MANAGEMENT_COST", scope)
    assert cost and {row["figure"] for row in cost} == {500}
    summary = get_ledger("compliance").summary(scope)
    assert summary["findings"]["TERMS_CHANGED"] == 1


def test_small_cells_are_left_out_and_never_one_alone() -> None:
    quarter, programme = "2026Q1", "warm"
    found = {
        (quarter, programme, township): Published(families=families)
        for township, families in (("a", 3), ("b", 9), ("c", 40))
    }
    assert {key[2] for key in small_cells(found)} == {"a", "b"}
    found[quarter, programme, "d"] = Published(families=4)
    assert {key[2] for key in small_cells(found)} == {"a", "d"}
    assert small_cells({(quarter, programme, "a"): Published(families=5)}) == set()


def test_the_disclosure_names_no_small_township(world: World) -> None:
    world.walk(world.parcel())
    (row,) = _rows("disclosure", LedgerScope(world.county))
    assert row == {
        "quarter": "2026Q1",
        "programme": "warm-heart-pack",
        "township": "少云镇",
        "families": None,
        "parcels": None,
        "value": None,
        "grants": None,
        "granted": None,
        "is_left_out": 1,
    }
    summary = get_ledger("disclosure").summary(LedgerScope(world.county))
    assert (summary["received"], summary["spent"], summary["left_out"]) == (20_000, 20_000, 1)


def test_it_holds_a_fund_s_own_cap_against_what_management_cost_it(world: World) -> None:
    world.give_money(10_000)
    agreed = world.now + 2 * DAY
    paid_cost(world, 250, "MANAGEMENT")
    record_agreement(
        actor=world.as_actor(world.officer),
        fund=world.warm_fund,
        number="协-1",
        signed_on=world.now.date(),
        document_sha256="d" * 64,
        management_cap_per_mille=20,
        now=agreed,
    )
    (row,) = _found("FUND_MANAGEMENT_COST", LedgerScope(world.county))
    assert (row["subject"], row["figure"], row["limit"], row["source"]) == ("warm-2026", 250, 200, "协-1")
    assert row["is_within"] == 0
    # Before somebody wrote the agreement down, no cap was known.
    assert _found("FUND_MANAGEMENT_COST", LedgerScope(world.county, known_at=agreed - DAY)) == []
    world.now += 3 * DAY
    world.give_money(10_000)
    (row,) = _found("FUND_MANAGEMENT_COST", LedgerScope(world.county, as_of=agreed.date()))
    assert row["limit"] == 200
