"""Stock movement (收发存): what each lot opened with, what came in, what went out, by why, and what is left.

Ours is what lies in our care, from the door of the warehouse to the door of the family. A reversal counts against what
it reverses.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Case, Sum, Value, When

from logistics.journal.models import AccountKind, EntryKind, Lot, Transfer
from logistics.journal.sums import HELD
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import NOTHING, Amount, closings, purses_of

CARE = HELD - {AccountKind.BANK, AccountKind.PREPAID}
IN = {
    EntryKind.OPENING: "in_opening",
    EntryKind.DONATION: "in_donated",
    EntryKind.PURCHASE: "in_purchased",
    EntryKind.ASSEMBLY: "in_assembled",
    EntryKind.BREAK_UP: "in_broken_up",
    EntryKind.KNITTING: "in_knitted",
    EntryKind.HAND_DOWN_IN: "in_handed_down",
    EntryKind.COUNT_SURPLUS: "in_surplus",
}
OUT = {
    EntryKind.HAND_OVER: "out_delivered",
    EntryKind.ASSEMBLY: "out_assembled",
    EntryKind.BREAK_UP: "out_broken_up",
    EntryKind.KNITTING: "out_knitted",
    EntryKind.HAND_DOWN_OUT: "out_handed_down",
    EntryKind.COUNT_SHORTAGE: "out_shortage",
    EntryKind.WRITE_OFF: "out_written_off",
    EntryKind.SALE: "out_sold",
    EntryKind.LOSE: "out_lost",
    EntryKind.DAMAGE: "out_damaged",
}
_ZH = {
    "opening": "期初数量",
    "in_opening": "启用时",
    "in_donated": "受赠入库",
    "in_purchased": "采购入库",
    "in_assembled": "组包入库",
    "in_broken_up": "拆包入库",
    "in_knitted": "编织入库",
    "in_handed_down": "下拨入库",
    "in_surplus": "盘盈",
    "in_other": "其他入库",
    "out_delivered": "发放",
    "out_assembled": "组包领用",
    "out_broken_up": "拆包",
    "out_knitted": "编织领用",
    "out_handed_down": "下拨出库",
    "out_shortage": "盘亏",
    "out_written_off": "报损",
    "out_sold": "变卖",
    "out_lost": "遗失",
    "out_damaged": "损坏",
    "out_other": "其他出库",
    "closing": "期末数量",
}
QUANTITIES = tuple(_ZH)


class StockMovementLedger:
    """What came in and went out of our care, lot by lot; quantities in the item's base unit."""

    columns = (
        Column("item", "物品"),
        Column("fund", "专项"),
        Column("basis", "资金性质"),
        Column("lot", "批次"),
        Column("batch", "厂家批号"),
        Column("expires_on", "有效期"),
        *(Column(name, zh) for name, zh in _ZH.items()),
        Column("opening_value", "期初价值(分)", is_money=True),
        Column("closing_value", "期末价值(分)", is_money=True),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield lots in the order in which they came."""
        found, values = movements(scope)
        lots, subjects = Lot.objects.in_bulk(found), Subjects(scope)
        codes = item_codes(lot.item_id for lot in lots.values())
        for lot_id in sorted(found):
            lot = lots[lot_id]
            if (after is None or lot_id > after) and lot.item_id:
                fund = subjects.fund(lot.purse_id)
                expires_on = lot.expires_on.isoformat() if lot.expires_on else None
                head = (codes[lot.item_id], fund.code, fund.basis, str(lot_id), lot.batch, expires_on)
                yield Row(lot_id, (*head, *(found[lot_id][name] for name in QUANTITIES), *values[lot_id]))

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Sum the values at both ends."""
        found, values = movements(scope)
        return {
            "lots": len(found),
            "opening_value": sum(opening for opening, _ in values.values()),
            "closing_value": sum(closing for _, closing in values.values()),
        }


def movements(scope: LedgerScope) -> tuple[dict[uuid.UUID, dict[str, int]], dict[uuid.UUID, tuple[int, int]]]:
    """Return the quantities by column of every lot that was there or moved, and its value at both ends.

    What it closes with is read apart from what moved.
    """
    before = scope.before()
    opening = _held(before) if before is not None else {}
    closing = _held(scope)
    found: dict[uuid.UUID, dict[str, int]] = {}
    for lot_id, name, quantity in _moved(scope):
        row = found.setdefault(lot_id, dict.fromkeys(QUANTITIES, 0))
        row[name] += quantity
    for name, amounts in (("opening", opening), ("closing", closing)):
        for lot_id, amount in amounts.items():
            found.setdefault(lot_id, dict.fromkeys(QUANTITIES, 0))[name] = amount.quantity
    values = {lot_id: (opening.get(lot_id, NOTHING).value, closing.get(lot_id, NOTHING).value) for lot_id in found}
    return found, values


def _held(scope: LedgerScope) -> dict[uuid.UUID, Amount]:
    found = closings(scope, ("lot_id", "lot__item_id"), CARE)
    return {lot_id: amount for (lot_id, item_id), amount in found.items() if item_id is not None}


def _moved(scope: LedgerScope) -> Iterator[tuple[uuid.UUID, str, int]]:
    rows = Transfer.objects.filter(scope.entries("entry__") & purses_of(scope), lot__item_id__isnull=False).order_by()
    is_first = Case(When(entry__reverses=None, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = rows.annotate(is_first=is_first)
    columns = ("lot_id", "entry__kind", "is_first", "credit__kind", "debit__kind")
    for lot_id, kind, first, credit, debit, stops, starts in rows.values_list(*columns).annotate(
        stops=Sum("stop"), starts=Sum("start")
    ):
        if (credit in CARE) == (debit in CARE):
            continue
        is_in = (debit in CARE) == bool(first)
        name = IN.get(kind, "in_other") if is_in else OUT.get(kind, "out_other")
        yield lot_id, name, (stops - starts) * (1 if first else -1)
