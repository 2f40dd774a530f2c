"""Count the books again from their transfers alone, in the order of the log, and compare with what stands.

Leaves say that nobody changed an entry. This says that the entries make sense, one after the other: each unit is born
once, leaves only an account that holds it, and lies in the end where the balances say.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from logistics.journal.log import SealedLeaf, UnsealedLeaf
from logistics.journal.models import SOURCES, Account, Balance, Lot, Transfer
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import Span, count_of_units, has_span, with_span, without_span
from logistics.storage.triggers import absent_triggers

ROWS_PER_CHUNK = 2_000
Key = tuple[uuid.UUID, uuid.UUID]


class UnitsNotHeld(Conflicting):
    code = "units_not_held"
    zh = "分录 {entry} 从账户 {account} 转出了它当时没有的批次 {lot}。"
    en = "Entry {entry} takes units of lot {lot} from account {account}, which did not hold them then."


class UnitsBornTwice(Conflicting):
    code = "units_born_twice"
    zh = "分录 {entry} 重复产生了批次 {lot} 的单位。"
    en = "Entry {entry} brings units of lot {lot} into being that were there already."


class LotMiscounted(Conflicting):
    code = "lot_miscounted"
    zh = "批次 {lot} 的数量或价值与其来源分录不符。"
    en = "The quantity or value of lot {lot} is not what its origin brought."


class BalanceWrong(Conflicting):
    code = "balance_wrong"
    zh = "账户 {account} 批次 {lot} 的余额与划转之和不符。"
    en = "The balance of account {account} in lot {lot} is not the sum of its transfers."


class RowsDamaged(Conflicting):
    code = "rows_damaged"
    zh = "数据库自检发现问题：{found}"
    en = "The database itself finds a fault in its rows: {found}"


class RuleAbsent(Conflicting):
    code = "rule_absent"
    zh = "数据库缺少触发器 {name}，或它已被改动。"
    en = "The database lacks the trigger {name}, or has another in its place."


def check_that_the_books_add_up() -> None:
    """Count everything again. Refuses UnitsNotHeld, UnitsBornTwice, LotMiscounted, BalanceWrong."""
    recount = _Recount()
    for row in _in_order():
        recount.move(row)
    recount.compare_lots()
    recount.compare_balances()


def check_that_the_rules_stand() -> None:
    """Ask the database whether its own rules hold and are all there. Refuses RowsDamaged, RuleAbsent."""
    # PostgreSQL keeps its constraints for everyone; SQLite lets each connection switch them off.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            (found,) = cursor.fetchone()
            cursor.execute("PRAGMA foreign_key_check")
            broken = cursor.fetchone()
        if found != "ok" or broken:
            raise RowsDamaged(found=found if found != "ok" else f"{broken[0]} -> {broken[2]}")
    for name in absent_triggers():
        raise RuleAbsent(name=name)


class _Recount:
    """What every account holds, sources included, as the transfers are read one by one."""

    def __init__(self) -> None:
        self._held: dict[Key, list[Span]] = defaultdict(list)
        self._values: dict[Key, int] = defaultdict(int)
        self._born: dict[uuid.UUID, list[Span]] = defaultdict(list)
        self._value_born: dict[uuid.UUID, int] = defaultdict(int)

    def move(self, row: Transfer) -> None:
        span = (row.start, row.stop)
        if row.is_origin:
            born = self._born[row.lot_id]
            self._born[row.lot_id] = with_span(born, span)
            if count_of_units(self._born[row.lot_id]) != count_of_units(born) + row.quantity:
                raise UnitsBornTwice(entry=str(row.entry_id), lot=str(row.lot_id))
            self._value_born[row.lot_id] += row.value_minor
        else:
            self._take(row, span)
        held = self._held[row.debit_id, row.lot_id]
        self._held[row.debit_id, row.lot_id] = with_span(held, span)
        self._values[row.debit_id, row.lot_id] += row.value_minor

    def _take(self, row: Transfer, span: Span) -> None:
        key = (row.credit_id, row.lot_id)
        if not has_span(self._held[key], span):
            raise UnitsNotHeld(entry=str(row.entry_id), account=str(row.credit_id), lot=str(row.lot_id))
        self._held[key] = without_span(self._held[key], span)
        self._values[key] -= row.value_minor

    def compare_lots(self) -> None:
        for lot in Lot.objects.order_by("id").iterator(ROWS_PER_CHUNK):
            born, value = self._born[lot.id], self._value_born[lot.id]
            if lot.is_money:
                # A purse's units are numbered without a gap, and each is worth one.
                is_right = len(born) == 1 and born[0] == (0, value)
            else:
                is_right = born == [(0, lot.quantity)] and value == lot.value_minor
            if not is_right:
                raise LotMiscounted(lot=str(lot.id))

    def compare_balances(self) -> None:
        sources = set(Account.objects.filter(kind__in=SOURCES).values_list("id", flat=True))
        expected = {key: spans for key, spans in self._held.items() if spans and key[0] not in sources}
        for row in Balance.objects.order_by("account_id", "lot_id").iterator(ROWS_PER_CHUNK):
            key = (row.account_id, row.lot_id)
            if not self._is_balance(row, expected.pop(key, [])):
                raise BalanceWrong(account=str(key[0]), lot=str(key[1]))
        for account, lot in expected:
            raise BalanceWrong(account=str(account), lot=str(lot))

    def _is_balance(self, row: Balance, spans: list[Span]) -> bool:
        low, high = (spans[0][0], spans[-1][1]) if spans else (0, 0)
        stands = ([tuple(span) for span in row.spans], row.quantity, row.value_minor, row.low, row.high)
        return stands == (spans, count_of_units(spans), self._values[row.account_id, row.lot_id], low, high)


def _in_order() -> Iterator[Transfer]:
    """Yield the transfers as they were posted: by their entry's number in the log, then those that wait for one."""
    leaf = {"leaf__kind": "ENTRY", "leaf__subject_id": OuterRef("entry_id")}
    rows = Transfer.objects.annotate(
        number=Subquery(SealedLeaf.objects.filter(**leaf).values("id")[:1]),
        place=Subquery(UnsealedLeaf.objects.filter(**leaf).values("id")[:1]),
    )
    yield from rows.order_by(F("number").asc(nulls_last=True), "place", "position").iterator(ROWS_PER_CHUNK)
