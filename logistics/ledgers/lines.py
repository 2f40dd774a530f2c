"""The statement behind the journal's lines, in the words of both engines.

The text of every cell is made by the database: PostgreSQL sends a million lines as CSV by COPY, SQLite hands them over
line by line ready to be written, and pages read the same cells. Lines are numbered by (entry, position), which the
unique key of transfers holds in order, so that any window of them is found at once.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from logistics.ledgers.scope import LedgerScope

Value = str | int | dt.date | dt.datetime | list[str] | None
# The first window is small, so that the first byte leaves at once; the largest bounds what one statement holds open.
WINDOW_FIRST, WINDOW_LAST, WINDOW_GROWTH = 200, 25_000, 16


class LineColumn(NamedTuple):
    """A cell of a line: its names, what kind of value it is, and where it comes from."""

    name: str
    zh: str
    kind: str  # text, typed (by people), id, day, moment, whole
    source: str


class Key(NamedTuple):
    """The place of a line in the journal."""

    entry_id: str
    position: int


@dataclass(frozen=True)
class Window:
    """The lines behind one key, up to another; None is the end of the journal."""

    behind: Key | None
    until: Key | None


COLUMNS = (
    LineColumn("entry", "分录号", "id", "e.id"),
    LineColumn("position", "行号", "whole", "t.position"),
    LineColumn("organisation", "单位", "typed", "o.code"),
    LineColumn("voucher", "记账凭证编号", "text", "v.month || '-' || v.number"),
    LineColumn("kind", "业务类型", "text", "e.kind"),
    LineColumn("booked_on", "记账日期", "day", "e.booked_on"),
    LineColumn("occurred_at", "发生时间", "moment", "e.occurred_at"),
    LineColumn("posted_at", "入账时间", "moment", "e.posted_at"),
    LineColumn("debit_kind", "借方账户类别", "text", "b.kind"),
    LineColumn("debit", "借方账户", "typed", "b.reference"),
    LineColumn("credit_kind", "贷方账户类别", "text", "c.kind"),
    LineColumn("credit", "贷方账户", "typed", "c.reference"),
    LineColumn("lot", "批次", "id", "t.lot_id"),
    LineColumn("item", "物品或币种", "typed", "COALESCE(i.code, l.currency)"),
    LineColumn("quantity", "数量", "whole", "t.stop - t.start"),
    LineColumn("value", "价值(分)", "whole", "t.value_minor"),
    LineColumn("fund", "专项", "typed", "f.code"),
    LineColumn("basis", "资金性质", "text", "f.basis"),
    LineColumn("evidence", "凭据哈希", "text", "e.evidence_sha256"),
    LineColumn("actor", "经办", "id", "e.actor_id"),
    LineColumn("approver", "审批", "id", "e.approver_id"),
    LineColumn("reverses", "冲正分录号", "id", "e.reverses_id"),
    LineColumn("leaf_index", "校验序号", "whole", "s.id"),
    LineColumn("donor_name", "捐赠人", "typed", "NULL"),
)
# Named only where the donor agreed, and only in the edition that somebody gave a reason for.
_DONOR_NAME = "CASE WHEN d.may_be_named THEN d.name END"
DONOR_JOIN = """
LEFT JOIN parties_donor d ON d.account_id = CASE
  WHEN c.kind = 'DONOR' THEN c.id WHEN b.kind = 'DONOR' THEN b.id END"""

# SQLite takes the tables in this order: what belongs to an entry is looked up once an entry, not once a line.
_ENTRY_TABLES = """
FROM journal_entry e
LEFT JOIN journal_leaf k ON k.kind = 'ENTRY' AND k.subject_id = e.id
LEFT JOIN journal_sealedleaf s ON s.leaf_id = k.id{leaves_known}
LEFT JOIN journal_voucher v ON v.entry_id = e.id{voucher_known}
CROSS JOIN parties_organisation o ON o.id = e.organisation_id"""
_TABLES = {
    "sqlite": _ENTRY_TABLES
    + """
CROSS JOIN journal_transfer t ON t.entry_id = e.id
CROSS JOIN journal_account c ON c.id = t.credit_id
CROSS JOIN journal_account b ON b.id = t.debit_id
CROSS JOIN journal_lot l ON l.id = t.lot_id
CROSS JOIN funds_fund f ON f.purse_id = l.purse_id
LEFT JOIN stock_item i ON i.id = l.item_id""",
    "postgresql": """
