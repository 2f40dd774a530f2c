"""Set-based writes: one statement for one row or for a thousand, the same on both engines.

The rows travel as one JSON parameter, so that neither SQLite's limit of variables nor PostgreSQL's limit of
parameters cuts a batch into pieces.
"""

import datetime as dt
import functools
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from logistics.storage.secrets import EncryptedTextField
from logistics.storage.statements import run, run_many

Value = str | int | bool | uuid.UUID | dt.datetime | dt.date | Sequence[object] | Mapping[str, object] | None

# Where a statement that is a step of a longer one waits for the step before it.
WAITING = "$waiting$"
_STORED_AS_IS = (str, int, bytes, type(None))
# How a column of each kind is taken out of the JSON rows, and what PostgreSQL calls it.
_POSTGRESQL_TYPES = {
    "UUIDField": "uuid",
    "BigIntegerField": "bigint",
    "SmallIntegerField": "smallint",
    "PositiveSmallIntegerField": "smallint",
    "PositiveIntegerField": "integer",
    "BooleanField": "boolean",
    "DateTimeField": "timestamptz",
    "DateField": "date",
    "JSONField": "jsonb",
    "ForeignKey": "uuid",
    "OneToOneField": "uuid",
}


@dataclass(frozen=True)
class Put:
    """Rows to be added, or to replace those with the same key where `unless_moved` is exactly one behind."""

    model: type[models.Model]
    rows: Sequence[Mapping[str, Value]]
    key: tuple[str, ...]
    unless_moved: str


@dataclass(frozen=True)
class Change:
    """Rows to be changed: each names its `id` and its new values of the same columns."""

    model: type[models.Model]
    rows: Sequence[Mapping[str, Value]]


def add_together(*groups: Sequence[models.Model], change: Change | None = None, put: Put | None = None) -> int:
    """Add the rows of several tables in this order, change rows, then put rows: on PostgreSQL in a single statement.

    What the triggers of a table look at stands before it. Return how many rows were put: fewer than given means that
    another writer was first, and that the caller must not let the rest stand.
    """
    filled = [list(group) for group in groups if group]
    if connection.vendor != "postgresql":
        for rows in filled:
            _add(rows)
        if change:
            set_rows(change.model, change.rows)
        return put_rows(put.model, put.rows, key=put.key, unless_moved=put.unless_moved) if put else 0
    if not filled and not change and not put:
        return 0
    changed = (change.model, len(change.rows) == 1, *change.rows[0]) if change else None
    written = (put.model, *put.rows[0]) if put else None
    sql = _together(tuple(type(rows[0]) for rows in filled), changed, written, _guard(put))
    values = [_as_json(_plain_rows(rows)) for rows in filled]
    ((count,),) = run(sql, [*values, *(_as_json(one.rows) for one in (change, put) if one)])
    return int(count) if put else 0


def add_unless_there(row: models.Model) -> bool:
    """Add a row unless one stands under one of its unique keys, in one statement; tell whether it was added.

    Outside a transaction that statement is one of its own.
    """
    sql = f"{_insert_values(type(row))} ON CONFLICT DO NOTHING RETURNING 1"
    fields = _own_fields(type(row))
    return bool(run(sql, [field.get_db_prep_save(getattr(row, field.attname), connection) for field, _ in fields]))


def _add(rows: list[models.Model]) -> None:
    fields = [field for field, _ in _own_fields(type(rows[0]))]
    values = [[_stored(field, getattr(row, field.attname)) for field in fields] for row in rows]
    run_many(_insert_values(type(rows[0])), values)


