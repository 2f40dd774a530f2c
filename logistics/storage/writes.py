"""Set-based writes: one statement for one row or for a thousand, the same on both engines.

The rows travel as one JSON parameter, so that neither SQLite's limit of variables nor PostgreSQL's limit of
parameters cuts a batch into pieces.
"""

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence

from django.db import connection, models

Value = str | int | bool | uuid.UUID | dt.datetime | dt.date | Sequence[object] | Mapping[str, object] | None

# How a column of each kind is taken out of the JSON rows, and what PostgreSQL calls it.
_POSTGRESQL_TYPES = {
    "UUIDField": "uuid",
    "BigIntegerField": "bigint",
    "SmallIntegerField": "smallint",
    "PositiveIntegerField": "integer",
    "BooleanField": "boolean",
    "DateTimeField": "timestamptz",
    "DateField": "date",
    "JSONField": "jsonb",
    "ForeignKey": "uuid",
    "OneToOneField": "uuid",
}


def add_together(*groups: Sequence[models.Model]) -> None:
    """Add the rows of several tables that do not look at each other: on PostgreSQL in a single statement."""
    filled = [list(group) for group in groups if group]
    if connection.vendor != "postgresql" or len(filled) < 2:
        for rows in filled:
            type(rows[0])._default_manager.bulk_create(rows)
        return
    inserts = [_insert(rows) for rows in filled]
    steps = ", ".join(f"step_{number} AS ({sql})" for number, (sql, _) in enumerate(inserts[:-1]))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {steps} {inserts[-1][0]}", [values for _, values in inserts])


def _insert(rows: list[models.Model]) -> tuple[str, str]:
    """Write the statement that adds rows, and the rows as its one parameter; bytes travel as hexadecimal text."""
    # What the database numbers by its own sequence is left to it.
    fields = [field for field in type(rows[0])._meta.concrete_fields if not isinstance(field, models.AutoField)]
    names = [field.column or "" for field in fields]
    binary = {field.column for field in fields if field.get_internal_type() == "BinaryField"}
    taken = ", ".join(f"decode(v.{name}, 'hex')" if name in binary else f"v.{name}" for name in names)
    table = type(rows[0])._meta.db_table
    sql = f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken} FROM {_rows(type(rows[0]), names)}"
    values = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    return sql, json.dumps(values, ensure_ascii=False, default=_plain)


def set_rows(model: type[models.Model], rows: Sequence[Mapping[str, Value]]) -> int:
    """Set the named columns of many rows in one statement; each row names its `id`. Return how many were met."""
    columns = [name for name in rows[0] if name != "id"]
    assignments = ", ".join(f"{name} = v.{name}" for name in columns)
    sql = f"UPDATE {model._meta.db_table} AS t SET {assignments} FROM {_rows(model, list(rows[0]))} WHERE t.id = v.id"
    return _execute(sql, rows)


def put_rows(
    model: type[models.Model], rows: Sequence[Mapping[str, Value]], *, key: Sequence[str], unless_moved: str
) -> int:
    """Add rows, or replace those with the same key if the column `unless_moved` is exactly one behind.

    Return how many rows were written: fewer than given means that another writer was first.
    """
    table = model._meta.db_table
    columns = list(rows[0])
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in (*key, "id"))
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join('v.' + name for name in columns)}"
        f" FROM {_rows(model, columns)} WHERE true"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}"
        f" WHERE {table}.{unless_moved} = excluded.{unless_moved} - 1"
    )
    return _execute(sql, rows)


def _rows(model: type[models.Model], columns: Sequence[str]) -> str:
    kinds = {field.column: field.get_internal_type() for field in model._meta.concrete_fields}
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{name} {_POSTGRESQL_TYPES.get(kinds[name], 'text')}" for name in columns)
        return f"jsonb_to_recordset(%s::jsonb) AS v({typed})"
    # SQLite keeps a UUID as 32 hexadecimal digits without hyphens.
    taken = ", ".join(_from_json(name, kinds[name]) for name in columns)
    return f"(SELECT {taken} FROM json_each(%s) AS j) AS v"


def _from_json(name: str, kind: str) -> str:
    value = f"json_extract(j.value, '$.{name}')"
    if _POSTGRESQL_TYPES.get(kind) == "uuid":
        value = f"replace({value}, '-', '')"
    return f"{value} AS {name}"


def _execute(sql: str, rows: Sequence[Mapping[str, Value]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(list(rows), ensure_ascii=False, default=_plain)])
        return int(cursor.rowcount)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC)
        # Django keeps times on SQLite as naive UTC text; another spelling would sort wrongly.
        return moment.isoformat() if connection.vendor == "postgresql" else str(moment.replace(tzinfo=None))
    if isinstance(value, uuid.UUID | dt.date):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot be written")
