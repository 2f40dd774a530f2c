"""What every account holds of every lot, at both ends of a period."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from logistics.journal.models import AccountKind
from logistics.ledgers.movement import CARE
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import Cell, Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import Amount, Key, closings


class BalancesLedger:
    """What every account holds of every lot: before the first day of the scope, or at the end of the last."""

    columns = (
        Column("account", "账户号"),
        Column("kind", "账户类别"),
        Column("reference", "名称"),
        Column("lot", "批次"),
        Column("item", "物品或币种"),
        Column("fund", "专项"),
        Column("basis", "资金性质"),
        Column("quantity", "数量"),
        Column("value", "价值(分)", is_money=True),
    )

    def __init__(self, *, is_opening: bool) -> None:
        self._is_opening = is_opening

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the balances by account and lot."""
        found, subjects = self._amounts(scope), Subjects(scope)
        codes = item_codes(key[4] for key in found)
        return numbered((_balance_cells(key, found[key], subjects, codes) for key in sorted(found, key=_place)), after)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the balances, and value what is in our care."""
        found = self._amounts(scope)
        held = {AccountKind.BANK, AccountKind.PREPAID, *CARE}
        return {"balances": len(found), "held": sum(amount.value for key, amount in found.items() if key[1] in held)}

    def _amounts(self, scope: LedgerScope) -> dict[Key, Amount]:
        chosen = scope.before() if self._is_opening else scope.from_the_beginning()
        return closings(chosen, _BALANCE_BY) if chosen else {}


_BALANCE_BY = (
    *("account_id", "account__kind", "account__reference"),
    *("lot_id", "lot__item_id", "lot__currency", "lot__purse_id"),
)


def _place(key: Key) -> tuple[str, str]:
    return str(key[0]), str(key[3])


def _balance_cells(key: Key, amount: Amount, subjects: Subjects, codes: dict[uuid.UUID, str]) -> Sequence[Cell]:
    account_id, kind, reference, lot_id, item_id, currency, purse_id = key
    fund = subjects.fund(purse_id)
    item = codes[item_id] if item_id else currency
    return (str(account_id), kind, reference, str(lot_id), item, fund.code, fund.basis, *amount)
