"""The journal as books of plain text: beancount and hledger, so that independent programs check what we say.

Accounts are the accountant's, by basis, with our kind of account below: `Assets:Agency:1701-受托代理资产:WAREHOUSE`.
Each thing is a commodity of its own and balances by itself, goods in units and money in yuan. What the books open with
is one transaction; what they close with is asserted in one of its own.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from django.db.models import Max, Min

from logistics.funds.models import Fund
from logistics.journal.models import JournalEntry, Transfer
from logistics.kernel.money import CURRENCIES, decimal_text
from logistics.ledgers.charts import ChartLine
from logistics.ledgers.scope import ROWS_PER_CHUNK, LedgerScope
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import Amount
from logistics.ledgers.trial_balance import BalanceLine, balance_lines
from logistics.ledgers.vouchers import numbers_known
from logistics.ledgers.words import ENTRY_KINDS

COMMODITY_STEM_MAX, COMMODITY_MARK = 14, 8
_NOT_IN_COMMODITY = re.compile(r"[^A-Z0-9]+")
_NOT_IN_ACCOUNT = re.compile(r"[^\w-]+|_")
# What would end a comment or a text in one of the two languages.
_NOT_IN_TEXT = re.compile(r'["\\,;|\x00-\x1f]+')


@dataclass(frozen=True)
class Posted:
    """One posting of a transaction: where, how much of what, and what else is known of it."""

    account: str
    quantity: int
    commodity: str
    notes: tuple[tuple[str, str], ...] = ()


class Language(Protocol):
    """How one of the programs writes what a book holds."""

    def head(self, accounts: Sequence[str], commodities: Sequence[str], day: dt.date) -> Iterator[str]:
        """Declare accounts and commodities."""

    def transaction(self, day: dt.date, words: str, notes: Mapping[str, str], postings: Sequence[Posted]) -> str:
        """Write a transaction."""

    def closing(self, day: dt.date, balances: Sequence[Posted]) -> str:
        """Assert what accounts hold at the end of a day."""


def book_parts(language: Language, scope: LedgerScope) -> Iterator[bytes]:
    """Write the books of a scope in a language, part by part."""
    pinned = _pinned(scope)
    lines, (first, last) = balance_lines(pinned), _days(pinned)
    accounts = sorted({account_name(line.chart, line.account_kind) for line in lines})
    head = language.head(accounts, sorted({_commodity(line) for line in lines}), first)
    yield "".join(head).encode()
    opening = [_balance(line, line.turnover.opening) for line in lines if line.turnover.opening.quantity]
    if opening:
        yield language.transaction(first, "期初余额", {}, opening).encode()
    yield from _entries(language, pinned)
    closing = [_balance(line, line.turnover.closing) for line in lines]
    if closing:
        yield language.closing(last, _merged(closing)).encode()


def account_name(chart: ChartLine, account_kind: str) -> str:
    """Name an account so that both programs take it: a digit stands before every Chinese part."""
    subject = _NOT_IN_ACCOUNT.sub("-", f"{chart.code}-{chart.zh}").strip("-")
    return f"{chart.root.title()}:{chart.basis.title()}:{subject}:{account_kind.replace('_', '-')}"


def commodity_name(item_id: uuid.UUID | None, code: str) -> str:
    """Name a commodity: the item's code as far as it can be written, and a mark that no other item has."""
    if item_id is None:
        return code
    stem = _NOT_IN_COMMODITY.sub("-", code.upper())[:COMMODITY_STEM_MAX].strip("-")
    stem = stem if stem[:1].isalpha() else f"X{stem}"
    return f"{stem}-{item_id.hex[-COMMODITY_MARK:].upper()}"


def amount_text(quantity: int, commodity: str) -> str:
    """Write a quantity: money in its unit, goods in theirs."""
    return decimal_text(quantity, commodity) if commodity in CURRENCIES else str(quantity)


