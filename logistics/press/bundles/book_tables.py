"""What stands in the tables of book.pdf: the same figures as in the ledgers beside it, summed to what one reads."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from labels.papers.spec import Both
from logistics.journal.models import Lot
from logistics.journal.sums import HELD
from logistics.ledgers.compliance import ComplianceLedger
from logistics.ledgers.funds import FIGURES, GOODS, MONEY, FundsLedger
from logistics.ledgers.movement import IN, OUT, movements
from logistics.ledgers.reads import named_cells
from logistics.ledgers.scope import Cell, LedgerScope
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import Amount, Turnover, turnovers
from logistics.ledgers.trial_balance import balance_lines
from logistics.ledgers.words import ENTRY_KINDS
from logistics.ledgers.workbooks import BASE_CURRENCY
from logistics.press.bundles.book_words import BASES, CHECKS, HEADINGS, HEADS, NOTES, PLACES, SUBJECTS, TOTAL, YES_NO
from logistics.press.bundles.bundle import Bundle


class Money(NamedTuple):
    """An amount in minor units, and of which currency."""

    minor: int
    currency: str = BASE_CURRENCY


BookCell = str | int | Money
BookRow = tuple[BookCell, ...]


class Told(NamedTuple):
    """One table: heading, columns, rows, what to know of it, and the file that has every line."""

    heading: Both
    heads: tuple[Both, ...]
    rows: list[BookRow]
    note: Both | None
    file: str


def tables_of(bundle: Bundle) -> list[Told]:
    """Return the tables in the order in which they are read."""
    scope = bundle.scope
    return [_told(name, file, list(rows(scope))) for name, (file, rows) in _TABLES.items()]


def _told(name: str, file: str, rows: list[BookRow]) -> Told:
    return Told(HEADINGS[name], HEADS[name], rows, NOTES.get(name), file)


def _trial_balance(scope: LedgerScope) -> Iterator[BookRow]:
    """Sum the trial balance over what is counted: by basis, the accountant's account and ours; then each basis."""
    summed: dict[tuple[str, str, str, str, str], Turnover] = {}
    sums: dict[tuple[str, str], Turnover] = {}
    for line in balance_lines(scope):
        key = (line.chart.basis, line.chart.code, line.chart.zh, line.account_kind, line.currency)
        summed[key] = _plus(summed.get(key), line.turnover)
        sums[line.chart.basis, line.currency] = _plus(sums.get((line.chart.basis, line.currency)), line.turnover)
    for basis, currency in sorted(sums):
        for key in sorted(key for key in summed if (key[0], key[-1]) == (basis, currency)):
            yield (_basis(basis), *key[1:3], _place(key[3]), *_amounts(summed[key], currency))
        yield (_basis(basis), "", TOTAL, "", *_amounts(sums[basis, currency], currency))


def _plus(first: Turnover | None, second: Turnover) -> Turnover:
    if first is None:
        return second
    return Turnover(
        first.opening.plus(second.opening), first.debit.plus(second.debit), first.credit.plus(second.credit)
    )


def _amounts(turnover: Turnover, currency: str) -> Sequence[Money]:
    parts = (turnover.opening, turnover.debit, turnover.credit, turnover.closing)
    return [Money(part.value, currency) for part in parts]


def _funds(scope: LedgerScope) -> Iterator[BookRow]:
    """Sum each fund to what it opened with, what came, what went and what is there; then each basis."""
    ledger = FundsLedger()
    rows = [named_cells(ledger, row) for row in ledger.rows(scope)]
    for basis in BASES:
        told = [row for row in rows if row["basis"] == basis]
        figures = [_fund_sums({name: _whole(row[name]) for name in FIGURES}) for row in told]
        for row, sums in zip(told, figures, strict=True):
            bodies = f"{row['owner']} / {row['holder']}"
            yield (_basis(basis), str(row["fund"]), str(row["programme"]), bodies, *map(Money, sums))
        if told:
            yield (_basis(basis), TOTAL, "", "", *(Money(sum(column)) for column in zip(*figures, strict=True)))


def _fund_sums(figures: dict[str, int]) -> Sequence[int]:
    """Say money, then goods: opening, in, out, closing."""
    return [
        *(figures["opening_balance"], _sum_in(MONEY, figures), _sum_out(MONEY, figures), figures["balance"]),
        *(figures["goods_opening_balance"], _sum_in(GOODS, figures), _sum_out(GOODS, figures)),
        figures["goods_balance"],
    ]


