"""The journal's lines as CSV on SQLite: what belongs to an entry or a lot is written once, not once a line.

A window is read in three statements: its lines in the order of the unique key, its entries, and the lots that it
names; each part comes as text that is ready to be joined.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from logistics.ledgers.lines import (
    COLUMNS,
    DONOR_JOIN,
    Value,
    Window,
    conditions_of,
    csv_cell,
    entry_tables,
)
from logistics.ledgers.scope import LedgerScope

LINES_PER_PART = 1_000
# What one statement may name on SQLite.
LOTS_PER_STATEMENT = 10_000
Parts = dict[str, tuple[str, ...]]
_LINES = """
FROM journal_transfer t
CROSS JOIN journal_account c ON c.id = t.credit_id
CROSS JOIN journal_account b ON b.id = t.debit_id"""
_LOTS = """
FROM journal_lot l
CROSS JOIN funds_fund f ON f.purse_id = l.purse_id
LEFT JOIN stock_item i ON i.id = l.item_id"""


def ready_lines(scope: LedgerScope, window: Window) -> Iterator[bytes]:
    """Yield the lines of a window as CSV, some at a time."""
    entries = _entries(scope, window)
    lines = _rows(
        *_select(_LINES + (DONOR_JOIN if scope.is_unmasked else ""), _line_parts(scope), window, "t.entry_id")
    )
    if not entries:
        return
    lots = _lots(scope, {row[1] for row in lines})
    for start in range(0, len(lines), LINES_PER_PART):
        part = [
            f"{head},{place},{why},{accounts},{lot},{amounts},{fund},{proof},{donor}\n"
            for entry_id, lot_id, place, accounts, amounts, donor in lines[start : start + LINES_PER_PART]
            if (entry_id in entries and lot_id in lots)
            for (head, why, proof), (lot, fund) in ((entries[entry_id], lots[lot_id]),)
        ]
        yield "".join(part).encode()


def _entries(scope: LedgerScope, window: Window) -> Parts:
    tables, conditions = entry_tables(scope), conditions_of(scope, "entry")
    parts = ["e.id", _joined(scope, "entry", "entry"), _joined(scope, "organisation", "posted_at")]
    parts.append(_joined(scope, "evidence", "leaf_index"))
    return {row[0]: row[1:] for row in _rows(*_select(tables, parts, window, "e.id", conditions, is_entry=True))}


def _lots(scope: LedgerScope, lot_ids: Iterable[str]) -> Parts:
    parts = ["l.id", _joined(scope, "lot", "item"), _joined(scope, "fund", "basis")]
    conditions, found, wanted = conditions_of(scope, "lot"), {}, sorted(lot_ids)
    for start in range(0, len(wanted), LOTS_PER_STATEMENT):
        named = wanted[start : start + LOTS_PER_STATEMENT]
        marks = ", ".join(["%s"] * len(named))
        texts = [f"l.id IN ({marks})", *(text for text, _ in conditions)]
        values = [*named, *(value for _, value in conditions)]
        sql = f"SELECT {', '.join(parts)}{_LOTS} WHERE {' AND '.join(texts)}"
        found.update({row[0]: row[1:] for row in _rows(sql, values)})
    return found


def _line_parts(scope: LedgerScope) -> list[str]:
    accounts = _joined(scope, "debit_kind", "credit")
    donor = _joined(scope, "donor_name", "donor_name")
    # Bare columns would come back as other types than texts.
    return ["t.entry_id||''", "t.lot_id||''", "t.position", accounts, _joined(scope, "quantity", "value"), donor]


def _joined(scope: LedgerScope, first: str, last: str) -> str:
    """Write the cells from one column to another as one expression; lots stand under `t` in the journal's columns."""
    names = [column.name for column in COLUMNS]
    chosen = COLUMNS[names.index(first) : names.index(last) + 1]
    cells = [f"COALESCE({csv_cell(column, scope)}, '')".replace("t.lot_id", "l.id") for column in chosen]
    return " || ',' || ".join(cells)


def _select(
    tables: str,
    parts: Sequence[str],
    window: Window,
    key: str,
    conditions: Sequence[tuple[str, Value]] = (),
    *,
    is_entry: bool = False,
) -> tuple[str, list[Value]]:
    texts, values = [text for text, _ in conditions], [value for _, value in conditions]
    for bound, sign in ((window.behind, ">"), (window.until, "<=")):
        if bound is not None and is_entry:
            # An entry may have lines on both sides of a window's edge.
            texts.append(f"{key} {sign.rstrip('=')}= %s")
            values.append(bound.entry_id)
        elif bound is not None:
            texts.append(f"({key}, t.position) {sign} (%s, %s)")
            values += [bound.entry_id, bound.position]
    where = f" WHERE {' AND '.join(texts)}" if texts else ""
    order = "" if is_entry else f" ORDER BY {key}, t.position"
    return f"SELECT {', '.join(parts)}{tables}{where}{order}", values


def _rows(sql: str, values: Sequence[Value]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())
