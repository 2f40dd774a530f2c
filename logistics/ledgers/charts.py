"""From our accounts to the accountant's (科目): data, by kind of body, basis and kind of account.

The default bears the numbers and names of 民间非营利组织会计制度 (财会〔2004〕7号). The revised rule
(财会〔2024〕25号), in force since 2026-01-01, may number otherwise: we had no text of its chart at hand, and say so in
docs/auditing.md. A body that books by it, or otherwise, imports its own chart, each line with its `source`; what a
file leaves out keeps the default.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from logistics.funds.models import Basis
from logistics.journal.models import AccountKind
from logistics.kernel.refusals import Unacceptable
from logistics.ledgers.models import Chart

ROOTS = ("ASSETS", "LIABILITIES", "EQUITY", "INCOME", "EXPENSES")
# Where a balance stands on the left.
DEBIT_ROOTS = frozenset({"ASSETS", "EXPENSES"})
NAME_LENGTH_MAX = 60
_NEEDED = ("basis", "account_kind", "code", "zh", "en", "root")


class ChartUnreadable(Unacceptable):
    code = "chart_unreadable"
    zh = "科目表第 {line} 行不可用：{field}。"
    en = "Line {line} of the chart of accounts cannot be used: {field}."


class ChartLine(NamedTuple):
    """One of the accountant's accounts, and which of ours it stands for."""

    basis: str
    account_kind: str
    code: str
    zh: str
    en: str
    root: str
    # The rule or document that says so.
    source: str = ""


class ChartOfAccounts:
    """The accounts of one kind of body: every basis and kind of account has one."""

    def __init__(self, lines: Iterable[ChartLine]) -> None:
        self._lines = {(line.basis, line.account_kind): line for line in (*default_lines(), *lines)}

    def line(self, basis: str, account_kind: str) -> ChartLine:
        """Return the accountant's account of one of ours."""
        return self._lines[basis, account_kind]

    def lines(self) -> list[ChartLine]:
        """List every account by basis and number."""
        return sorted(self._lines.values(), key=lambda line: (line.basis, line.code, line.account_kind))


def charts_known(known_at: dt.datetime | None) -> Mapping[str, ChartOfAccounts]:
    """Return the charts that stood at a moment (None: now) by kind of body; every other kind has the default."""
    rows = Chart.objects.order_by("imported_at", "id")
    found = rows.filter(imported_at__lte=known_at) if known_at else rows
    return {row.organisation_kind: ChartOfAccounts(ChartLine(**line) for line in row.lines) for row in found}


@cache
def default_chart() -> ChartOfAccounts:
    """Return the chart of a body that has imported none."""
    return ChartOfAccounts(())


@cache
def default_lines() -> tuple[ChartLine, ...]:
    """Read the default."""
    text = files("logistics.ledgers").joinpath("chart.csv").read_text(encoding="utf-8")
    return read_lines(text)


def read_lines(text: str) -> tuple[ChartLine, ...]:
    """Read a chart from CSV with the headings of ChartLine; `source` may be missing. Refuses ChartUnreadable."""
    lines = []
    for number, row in enumerate(csv.DictReader(text.lstrip("\ufeff").splitlines()), start=2):
        missing = next((name for name in _NEEDED if not (row.get(name) or "").strip()), None)
        if missing:
            raise ChartUnreadable(line=number, field=missing)
        lines.append(ChartLine(*((row.get(name) or "").strip() for name in ChartLine._fields)))
    return checked_lines(lines)


def checked_lines(lines: Sequence[ChartLine]) -> tuple[ChartLine, ...]:
    """Return the lines as they are. Refuses ChartUnreadable."""
    for number, line in enumerate(lines, start=2):
        wrong = next(_faults(line), None)
        if wrong:
            raise ChartUnreadable(line=number, field=wrong)
    if not lines:
        raise ChartUnreadable(line=1, field="basis")
    return tuple(lines)


def _faults(line: ChartLine) -> Iterator[str]:
    allowed = (("basis", line.basis, Basis.values), ("account_kind", line.account_kind, AccountKind.values))
    yield from (name for name, value, values in (*allowed, ("root", line.root, ROOTS)) if value not in values)
    if not line.code.isascii() or not line.code.replace(".", "").replace("-", "").isalnum():
        yield "code"
    yield from (name for name in ("zh", "en") if not 0 < len(getattr(line, name)) <= NAME_LENGTH_MAX)
    if len(line.source) > NAME_LENGTH_MAX:
        yield "source"
