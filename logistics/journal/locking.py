"""Balances under lock: read in one statement, in one order, so that two writers never wait for each other for ever."""

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection

from logistics.journal.models import Balance
from logistics.storage.ids import as_uuid
from logistics.storage.statements import run

Key = tuple[uuid.UUID, uuid.UUID]
_COLUMNS = ("id", "account_id", "lot_id", "quantity", "value_minor", "spans", "low", "high", "version")
BALANCE_COLUMNS = ", ".join(f"b.{name}" for name in _COLUMNS)
_EACH_LOCKED = (
    "jsonb_to_recordset(%s::jsonb) AS k(account_id uuid, lot_id uuid) CROSS JOIN LATERAL ("
    "SELECT * FROM journal_balance o WHERE o.account_id = k.account_id AND o.lot_id = k.lot_id FOR UPDATE) b"
)


def locked_balances(keys: Iterable[Key]) -> list[Balance]:
    """Read and lock the balances of these (account, lot) pairs, in that order."""
    pairs = set(keys)
    if not pairs:
        return []
    return [row for row in map(balance_of_row, run(*_wanted(pairs))) if (row.account_id, row.lot_id) in pairs]


def balance_of_row(values: Sequence[Any]) -> Balance:
    """Make a balance of the columns BALANCE_COLUMNS."""
    ids, rest = [as_uuid(value) for value in values[:3]], values[3:]
    # By place, which Django fills in half the time that names take.
    return Balance.from_db(DEFAULT_DB_ALIAS, _COLUMNS, [*ids, *rest[:2], json.loads(rest[2]), *rest[3:]])


def _wanted(pairs: set[Key]) -> tuple[str, list[object]]:
    text = f"SELECT {BALANCE_COLUMNS} FROM"
    if connection.vendor == "postgresql":
        # Arrays would be planned anew each time, since their length promises PostgreSQL a cheaper plan. Each pair is
        # looked up by itself, in the order given.
        keys = [{"account_id": str(account), "lot_id": str(lot)} for account, lot in sorted(pairs)]
        return f"{text} {_EACH_LOCKED}", [json.dumps(keys)]
    # A little wider than the pairs, which costs nothing: an account rarely holds another account's lots.
    accounts, lots = ({pair[place] for pair in pairs} for place in (0, 1))
    members = "(SELECT value FROM json_each(%s))"
    where = f"b.account_id IN {members} AND b.lot_id IN {members} ORDER BY b.account_id, b.lot_id"
    return f"{text} journal_balance b WHERE {where}", [
        json.dumps([one.hex for one in many]) for many in (accounts, lots)
    ]