FROM journal_transfer t
JOIN journal_entry e ON e.id = t.entry_id
JOIN parties_organisation o ON o.id = e.organisation_id
JOIN journal_account c ON c.id = t.credit_id
JOIN journal_account b ON b.id = t.debit_id
JOIN journal_lot l ON l.id = t.lot_id
JOIN funds_fund f ON f.purse_id = l.purse_id
LEFT JOIN stock_item i ON i.id = l.item_id
LEFT JOIN journal_leaf k ON k.kind = 'ENTRY' AND k.subject_id = e.id
LEFT JOIN journal_sealedleaf s ON s.leaf_id = k.id{leaves_known}
LEFT JOIN journal_voucher v ON v.entry_id = e.id{voucher_known}""",
}
_KEY = {"sqlite": "(e.id, t.position)", "postgresql": "(t.entry_id, t.position)"}
_ORDER = {"sqlite": "e.id, t.position", "postgresql": "t.entry_id, t.position"}


def select_lines(scope: LedgerScope, window: Window, cells: list[str]) -> tuple[str, list[Value]]:
    """Write the statement that selects these expressions of every line in a window, with its parameters."""
    vendor = connection.vendor
    tables, found = _known(_TABLES[vendor], scope), conditions_of(scope)
    conditions, values = [condition for condition, _ in found], [value for _, value in found]
    for key, sign in ((window.behind, ">"), (window.until, "<=")):
        if key is not None:
            conditions.append(f"{_KEY[vendor]} {sign} (%s, %s)")
            values += [key.entry_id, key.position]
            # The same once more on the entry alone, by which SQLite walks.
            conditions.append(f"e.id {sign.rstrip('=')}= %s")
            values.append(key.entry_id)
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    donors = DONOR_JOIN if scope.is_unmasked else ""
    return f"SELECT {', '.join(cells)}{tables}{donors}{where}\nORDER BY {_ORDER[vendor]}", values


def cell_expressions(scope: LedgerScope) -> list[str]:
    """Write each cell of a line as an expression whose value is a text, a number or nothing."""
    return [_said(column, scope) for column in COLUMNS]


def csv_expressions(scope: LedgerScope) -> list[str]:
    """Write each cell as it stands in CSV for PostgreSQL's COPY, which quotes and prints ids and days by itself."""
    return [_copied_cell(column, _said(column, scope)) for column in COLUMNS]


def _copied_cell(column: LineColumn, said: str) -> str:
    if column.kind in {"id", "day"}:
        return column.source
    if column.kind == "typed":
        return _harmless(said)
    # Nothing for an empty text, as everywhere in CSV.
    return f"NULLIF({said}, '')" if column.kind == "text" else said


def csv_cell(column: LineColumn, scope: LedgerScope) -> str:
    """Write a cell as it stands in CSV, for SQLite."""
    said = _said(column, scope)
    return _as_csv_cell(said) if column.kind == "typed" else said


def entry_tables(scope: LedgerScope) -> str:
    """Write the tables that say what belongs to an entry, for SQLite."""
    return _known(_ENTRY_TABLES, scope)


def windows(after: uuid.UUID | None) -> Iterator[Window]:
    """Cut the journal behind a transfer into windows that grow, so that neither end of a download waits."""
    behind, size = _key_of(after) if after else None, WINDOW_FIRST
    while True:
        until = _key_behind(behind, size)
        yield Window(behind, until)
        if until is None:
            return
        behind, size = until, min(size * WINDOW_GROWTH, WINDOW_LAST)


def _key_of(transfer_id: uuid.UUID) -> Key | None:
    rows = _fetched("SELECT entry_id, position FROM journal_transfer WHERE id = %s", [_stored(transfer_id)])
    return rows[0] if rows else None


def _key_behind(behind: Key | None, size: int) -> Key | None:
    where = "WHERE (entry_id, position) > (%s, %s) " if behind else ""
    values: list[Value] = [*behind] if behind else []
    order = f"ORDER BY entry_id, position LIMIT 1 OFFSET {size - 1}"
    rows = _fetched(f"SELECT entry_id, position FROM journal_transfer {where}{order}", values)
    return rows[0] if rows else None