def _sum_in(names: dict[str, str], figures: dict[str, int]) -> int:
    """Sum the columns between what a fund began with and the last that adds."""
    columns = list(names)
    last = next(place for place, name in enumerate(columns) if name.endswith("other_in"))
    return sum(figures[name] for name in columns[1 : last + 1])


def _sum_out(names: dict[str, str], figures: dict[str, int]) -> int:
    columns = list(names)
    first, last = (
        next(place for place, name in enumerate(columns) if name.endswith(end)) for end in ("other_in", "other_out")
    )
    return sum(figures[name] for name in columns[first + 1 : last + 1])


def _balances(scope: LedgerScope) -> Iterator[BookRow]:
    """Say what is in our care, by place, fund and thing, at both ends."""
    found = turnovers(scope, ("account__kind", "lot__purse_id", "lot__item_id", "lot__currency"), HELD)
    subjects, codes = Subjects(scope), item_codes(item_id for _, _, item_id, _ in found)
    rows = [
        (subjects.fund(purse_id).code, kind, codes[item_id] if item_id else currency, currency, turnover)
        for (kind, purse_id, item_id, currency), turnover in found.items()
        if turnover.opening != Amount() or turnover.closing != Amount()
    ]
    for fund, kind, thing, currency, turnover in sorted(rows, key=lambda row: row[:4]):
        ends = (turnover.opening, turnover.closing)
        money = (cell for end in ends for cell in _held(end, Money(end.value, currency), is_money=thing == currency))
        yield (_place(kind), fund, thing, *money)


def _held(amount: Amount, money: Money, *, is_money: bool) -> tuple[BookCell, BookCell]:
    return ("" if is_money else amount.quantity, money)


def _movement(scope: LedgerScope) -> Iterator[BookRow]:
    """Sum the movement of stock over the lots of one item and fund."""
    found, values = movements(scope)
    lots, subjects = Lot.objects.in_bulk(found), Subjects(scope)
    codes = item_codes(lot.item_id for lot in lots.values())
    summed: dict[tuple[str, str], list[int]] = {}
    for lot_id, row in found.items():
        key = (_item(lots[lot_id], codes), subjects.fund(lots[lot_id].purse_id).code)
        came = sum(row[name] for name in {*IN.values(), "in_other"})
        went = sum(row[name] for name in {*OUT.values(), "out_other"})
        cells = (row["opening"], came, went, row["closing"], *values[lot_id])
        summed[key] = [before + cell for before, cell in zip(summed.get(key, [0] * len(cells)), cells, strict=True)]
    for key, (opening, came, went, closing, *worth) in sorted(summed.items()):
        yield (*key, opening, came, went, closing, *map(Money, worth))


def _item(lot: Lot, codes: dict[uuid.UUID, str]) -> str:
    return codes[lot.item_id] if lot.item_id else lot.currency


def _compliance(scope: LedgerScope) -> Iterator[BookRow]:
    ledger = ComplianceLedger()
    for row in ledger.rows(scope):
        told = named_cells(ledger, row)
        within = told["is_within"]
        check = CHECKS.get(str(told["check"]), str(told["check"]))
        amounts = [Money(_whole(told[name])) if told[name] is not None else "" for name in ("figure", "limit")]
        more = [_said(told[name]) for name in ("count", "days", "day", "source")]
        yield (check, _subject(str(told["subject"])), *amounts, *more, "" if within is None else YES_NO[_whole(within)])


def _subject(subject: str) -> str:
    """Say a subject in words where it is one of the books' own kinds."""
    if subject in ENTRY_KINDS:
        return ENTRY_KINDS[subject][0]
    return SUBJECTS.get(subject, subject)


def _said(cell: Cell) -> BookCell:
    return "" if cell is None else cell


def _whole(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def _basis(basis: str) -> str:
    return BASES[basis]


def _place(kind: str) -> str:
    return PLACES[kind]


_TABLES: dict[str, tuple[str, Callable[[LedgerScope], Iterator[BookRow]]]] = {
    "trial_balance": ("trial-balance.csv", _trial_balance),
    "funds": ("funds.csv", _funds),
    "balances": ("closing.csv", _balances),
    "movement": ("stock-movement.csv", _movement),
    "compliance": ("compliance.csv", _compliance),
}
