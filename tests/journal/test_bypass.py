"""Around the guards: every unique key of every guarded table, every switch of both databases, every tool of Django.

The tables are taken from the declared triggers and the keys from the database itself, so a new table or key without
its guard fails here. On a copy whose foreign keys and checks are out of the way, rows are made of their types alone.
"""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from logistics.journal.log import Leaf
from logistics.storage.triggers import TriggersAbsent, absent_triggers, declared_triggers, require_triggers
from tests.cast import NOW
from tests.databases import as_owner, drop_trigger, is_postgresql
from tests.journal.test_books import ORGANISATION, Shelf
from tests.looking import nothing_written

SUFFIX = "_no_delete"
GUARDED = sorted(name.removesuffix(SUFFIX) for name in declared_triggers() if name.endswith(SUFFIX))
APPEND_ONLY = sorted(table for table in GUARDED if f"{table}_no_update" in declared_triggers())
CHANGING = sorted(set(GUARDED) - set(APPEND_ONLY))
MODELS = {model._meta.db_table: model for model in apps.get_models()}
# What a row must say to reach the guard that is meant, where types alone do not bring it there.
MEANT = {
    "journal_period": {"state": "PROPOSED"},
    "lists_list": {"state": "PROPOSED"},
    "lists_listentry": {"offer": 1},
    "stock_stocktake": {"state": "OPEN"},
    "stock_move": {"state": "OPEN"},
    "stock_handdown": {"state": "OPEN"},
    "stock_disposal": {"state": "PROPOSED"},
    "stock_hold": {"left": 1},
    "stock_transitline": {"sent": 9, "received": 0, "lost": 0, "damaged": 0},
}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Key:
    """A unique key as the database knows it; `condition` where only some rows count."""

    columns: tuple[str, ...]
    condition: str = ""


