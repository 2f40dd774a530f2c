"""Vouchers and the trial balance: the books in the accountant's form."""

import datetime as dt
from collections import defaultdict

from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.actions import reverse_entry
from logistics.journal.models import EntryKind
from logistics.journal.sealing import seal_leaves
from logistics.ledgers.reads import get_ledger, named_cells, page_of_ledger
from logistics.ledgers.scope import Cell, LedgerScope
from logistics.ledgers.sums import closings, turnovers
from logistics.ledgers.trial_balance import balance_lines
from logistics.ledgers.words import ENTRY_KINDS
from tests.cast import World
from tests.journal.test_periods import _close

FEBRUARY = dt.datetime(2026, 2, 10, tzinfo=dt.UTC)


def _rows(name: str, scope: LedgerScope) -> list[dict[str, Cell]]:
    ledger = get_ledger(name)
    return [named_cells(ledger, row) for row in ledger.rows(scope)]


def _said(row: dict[str, Cell]) -> tuple[Cell, ...]:
    return row["number"], row["line"], row["summary"], row["subject"], row["debit"], row["credit"]


def test_it_books_as_an_accountant_does(world: World) -> None:
    world.walk(world.parcel())
    seal_leaves(now=world.now)
    assert [_said(row) for row in _rows("vouchers", LedgerScope(world.county))] == [
        ("2026-01-1", 1, "接受捐赠", "1002", 20_000, 0),
        ("2026-01-1", 2, "接受捐赠", "2601", 0, 20_000),
        ("2026-01-2", 1, "采购物资", "1701", 20_000, 0),
        ("2026-01-2", 2, "采购物资", "1002", 0, 20_000),
        ("2026-01-3", 1, "发放", "2601", 20_000, 0),
        ("2026-01-3", 2, "发放", "1701", 0, 20_000),
    ]


def test_debits_and_credits_of_every_voucher_are_equal(world: World) -> None:
    world.stock_kits(3)
    for parcel in world.plan(2):
        world.walk(parcel)
    gift = world.give_money(777)
    reverse_entry(entry=gift.entry, now=world.now, reason_key="mistake")
    sums: dict[Cell, int] = defaultdict(int)
    for row in _rows("vouchers", LedgerScope(world.county)):
        assert isinstance(row["debit"], int) and isinstance(row["credit"], int)
        sums[row["entry"]] += row["debit"] - row["credit"]
    assert len(sums) == 6 and set(sums.values()) == {0}
    last = _rows("vouchers", LedgerScope(world.county))[-1]
    assert (last["summary"], last["reverses"]) == ("冲正：接受捐赠", str(gift.entry_id))


def test_goods_without_value_stand_on_a_voucher_without_an_amount(world: World) -> None:
    from logistics.donations.goods import LineInput, record_goods_donation

    record_goods_donation(
        actor=world.partner,
        programme=world.warm,
        fund=world.warm_fund,
        donor=world.donor,
        warehouse=world.warehouse,
        received_at=world.now,
        reference="old-clothes",
        lines=[LineInput(world.vest, 5, "NONE")],
        now=world.now,
    )
    assert [(row["subject"], row["debit"], row["credit"]) for row in _rows("vouchers", LedgerScope(None))] == [
        ("1701", 0, 0),
        ("2601", 0, 0),
    ]


def test_a_number_is_told_from_the_moment_that_it_was_given(world: World) -> None:
    world.give_money(100)
    early, late = (LedgerScope(None, known_at=world.now + dt.timedelta(hours=hours)) for hours in (1, 3))
    seal_leaves(now=world.now + dt.timedelta(hours=2))
    assert {(row["number"], row["state"]) for row in _rows("vouchers", early)} == {(None, "UNNUMBERED")}
    assert {(row["number"], row["state"]) for row in _rows("vouchers", late)} == {("2026-01-1", "POSTED")}
    ledger = get_ledger("vouchers")
    assert [ledger.summary(scope) for scope in (early, late)] == [
        {"vouchers": 1, "unnumbered": 1},
        {"vouchers": 1, "unnumbered": 0},
    ]


