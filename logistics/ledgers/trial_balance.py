"""The trial balance (科目余额表): by basis, the accountant's account, our kind of account and what is counted.

Amounts are signed: what stands on the left (debit) is positive. Every transfer has both sides, so the closing amounts
of each thing sum to nothing over the whole table.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from logistics.funds.models import Basis
from logistics.ledgers.charts import ChartLine
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import Turnover, turnovers

_BY = ("account__kind", "lot__purse_id", "lot__item_id", "lot__currency")


class BalanceLine(NamedTuple):
    """One line of the trial balance."""

    chart: ChartLine
    account_kind: str
    item_id: uuid.UUID | None
    commodity: str
    currency: str
    turnover: Turnover


class TrialBalance:
    """What every account opened with, what came in and went out, and what it closes with."""

    columns = (
        Column("basis", "资金性质"),
        Column("subject", "科目编号"),
        Column("subject_name", "科目名称"),
        Column("account_kind", "明细(账户类别)"),
        Column("commodity", "物品或币种"),
        Column("currency", "币种编码"),
        Column("opening_quantity", "期初数量"),
        Column("opening_value", "期初原币余额(借正贷负)(分)", is_money=True),
        Column("debit_quantity", "借方数量"),
        Column("debit_value", "借方原币金额(分)", is_money=True),
        Column("credit_quantity", "贷方数量"),
        Column("credit_value", "贷方原币金额(分)", is_money=True),
        Column("closing_quantity", "期末数量"),
        Column("closing_value", "期末原币余额(借正贷负)(分)", is_money=True),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the lines by basis, account and commodity."""
        return numbered(
            (
                (
                    line.chart.basis,
                    line.chart.code,
                    line.chart.zh,
                    line.account_kind,
                    line.commodity,
                    line.currency,
                    *line.turnover.opening,
                    *line.turnover.debit,
                    *line.turnover.credit,
                    *line.turnover.closing,
                )
                for line in balance_lines(scope)
            ),
            after,
        )

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Sum debits and credits, which are equal, and what is held by basis."""
        lines = balance_lines(scope)
        held = {
            basis: sum(_held(line) for line in lines if line.chart.basis == basis) for basis in sorted(Basis.values)
        }
        return {
            "lines": len(lines),
            "debit": sum(line.turnover.debit.value for line in lines),
            "credit": sum(line.turnover.credit.value for line in lines),
            "held_by_basis": held,
        }


def balance_lines(scope: LedgerScope) -> list[BalanceLine]:
    """Return the lines of the trial balance in its order."""
    found = turnovers(scope, _BY)
    subjects, codes = Subjects(scope), item_codes(item_id for _, _, item_id, _ in found)
    merged: dict[tuple[str, str, str, str], BalanceLine] = {}
    for (kind, purse_id, item_id, currency), turnover in found.items():
        chart = subjects.line(purse_id, kind)
        commodity = codes[item_id] if item_id else currency
        line = BalanceLine(chart, kind, item_id, commodity, currency, turnover)
        key = (f"{chart.basis} {chart.code} {chart.zh}", kind, commodity, currency)
        merged[key] = line._replace(turnover=_together(merged[key].turnover, turnover)) if key in merged else line
    return [merged[key] for key in sorted(merged)]


def _together(first: Turnover, second: Turnover) -> Turnover:
    return replace(
        first,
        opening=first.opening.plus(second.opening),
        debit=first.debit.plus(second.debit),
        credit=first.credit.plus(second.credit),
    )


def _held(line: BalanceLine) -> int:
    return line.turnover.closing.value if line.chart.root == "ASSETS" else 0
