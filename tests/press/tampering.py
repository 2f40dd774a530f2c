"""What an attacker who owns the disk can do to the books: guards taken away, raw SQL, and no key to sign with."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from logistics.deliveries.models import ScanEvent
from logistics.storage.triggers import declared_triggers
from tests.databases import is_postgresql


def sealed_models() -> list[type[models.Model]]:
    """List the tables of the journal, and the scans."""
    # The rules of the house plant a model that has no table.
    kept = [model for model in apps.get_app_config("journal").get_models() if model._meta.managed]
    return [*kept, ScanEvent]


@contextmanager
def behind_our_back() -> Iterator[None]:
    """Take every guard away, let the block do what it likes, and put everything back as it was.

    Triggers, checks and foreign keys are off; the connection is the owner's.
    """
    _set_pragmas(is_on=False)
    try:
        with transaction.atomic():
            for table in sorted({model._meta.db_table for model in sealed_models()}):
                _unguard(table)
            yield
            transaction.set_rollback(True)
    finally:
        _set_pragmas(is_on=True)


def execute(sql: str, values: Sequence[object] = ()) -> int:
    """Run raw SQL; returns how many rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def put(row: models.Model, **columns: object) -> None:
    """Overwrite columns of a row, by raw SQL, as the database keeps them."""
    names = {field.attname: field for field in row._meta.concrete_fields}
    kept = [names[name].get_db_prep_save(value, connection) for name, value in columns.items()]
    assignments = ", ".join(f"{names[name].column} = %s" for name in columns)
    key = row._meta.pk.get_db_prep_save(row.pk, connection)  # type: ignore[union-attr] -- every table has one
    met = execute(f"UPDATE {row._meta.db_table} SET {assignments} WHERE id = %s", [*kept, key])
    assert met == 1, f"{row} was not there"


def take_away(row: models.Model) -> None:
    """Delete a row by raw SQL."""
    key = row._meta.pk.get_db_prep_save(row.pk, connection)  # type: ignore[union-attr] -- every table has one
    assert execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [key]) == 1


def copy_of(row: models.Model, **changes: object) -> models.Model:
    """Add a row like another one, under an id of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    made = type(row)(**{**values, **({"id": uuid.uuid4()} if isinstance(row.pk, uuid.UUID) else {}), **changes})
    type(row)._default_manager.bulk_create([made])
    return made


def another(field: "models.Field[Any, Any]", value: Any) -> object:
    """Make a value of the same kind that is not this one."""
    if field.choices:
        return next(str(choice) for choice, _ in field.choices if choice != value)
    kind = field.get_internal_type()
    if kind in ("UUIDField", "ForeignKey", "OneToOneField"):
        return uuid.uuid4()
    if kind == "BooleanField":
        return not value
    if kind == "DateField":
        return (value or dt.date(2026, 3, 1)) + dt.timedelta(days=1)
    if kind == "DateTimeField":
        return (value or dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) + dt.timedelta(seconds=1)
    if kind == "JSONField":
        return [value, "more"]
    if kind == "BinaryField":
        return bytes(value) + b" "
    if isinstance(value, int) or kind.endswith("IntegerField"):
        # Far enough not to meet another row under a unique key, in long books too.
        return (value or 0) + (1_009 if "Small" in kind else 1_000_003)
    text = str(value or "")
    return hashlib.sha256(text.encode()).hexdigest() if len(text) == 64 else (text + "X")[-(field.max_length or 999) :]


def plain(value: object) -> str:
    """Say a value for the name of a test."""
    return json.dumps(value, default=str)[:40]


def _unguard(table: str) -> None:
    if is_postgresql():
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')", [table]
            )
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        return
    for trigger in declared_triggers().values():
        if trigger.table == table:
            execute(f"DROP TRIGGER IF EXISTS {trigger.name}")


def _set_pragmas(*, is_on: bool) -> None:
    if not is_postgresql():
        execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")
        execute(f"PRAGMA ignore_check_constraints={'OFF' if is_on else 'ON'}")