def test_pages_may_end_within_a_voucher(world: World) -> None:
    world.stock_kits(2)
    scope, seen, after = LedgerScope(world.county), [], None
    while True:
        items, after = page_of_ledger(get_ledger("vouchers"), scope, after=after, limit=1)
        seen += items
        if after is None:
            break
    assert seen == _rows("vouchers", scope)


def test_every_kind_of_entry_has_its_words() -> None:
    assert set(ENTRY_KINDS) == set(EntryKind.values)


def test_the_trial_balance_sums_to_nothing_and_keeps_bases_apart(world: World) -> None:
    from logistics.funds.models import Fund

    world.stock_kits(2)
    world.walk(world.plan()[0])
    Fund.objects.filter(id=world.girls_fund.id).update(basis="OWN")
    world.give_money(5_000, fund=world.girls_fund)
    rows = _rows("trial-balance", LedgerScope(world.county))
    summed: dict[Cell, int] = defaultdict(int)
    for row in rows:
        summed[row["commodity"]] += row["closing_quantity"]  # type: ignore[operator]
        assert row["opening_value"] == row["opening_quantity"] == 0
    assert set(summed.values()) == {0}
    held = {
        (row["basis"], row["subject"], row["account_kind"], row["commodity"]): row["closing_value"]
        for row in rows
        if row["closing_value"]
    }
    assert held["OWN", "1002", "BANK", "CNY"] == 5_000
    assert held["OWN", "4101", "DONOR", "CNY"] == -5_000
    assert held["AGENCY", "1701", "WAREHOUSE", "warm-kit"] == 20_000
    assert held["AGENCY", "2601", "HOUSEHOLD", "warm-kit"] == 20_000
    summary = get_ledger("trial-balance").summary(LedgerScope(world.county))
    assert summary["debit"] == summary["credit"] > 0
    assert summary["held_by_basis"] == {"AGENCY": 20_000, "APPROPRIATION": 0, "OWN": 5_000}


def test_a_year_opens_with_what_the_last_closed_with(world: World) -> None:
    world.walk(world.parcel())
    world.give_money(300)
    _close(world)
    world.now = FEBRUARY
    world.give_money(500)
    january, february = (
        {(row.chart.code, row.account_kind, row.commodity): row.turnover for row in balance_lines(scope)}
        for scope in (
            LedgerScope(world.county, to_on=dt.date(2026, 1, 31)),
            LedgerScope(world.county, from_on=dt.date(2026, 2, 1)),
        )
    )
    for key, turnover in january.items():
        assert (february[key].opening if key in february else (0, 0)) == turnover.closing
    assert february["1002", "BANK", "CNY"].debit == (500, 500)


def test_a_closing_saves_the_history_before_it(world: World) -> None:
    by = ("account__kind", "lot__item_id")
    world.walk(world.parcel())
    scope = LedgerScope(world.county, as_of=dt.date(2026, 1, 31))
    before = closings(scope, by)
    _close(world)
    world.now = FEBRUARY
    world.give_money(100)
    assert closings(scope, by) == before
    with CaptureQueriesContext(connection) as queries:
        assert closings(LedgerScope(world.county), by) != before
    moved = [query["sql"] for query in queries.captured_queries if 'FROM "journal_transfer"' in query["sql"]]
    assert len(moved) == 2 and all("booked_on" in sql and "2026-01-31" in sql for sql in moved)
    # Known before the closing: nothing was frozen then, and the sums are the same.
    early = LedgerScope(world.county, as_of=dt.date(2026, 1, 31), known_at=world.now - dt.timedelta(days=7))
    assert closings(early, by) == before
    assert turnovers(early, by).keys() == before.keys() | turnovers(early, by).keys()