def _pinned(scope: LedgerScope) -> LedgerScope:
    """Fix the moment, so that what is posted while the file is written does not stand in a half of it."""
    if scope.known_at is not None:
        return scope
    newest = JournalEntry.objects.aggregate(newest=Max("posted_at"))["newest"]
    return replace(scope, known_at=newest)


def _days(scope: LedgerScope) -> tuple[dt.date, dt.date]:
    found = JournalEntry.objects.filter(scope.entries()).aggregate(first=Min("booked_on"), last=Max("booked_on"))
    first = scope.from_on or found["first"] or dt.date(2000, 1, 1)
    last = found["last"] or first
    return first, last if scope.until == dt.date.max else max(scope.until, first)


def _commodity(line: BalanceLine) -> str:
    return commodity_name(line.item_id, line.commodity)


def _balance(line: BalanceLine, amount: Amount) -> Posted:
    return Posted(account_name(line.chart, line.account_kind), amount.quantity, _commodity(line))


def _merged(balances: Sequence[Posted]) -> list[Posted]:
    """Sum what stands on one account in several lines: goods of one kind that are valued in two currencies."""
    summed: dict[tuple[str, str], int] = {}
    for row in balances:
        summed[row.account, row.commodity] = summed.get((row.account, row.commodity), 0) + row.quantity
    return [Posted(account, quantity, commodity) for (account, commodity), quantity in sorted(summed.items())]


def _entries(language: Language, scope: LedgerScope) -> Iterator[bytes]:
    subjects, entries = Subjects(scope), JournalEntry.objects.filter(scope.entries()).order_by("id")
    chunk = list(entries[:ROWS_PER_CHUNK])
    while chunk:
        yield "".join(_transactions(language, chunk, scope, subjects)).encode()
        chunk = list(entries.filter(id__gt=chunk[-1].id)[:ROWS_PER_CHUNK])


def _transactions(
    language: Language, entries: Sequence[JournalEntry], scope: LedgerScope, subjects: Subjects
) -> Iterator[str]:
    rows = Transfer.objects.filter(entry__in=entries).select_related("lot", "debit", "credit")
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(lot__purse__in=Fund.objects.filter(scope.funds()).values("purse"))
    transfers: dict[uuid.UUID, list[Transfer]] = {}
    for row in rows.order_by("entry_id", "position"):
        transfers.setdefault(row.entry_id, []).append(row)
    codes = item_codes(row.lot.item_id for group in transfers.values() for row in group)
    numbers = numbers_known([entry.id for entry in entries], scope)
    for entry in entries:
        if entry.id in transfers:
            postings = [half for row in transfers[entry.id] for half in _halves(row, codes, subjects)]
            words = ENTRY_KINDS[entry.kind][0]
            words = f"冲正：{words}" if entry.reverses_id else words
            yield language.transaction(entry.booked_on, words, _notes(entry, numbers.get(entry.id)), postings)


def _notes(entry: JournalEntry, voucher: str | None) -> dict[str, str]:
    notes = {
        "entry": str(entry.id),
        "kind": entry.kind,
        "voucher": voucher or "",
        "evidence": entry.evidence_sha256,
        "reverses": str(entry.reverses_id or ""),
    }
    return {name: value for name, value in notes.items() if value}


def _halves(row: Transfer, codes: Mapping[uuid.UUID, str], subjects: Subjects) -> Iterator[Posted]:
    lot = row.lot
    commodity = commodity_name(lot.item_id, codes[lot.item_id] if lot.item_id else lot.currency)
    fund = _plain(subjects.fund(lot.purse_id).code)
    for account, sign in ((row.debit, 1), (row.credit, -1)):
        notes = [("subject", _plain(account.reference)), ("fund", fund), ("lot", str(lot.id))]
        if sign > 0:
            notes.append(("value", f"{row.value_minor}"))
        name = account_name(subjects.line(lot.purse_id, account.kind), account.kind)
        kept = tuple((key, value) for key, value in notes if value)
        yield Posted(name, sign * row.quantity, commodity, kept)


def _plain(text: str) -> str:
    return _NOT_IN_TEXT.sub(" ", text).strip()