def _fetched(sql: str, values: list[Value]) -> list[Key]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Key(str(entry_id), position) for entry_id, position in cursor.fetchall()]


def conditions_of(scope: LedgerScope, part: str = "") -> list[tuple[str, Value]]:
    """Say the scope as conditions on entries, on lots and on the lines' accounts, or on one of the three."""
    entry: list[tuple[str, Value]] = []
    lot: list[tuple[str, Value]] = []
    line: list[tuple[str, Value]] = []
    if scope.account_kind:
        line.append(("%s IN (b.kind, c.kind)", scope.account_kind))
    if scope.item:
        lot.append(("COALESCE(i.code, l.currency) = %s", scope.item))
    if scope.organisation is not None:
        entry.append(("o.path LIKE %s", f"{scope.organisation.path}%"))
    if scope.from_on is not None:
        entry.append(("e.booked_on >= %s", _day(scope.from_on)))
    if scope.until < dt.date.max:
        entry.append(("e.booked_on <= %s", _day(scope.until)))
    if scope.known_at is not None:
        entry.append(("e.posted_at <= %s", _moment(scope.known_at)))
    if scope.programme is not None:
        lot.append(("f.programme_id = %s", _stored(scope.programme.id)))
    if scope.fund is not None:
        lot.append(("f.id = %s", _stored(scope.fund.id)))
    return {"entry": entry, "lot": lot, "line": line}.get(part, [*entry, *lot, *line])


def _known(tables: str, scope: LedgerScope) -> str:
    leaves = scope.leaves_known()
    return tables.format(
        leaves_known="" if leaves is None else f" AND s.id < {leaves}",
        # Leaf and voucher are numbered together.
        voucher_known="" if leaves is None else " AND s.id IS NOT NULL",
    )


def _said(column: LineColumn, scope: LedgerScope) -> str:
    source = _DONOR_NAME if column.name == "donor_name" and scope.is_unmasked else column.source
    if connection.vendor == "postgresql":
        return _SAID_BY_POSTGRESQL.get(column.kind, "{0}").format(source)
    return _SAID_BY_SQLITE.get(column.kind, "{0}").format(source)


# Times are told as everywhere, in the time of China with its offset, to the second.
_SAID_BY_POSTGRESQL = {
    "id": "{0}::text",
    "day": "{0}::text",
    "typed": "{0}::text",
    "moment": f"replace(left(({{0}} AT TIME ZONE '{settings.TIME_ZONE}')::text, 19), ' ', 'T') || '+08:00'",
}
_SAID_BY_SQLITE = {
    "id": (
        "substr({0},1,8)||'-'||substr({0},9,4)||'-'||substr({0},13,4)||'-'||substr({0},17,4)||'-'||substr({0},21,12)"
    ),
    # A bare column would come back as a date of Python's.
    "day": "{0}||''",
    "moment": "strftime('%%Y-%%m-%%dT%%H:%%M:%%S+08:00',{0},'+8 hours')",
}


def _harmless(said: str) -> str:
    """Set a mark before what a spreadsheet takes for a formula, in PostgreSQL's words; nothing for an empty text."""
    # By the number of the first sign: tab, return, plus, hyphen, equals, at.
    return f"CASE WHEN ascii({said}) IN (9, 13, 43, 45, 61, 64) THEN '''' || {said} ELSE NULLIF({said}, '') END"


def _as_csv_cell(said: str) -> str:
    """The same for SQLite, with quotes where CSV needs them: two looks at nearly every cell, and it stands as it is."""
    formula, special = f"{said} GLOB '[-=+@\t\r]*'", f"{said} GLOB '*[,\"\n\r]*'"
    quoted = f"'\"'||CASE WHEN {formula} THEN '''' ELSE '' END||replace({said},'\"','\"\"')||'\"'"
    return f"CASE WHEN {formula} OR {special} THEN {quoted} ELSE {said} END"


def _stored(value: uuid.UUID) -> str:
    return str(value) if connection.vendor == "postgresql" else value.hex


def _day(value: dt.date) -> Value:
    return value if connection.vendor == "postgresql" else value.isoformat()


def _moment(value: dt.datetime) -> Value:
    if connection.vendor == "postgresql":
        return value
    # As Django stores it: the fraction only where there is one.
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ")