def unique_keys(table: str) -> list[Key]:
    """Read the unique keys of a table out of the database."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT array_agg(a.attname::text ORDER BY k.place), coalesce(pg_get_expr(i.indpred, i.indrelid), '')"
                " FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place), pg_attribute a"
                " WHERE i.indisunique AND i.indrelid = %s::regclass AND a.attrelid = i.indrelid"
                " AND a.attnum = k.number GROUP BY i.indexrelid, i.indpred, i.indrelid",
                [table],
            )
            return [Key(tuple(columns), condition) for columns, condition in cursor.fetchall()]
        cursor.execute(
            "SELECT l.name, coalesce(m.sql, '') FROM pragma_index_list(%s) l"
            " LEFT JOIN sqlite_master m ON m.name = l.name WHERE l.[unique]",
            [table],
        )
        found = [(name, sql.partition(" WHERE ")[2]) for name, sql in cursor.fetchall()]
        keys = []
        for name, condition in found:
            cursor.execute("SELECT name FROM pragma_index_info(%s) ORDER BY seqno", [name])
            keys.append(Key(tuple(row[0] for row in cursor.fetchall()), condition))
    return keys


def _value(field: models.Field) -> object:  # type: ignore[type-arg]
    number, kind = next(_numbers), field.get_internal_type()
    if kind in {"UUIDField", "ForeignKey", "OneToOneField"}:
        return uuid.UUID(int=number)
    if kind in {"DateTimeField", "DateField"}:
        day = NOW + dt.timedelta(days=number)
        return day if kind == "DateTimeField" else day.date()
    if kind == "BooleanField":
        return True
    if kind == "BinaryField":
        return b"x"
    if kind == "JSONField":
        return []
    return number if "Integer" in kind or kind == "BigAutoField" else f"x{number}"[: field.max_length]


class Blank:
    """A guarded table on a copy without foreign keys and checks, and rows made for it."""

    def __init__(self, table: str) -> None:
        self.table, self.fields = table, MODELS[table]._meta.concrete_fields
        self.names = [field.column for field in self.fields]

    def row(self, key: Key | None = None, like: dict[str, object] | None = None) -> dict[str, object]:
        """Make a row; with `like`, one that meets it in this key and in nothing else."""
        needed = set(key.columns) if key else set()
        made = {f.column: None if f.null and f.column not in needed else _value(f) for f in self.fields}
        made |= MEANT.get(self.table, {})
        return made | ({name: like[name] for name in needed} if like else {})

    def insert(self, row: dict[str, object], how: str = "INSERT INTO", after: str = "") -> None:
        """Insert a row with these words before and after."""
        marks = ", ".join(["%s"] * len(self.names))
        values = [field.get_db_prep_save(row[field.column], connection) for field in self.fields]
        _run(f"{how} {self.table} ({', '.join(map(_quoted, self.names))}) VALUES ({marks}) {after}", values)

    def change(self, row: dict[str, object], key: Key, like: dict[str, object], how: str) -> None:
        """Change the key of a row to that of another."""
        fields = {field.column: field for field in self.fields}
        sets = ", ".join(f"{_quoted(name)} = %s" for name in key.columns)
        values = [fields[name].get_db_prep_save(like[name], connection) for name in key.columns]
        own = fields["id"].get_db_prep_save(row["id"], connection)
        _run(f"{how} {self.table} SET {sets} WHERE id = %s", [*values, own])

    def counts(self, row: dict[str, object], key: Key) -> bool:
        """Tell whether the row is one that this key is about."""
        own = self.fields[0].get_db_prep_save(row["id"], connection)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {self.table} WHERE id = %s AND ({key.condition or 'true'})", [own])
            return cursor.fetchone() is not None


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _run(statement: str, values: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or [])


@pytest.fixture
def bare(committed_database: str) -> str:
    """A database of its own with nothing but guards and unique keys: whatever can be switched off is off."""
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c')"
                " AND connamespace = 'public'::regnamespace"
            )
            found = cursor.fetchall()
        as_owner(committed_database, "; ".join(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in found))
    else:
        for switch in ("foreign_keys = OFF", "recursive_triggers = OFF", "ignore_check_constraints = ON"):
            _run(f"PRAGMA {switch}")
    for name, rule in declared_triggers().items():
        # What else a new row must fulfil is not the question here.
        if rule.moment == "BEFORE INSERT" and not name.endswith("_no_replace"):
            as_owner(committed_database, drop_trigger(rule.table, name))
    return committed_database


@pytest.mark.engine("sqlite", "postgresql")
def test_every_table_of_the_books_is_guarded_but_those_that_change() -> None:
    own = {table for table, model in MODELS.items() if model._meta.app_label == "journal"}
    assert own - set(GUARDED) == {"journal_balance", "journal_committedtext", "journal_unsealedleaf"}
    assert set(CHANGING) & own == {"journal_period", "journal_purse"}
    assert len(APPEND_ONLY) >= 20


def test_no_row_is_pushed_out_over_any_unique_key(bare: str) -> None:
    """On SQLite INSERT OR REPLACE, on PostgreSQL ON CONFLICT DO UPDATE: one key at a time, all others being new."""
    tried = 0
    for table in GUARDED:
        blank = Blank(table)
        keys = unique_keys(table)
        assert ("id",) in {key.columns for key in keys}
        for key in keys:
            stands = blank.row(key)
            blank.insert(stands)
            assert blank.counts(stands, key), f"make a row of {table} that {key} is about"
            other = blank.row(key, stands)
            _refused_over(blank, key, other, stands)
            tried += 1
    assert tried > 60


def _refused_over(blank: Blank, key: Key, other: dict[str, object], stands: dict[str, object]) -> None:
    named = f"{blank.table} {key.columns}"
    if is_postgresql():
        on = f"ON CONFLICT ({', '.join(map(_quoted, key.columns))}) {f'WHERE {key.condition}' if key.condition else ''}"
        if blank.table in CHANGING:
            # It may change, so this is an ordinary change of its own: nobody is pushed out.
            return
        with pytest.raises(DatabaseError, match="append_only"):
            blank.insert(other, after=f"{on} DO UPDATE SET id = excluded.id")
    else:
        for how in ("INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO"):
            with pytest.raises(DatabaseError, match="append_only"):
                blank.insert(other, how)
                pytest.fail(f"{how} {named} was taken")
    assert blank.counts(stands, key), named


def test_no_row_is_pushed_out_by_a_change_of_another(bare: str) -> None:
    for table in GUARDED:
        blank = Blank(table)
        for key in unique_keys(table):
            stands, other = blank.row(key), blank.row(key)
            blank.insert(stands)
            blank.insert(other)
            with pytest.raises(DatabaseError, match=r"append_only|duplicate key"):
                blank.change(other, key, stands, "UPDATE" if is_postgresql() else "UPDATE OR REPLACE")
                pytest.fail(f"a row of {table} took the key {key.columns} of another")
            assert blank.counts(stands, key)
            assert blank.counts(other, key)


def test_no_row_goes_or_changes_whoever_asks(bare: str) -> None:
    for table in GUARDED:
        blank = Blank(table)
        row = blank.row()
        blank.insert(row)
        statements = [f"DELETE FROM {table}", f"WITH gone AS (SELECT 1) DELETE FROM {table}"]
        if table in APPEND_ONLY:
            statements += [f"UPDATE {table} SET id = id", f"UPDATE {table} SET {_quoted(blank.names[-1])} = NULL"]
            statements += [] if is_postgresql() else [f"UPDATE OR IGNORE {table} SET id = id"]
        for statement in statements:
            with pytest.raises(DatabaseError, match="append_only"):
                _run(statement)
            if is_postgresql():
                with pytest.raises(psycopg.Error, match="append_only"):
                    as_owner(bare, statement)
        with pytest.raises(DatabaseError, match="append_only"):
            MODELS[table]._default_manager.all()._raw_delete(connection.alias)
        assert MODELS[table]._default_manager.filter(id=row["id"]).exists()


@pytest.mark.engine("postgresql")
def test_nobody_empties_a_table(bare: str) -> None:
    for table in GUARDED:
        for more in ("", " CASCADE"):
            with pytest.raises(DatabaseError, match="permission denied"):
                _run(f"TRUNCATE {table}{more}")
            with pytest.raises(psycopg.Error, match="append_only"):
                as_owner(bare, f"TRUNCATE {table}{more}")


SWITCHES = {
    "SET session_replication_role = replica": "permission denied",
    "ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_update": "must be owner",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL": "must be owner",
    "DROP TRIGGER journal_entry_no_update ON journal_entry": "must be owner",
    "DROP FUNCTION journal_entry_no_update() CASCADE": "must be owner",
    "ALTER FUNCTION journal_entry_no_update() RENAME TO quiet": "must be owner",
    "CREATE RULE quiet AS ON INSERT TO journal_entry DO INSTEAD NOTHING": "must be owner",
    "ALTER TABLE journal_balance DROP CONSTRAINT journal_balance_not_negative": "must be owner",
    "ALTER TABLE journal_entry RENAME TO gone": "must be owner",
    "SET ROLE nuanliu_owner": "permission denied",
}


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("statement", SWITCHES)
def test_the_role_that_serves_switches_nothing_off(db: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match=SWITCHES[statement]), transaction.atomic():
        _run(statement)
    assert absent_triggers() == []


@pytest.mark.engine("postgresql")
def test_not_even_the_owner_plays_replica(committed_database: str) -> None:
    with pytest.raises(psycopg.Error, match="permission denied"):
        as_owner(committed_database, "SET session_replication_role = replica")


@pytest.mark.engine("postgresql")
def test_copying_rows_in_meets_the_same_rules(db: None) -> None:
    shelf = Shelf(is_restricted=True)
    entry = shelf.move(0, 1, shelf.store, shelf.parcel)
    line = "\t".join(map(str, (uuid.uuid4(), entry.id, 7, shelf.lot, shelf.store.id, shelf.parcel.id, 1, 2, 100, "f")))
    columns = "id, entry_id, position, lot_id, credit_id, debit_id, start, stop, value_minor, is_origin"
    with nothing_written(), pytest.raises(psycopg.Error, match="entry_complete"), transaction.atomic():
        with connection.cursor() as cursor, cursor.copy(f"COPY journal_transfer ({columns}) FROM STDIN") as copy:
            copy.write(f"{line}\n")


def test_every_rule_that_is_dropped_is_missed(committed_database: str) -> None:
    for name, rule in declared_triggers().items():
        lines = rule.installed_by(connection.vendor)
        if lines:
            as_owner(committed_database, drop_trigger(rule.table, name))
            assert absent_triggers() == [name]
            as_owner(committed_database, lines[-1])
    assert absent_triggers() == []


DISGUISES = {
    "switched off": "ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_update",
    "emptied": (
        "CREATE OR REPLACE FUNCTION journal_entry_no_update() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RETURN NEW; END$$"
    ),
    "on a condition": (
        "DROP TRIGGER journal_entry_no_update ON journal_entry; CREATE TRIGGER journal_entry_no_update BEFORE UPDATE"
        " ON journal_entry FOR EACH ROW WHEN (false) EXECUTE FUNCTION journal_entry_no_update()"
    ),
    "on another table": (
        "DROP TRIGGER journal_entry_no_update ON journal_entry; CREATE TRIGGER journal_entry_no_update BEFORE UPDATE"
        " ON journal_balance FOR EACH ROW EXECUTE FUNCTION journal_entry_no_update()"
    ),
    "at another moment": (
        "DROP TRIGGER journal_entry_no_update ON journal_entry; CREATE TRIGGER journal_entry_no_update BEFORE DELETE"
        " ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_entry_no_update()"
    ),
}


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_rule_in_name_only_is_missed(committed_database: str, disguise: str) -> None:
    as_owner(committed_database, DISGUISES[disguise])
    assert absent_triggers() == ["journal_entry_no_update"]
    with pytest.raises(TriggersAbsent):
        require_triggers()


@pytest.mark.engine("sqlite")
def test_a_migration_that_rebuilds_a_table_is_found_out(committed_database: str) -> None:
    old, new = Leaf._meta.get_field("kind"), models.CharField(max_length=40)
    new.set_attributes_from_name("kind")
    new.model = Leaf
    _run("PRAGMA foreign_keys = OFF")
    with connection.schema_editor() as editor:
        editor.alter_field(Leaf, old, new)
    assert absent_triggers() == ["journal_leaf_no_delete", "journal_leaf_no_replace", "journal_leaf_no_update"]
    with pytest.raises(TriggersAbsent, match="journal_leaf_no_delete"):
        require_triggers()


@pytest.mark.engine("sqlite")
def test_rules_cut_out_of_the_schema_are_missed(committed_database: str) -> None:
    _run("PRAGMA writable_schema = ON")
    _run("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_leaf'")
    _run("PRAGMA writable_schema = RESET")
    assert "journal_leaf_no_delete" in absent_triggers()


def test_a_restricted_purse_is_not_swapped_for_a_free_one(db: None) -> None:
    shelf = Shelf(is_restricted=True)
    own = shelf.purse.id if is_postgresql() else shelf.purse.id.hex
    values = [own, ORGANISATION if is_postgresql() else ORGANISATION.hex, False]
    swap = "INSERT OR REPLACE INTO journal_purse (id, organisation_id, is_restricted) VALUES (%s, %s, %s)"
    if is_postgresql():
        swap = swap.replace("OR REPLACE ", "") + " ON CONFLICT (id) DO UPDATE SET is_restricted = false"
    for statement, given in ((swap, values), ("DELETE FROM journal_purse WHERE id = %s", [own])):
        with nothing_written(), pytest.raises(DatabaseError, match=r"append_only|stays_restricted"):
            with transaction.atomic():
                _run(statement, given)