def _stored(field: "models.Field[Any, Any]", value: object) -> object:
    """Write a value as SQLite keeps it: what a column of an entry holds is told by its type, the rest by its field."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, _STORED_AS_IS) and not isinstance(field, models.JSONField):
        return value
    return _moment(value) if isinstance(value, dt.datetime) else field.get_db_prep_save(value, connection)


def _moment(value: dt.datetime) -> str:
    """Write a moment as Django keeps it on SQLite, naive in UTC: another spelling would sort wrongly."""
    return str(value.astimezone(dt.UTC).replace(tzinfo=None))


@functools.cache
def _own_fields(model: type[models.Model]) -> list[tuple["models.Field[Any, Any]", str]]:
    """List the fields of a table but those that the database numbers by its own sequence.

    Refuses a table with encrypted columns: values go from here as they are, past what encrypts them.
    """
    if any(isinstance(field, EncryptedTextField) for field in model._meta.concrete_fields):
        raise TypeError(f"{model.__name__} has encrypted columns: let Django write it")
    return [
        (field, field.column or "") for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]


@functools.cache
def _insert_values(model: type[models.Model]) -> str:
    names = [_quoted(name) for _, name in _own_fields(model)]
    return f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"


@functools.cache
def _together(
    added: tuple[type[models.Model], ...],
    changed: tuple[Any, ...] | None,
    put: tuple[Any, ...] | None,
    guard: tuple[str, ...],
) -> str:
    """Write one statement of many steps. Each counts the one before, so that its triggers see what that one wrote."""
    steps = [_insert_rows(model) for model in added]
    if changed:
        steps.append(_set(changed[0], changed[2:], is_one=changed[1]))
    if put:
        steps.append(_put(put[0], put[1:], guard[:-1], guard[-1]))
    waits = ["true", *(f"(SELECT count(*) FROM step_{number}) >= 0" for number in range(len(steps) - 1))]
    parts = [
        f"step_{number} AS ({sql.replace(WAITING, wait)} RETURNING 1)"
        for number, (sql, wait) in enumerate(zip(steps, waits, strict=True))
    ]
    return f"WITH {', '.join(parts)} SELECT count(*) FROM step_{len(steps) - 1}"


def _insert_rows(model: type[models.Model]) -> str:
    """Write the statement that adds rows from one JSON parameter; bytes travel as hexadecimal text."""
    fields = _own_fields(model)
    names = [name for _, name in fields]
    taken = [
        f"decode(v.{_quoted(name)}, 'hex')" if field.get_internal_type() == "BinaryField" else f"v.{_quoted(name)}"
        for field, name in fields
    ]
    columns = ", ".join(map(_quoted, names))
    return (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(taken)} FROM {_rows(model, names)}"
        f" WHERE {WAITING}"
    )


def _plain_rows(rows: Sequence[models.Model]) -> list[dict[str, object]]:
    fields = [(field.attname, name) for field, name in _own_fields(type(rows[0]))]
    return [{name: getattr(row, attribute) for attribute, name in fields} for row in rows]


def _guard(put: Put | None) -> tuple[str, ...]:
    return (*put.key, put.unless_moved) if put else ()


def _as_json(rows: Sequence[Mapping[str, object]]) -> str:
    return _JSON.encode(rows)


def _quoted(name: str) -> str:
    return f'"{name}"'


def set_rows(model: type[models.Model], rows: Sequence[Mapping[str, Value]]) -> int:
    """Set the named columns of many rows in one statement; each row names its `id`. Return how many were met."""
    return _execute(_alone(_set, model, tuple(rows[0]), len(rows) == 1), rows)


def put_rows(
    model: type[models.Model], rows: Sequence[Mapping[str, Value]], *, key: Sequence[str], unless_moved: str
) -> int:
    """Add rows, or replace those with the same key if the column `unless_moved` is exactly one behind.

    Return how many rows were written: fewer than given means that another writer was first.
    """
    return _execute(_alone(_put, model, tuple(rows[0]), tuple(key), unless_moved), rows)


@functools.cache
def _alone(write: Callable[..., str], *about: Any) -> str:
    """Write a statement that is no step of a longer one."""
    return write(*about).replace(WAITING, "true")


def _set(model: type[models.Model], columns: Sequence[str], is_one: bool) -> str:
    assignments = ", ".join(f"{name} = v.{name}" for name in columns if name != "id")
    return (
        f"UPDATE {model._meta.db_table} AS t SET {assignments} FROM {_rows(model, columns, is_one=is_one)}"
        f" WHERE t.id = v.id AND {WAITING}"
    )


def _put(model: type[models.Model], columns: Sequence[str], key: Sequence[str], unless_moved: str) -> str:
    table = model._meta.db_table
    assignments = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in (*key, "id"))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join('v.' + name for name in columns)}"
        f" FROM {_rows(model, columns)} WHERE {WAITING}"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {assignments}"
        f" WHERE {table}.{unless_moved} = excluded.{unless_moved} - 1"
    )


def _rows(model: type[models.Model], columns: Sequence[str], *, is_one: bool = False) -> str:
    """Write the rows of one JSON parameter as a table.

    Where there is one PostgreSQL is told so: it expects a hundred, and would read a whole table to join them.
    """
    kinds = {field.column: field.get_internal_type() for field in model._meta.concrete_fields}
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{_quoted(name)} {_POSTGRESQL_TYPES.get(kinds[name], 'text')}" for name in columns)
        return f"jsonb_to_record{'(%s::jsonb -> 0)' if is_one else 'set(%s::jsonb)'} AS v({typed})"
    # SQLite keeps a UUID as 32 hexadecimal digits without hyphens.
    taken = ", ".join(_from_json(name, kinds[name]) for name in columns)
    return f"(SELECT {taken} FROM json_each(%s) AS j) AS v"


def _from_json(name: str, kind: str) -> str:
    value = f"json_extract(j.value, '$.{name}')"
    if _POSTGRESQL_TYPES.get(kind) == "uuid":
        value = f"replace({value}, '-', '')"
    return f"{value} AS {name}"


def _execute(sql: str, rows: Sequence[Mapping[str, Value]]) -> int:
    if connection.vendor != "postgresql":
        return run_many(sql, [[_as_json(list(rows))]])
    with connection.cursor() as cursor:
        cursor.execute(sql, [_as_json(list(rows))])
        return int(cursor.rowcount)


def _plain(value: object) -> str:
    # Most are ids: they are asked for first.
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat() if connection.vendor == "postgresql" else _moment(value)
    if isinstance(value, dt.date):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} cannot be written")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)
