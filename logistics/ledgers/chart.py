"""The chart of accounts (会计科目): what each of our kinds of account is to the accountant, and which rule says so."""

import uuid
from collections.abc import Iterator
from typing import Any

from logistics.ledgers.charts import DEBIT_ROOTS, ChartLine, charts_known, default_chart
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import Cell, Column, LedgerScope, Row
from logistics.ledgers.subjects import kinds_known
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

ROOTS_ZH = {"ASSETS": "资产", "LIABILITIES": "负债", "EQUITY": "净资产", "INCOME": "收入", "EXPENSES": "费用"}
# Ours are all of the first level: what is below is our own kind of account.
LEVEL = 1


class ChartLedger:
    """Every account by kind of body, with headings as interfaces of accounting software (GB/T 24589) name them."""

    columns = (
        Column("organisation_kind", "单位类别"),
        Column("basis", "资金性质"),
        Column("code", "科目编号"),
        Column("zh", "科目名称"),
        Column("level", "科目级次"),
        Column("root", "科目类型"),
        Column("side", "余额方向"),
        Column("account_kind", "对应账户类别"),
        Column("source", "依据"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the accounts by kind of body, basis and number."""
        return numbered((_cells(kind, line) for kind, line in _lines(scope)), after)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the accounts that have a number of their own."""
        return {"subjects": len({(kind, line.basis, line.code) for kind, line in _lines(scope)})}


def _lines(scope: LedgerScope) -> Iterator[tuple[str, ChartLine]]:
    bodies = Organisation.objects.all()
    if scope.organisation is not None:
        bodies = bodies.filter(id__in=organisation_ids_below(scope.organisation))
    charts = charts_known(scope.known_at)
    for kind in sorted(set(kinds_known(bodies, scope.known_at).values())):
        yield from ((kind, line) for line in charts.get(kind, default_chart()).lines())


def _cells(kind: str, line: ChartLine) -> tuple[Cell, ...]:
    side = "借" if line.root in DEBIT_ROOTS else "贷"
    root = ROOTS_ZH[line.root]
    return (kind, line.basis, line.code, line.zh, LEVEL, root, side, line.account_kind, line.source)
