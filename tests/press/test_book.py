"""The book of a bundle: on paper and as a workbook, with the ledgers' own figures, and the same bytes each time."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from labels.papers.spec import spelled
from logistics.funds.models import Basis
from logistics.journal.models import AccountKind
from logistics.ledgers.reads import LEDGERS
from logistics.ledgers.trial_balance import balance_lines
from logistics.press.bundles import book, book_tables
from logistics.press.bundles.book import book_pdf
from logistics.press.bundles.book_words import BASES, CHECKS, HEADINGS, PLACES, TOTAL
from logistics.press.bundles.bundle import Asked, Bundle
from logistics.press.bundles.workbook import SHEETS
from tests.books import fill_book, seal_all
from tests.cast import World
from tests.papers import assert_readable_by_all, page_count, words_of
from tests.press.bundles import FIRST, LAST, bundle_of


@pytest.fixture
def bundle(world: World) -> Bundle:
    """The county's books of a year."""
    fill_book(world)
    seal_all(world)
    return Bundle(Asked(world.county, FIRST, LAST))


def _drawn(bundle: Bundle) -> bytes:
    return b"".join(book_pdf(bundle))


def test_it_draws_a_cover_every_table_and_how_to_verify(bundle: Bundle) -> None:
    pdf = _drawn(bundle)
    said = words_of(pdf)
    assert_readable_by_all(pdf, f"账簿 {bundle.asked.organisation.code} {LAST}")
    assert all(heading.zh in said for heading in HEADINGS.values())
    assert "2026-01-01 — 2026-12-31" in said and bundle.asked.organisation.code in said
    assert "verify.py" in said and bundle.checkpoint.note.splitlines()[2] in said
    assert f"1 / {page_count(pdf)}" in said and f"{page_count(pdf)} / {page_count(pdf)}" in said


def test_it_gives_the_same_bytes_again(bundle: Bundle) -> None:
    assert _drawn(bundle) == _drawn(Bundle(bundle.asked))


def test_its_totals_balance_as_the_notes_say(bundle: Bundle) -> None:
    tables = {table.heading: table for table in book_tables.tables_of(bundle)}
    trial = [row[4:] for row in tables[HEADINGS["trial_balance"]].rows if row[2] == TOTAL]
    assert trial
    for opening, debit, credit, closing in trial:
        assert debit == credit and opening.minor == closing.minor == 0  # type: ignore[union-attr]
    funds = [[cell.minor for cell in row[4:]] for row in tables[HEADINGS["funds"]].rows]  # type: ignore[union-attr]
    assert funds
    for opening, came, went, closing, *goods in funds:
        assert opening + came - went == closing and goods[0] + goods[1] - goods[2] == goods[3]
    for row in tables[HEADINGS["movement"]].rows:
        opening, came, went, closing = row[2:6]
        assert opening + came - went == closing  # type: ignore[operator]


def test_a_table_ends_where_nobody_reads_on_and_names_its_file(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "BOOK_ROWS_MAX", 1)
    whole = book_tables.tables_of(bundle)
    cut = [book._cut(table) for table in whole]
    assert [table.left_out for table in cut] == [max(0, len(table.rows) - 1) for table in whole]
    assert "trial-balance.csv" in words_of(_drawn(bundle))


def test_a_name_that_the_font_lacks_is_spelled_and_sinks_nothing(bundle: Bundle) -> None:
    bundle.asked.organisation.name_zh = "示例\U0001f9e4会\u202e"
    assert "示例[U+1F9E4]会[U+202E]" in words_of(_drawn(bundle))
    assert spelled("妇联 ABC") == "妇联 ABC"


def test_every_word_that_the_books_know_has_one_on_paper() -> None:
    assert BASES.keys() == set(Basis.values) and PLACES.keys() == set(AccountKind.values)


def test_every_check_of_the_sheet_has_words(bundle: Bundle) -> None:
    ledger = LEDGERS["compliance"]
    assert {str(row.cells[0]) for row in ledger.rows(bundle.scope)} <= CHECKS.keys()


def test_the_workbook_has_the_sheets_that_an_auditor_imports(world: World, tmp_path: Path) -> None:
    fill_book(world)
    seal_all(world)
    first, second = (bundle_of(world, tmp_path, name=name) for name in ("a.zip", "b.zip"))
    assert _member(first, "book.xlsx") == _member(second, "book.xlsx")
    read = openpyxl.load_workbook(io.BytesIO(_member(first, "book.xlsx")), read_only=True)
    assert read.sheetnames == ["电子账簿", *SHEETS, "summary"]
    assert _heads(read, "会计科目")[2:7] == [
        "科目编号 code",
        "科目名称 zh",
        "科目级次 level",
        "科目类型 root",
        "余额方向 side",
    ]
    assert {"记账凭证日期 date", "记账凭证编号 number", "记账凭证行号 line", "借方原币金额(元) debit"} <= set(
        _heads(read, "记账凭证")
    )
    assert {"期初原币余额(借正贷负)(元) opening_value", "币种编码 currency"} <= set(_heads(read, "科目余额及发生额"))
    scope = Bundle(Asked(world.county, FIRST, LAST)).scope
    lines = list(read["科目余额及发生额"].iter_rows(min_row=2, values_only=True))
    debit = _heads(read, "科目余额及发生额").index("借方原币金额(元) debit_value")
    assert sum(round(row[debit] * 100) for row in lines) == sum(
        line.turnover.debit.value for line in balance_lines(scope)
    )
    cover = dict(read["电子账簿"].iter_rows(max_col=2, values_only=True))
    assert (cover["会计核算单位"], cover["本位币"]) == (world.county.code, "CNY")


def _member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def _heads(read: openpyxl.Workbook, sheet: str) -> list[str]:
    rows: Iterator[tuple[str, ...]] = read[sheet].iter_rows(max_row=1, values_only=True)
    return list(next(rows))
