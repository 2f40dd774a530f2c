"""The journal as books of plain text: independent programs check them, and find the balances that we say."""

import datetime as dt
from pathlib import Path

from logistics.ledgers.books import account_name, commodity_name
from logistics.ledgers.charts import ChartLine
from logistics.ledgers.formats import written
from logistics.ledgers.scope import LedgerScope
from logistics.storage.rows import new_id
from tests.cast import World
from tests.journal.test_periods import _close
from tests.ledgers.oracles import assert_programs_agree, own_balances


def test_it_agrees_on_a_part_of_the_books_that_opens_with_a_closing(world: World, tmp_path: Path) -> None:
    world.walk(world.parcel())
    _close(world)
    world.now = dt.datetime(2026, 2, 10, tzinfo=dt.UTC)
    world.stock_kits(2)
    scope = LedgerScope(world.county, from_on=dt.date(2026, 2, 1), as_of=dt.date(2026, 2, 28))
    assert_programs_agree(scope, tmp_path)
    assert "期初余额" in b"".join(written("journal", "hledger", scope)).decode()
    assert own_balances(scope) == own_balances(LedgerScope(world.county))


def test_an_empty_book_is_a_book(world: World, tmp_path: Path) -> None:
    assert_programs_agree(LedgerScope(world.stranger_county), tmp_path)


def test_names_are_such_as_both_programs_take() -> None:
    item = new_id()
    for code in ("gloves", "手套", "9-vest", "a" * 40, "毛衣 Größe 3", "-"):
        name = commodity_name(item, code)
        assert name.isascii() and name[0].isalpha() and name == name.upper() and len(name) <= 24
        assert commodity_name(new_id(), code) != name
    chart = ChartLine("AGENCY", "IN_TRANSIT", "1002.01", "银行存款·受托（一）", "x", "ASSETS")
    assert account_name(chart, "IN_TRANSIT") == "Assets:Agency:1002-01-银行存款-受托-一:IN-TRANSIT"
