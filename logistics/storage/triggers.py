"""Triggers: what the database itself refuses, on both engines, declared in one list.

A trigger is declared beside the subject that needs it, installed by that subject's migration and compared with what
the database really has by a system check: Django rebuilds a SQLite table on `AlterField` and drops its triggers
without a word, so "it was migrated once" proves nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import indent

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

# Every refusal of a trigger begins with this word, so that Python can tell it from other database errors.
MARK = "nuanliu:"


@dataclass(frozen=True)
class Trigger:
    """One rule on one table, in the words of both engines.

    `sqlite` is the text between BEGIN and END, `postgresql` the body of a plpgsql function that ends with a RETURN;
    None where an engine needs no such rule.
    """

    name: str
    table: str
    moment: str  # "BEFORE INSERT", "BEFORE UPDATE", "BEFORE DELETE", "BEFORE TRUNCATE"
    sqlite: str | None
    postgresql: str | None

    def installed_by(self, vendor: str) -> list[str]:
        """List the statements that make this trigger on `sqlite` or `postgresql`."""
        if vendor == "sqlite":
            body = indent(self.sqlite or "", "  ")
            return (
                []
                if self.sqlite is None
                else [f"CREATE TRIGGER {self.name} {self.moment} ON {self.table} FOR EACH ROW BEGIN\n{body}\nEND"]
            )
        if self.postgresql is None:
            return []
        level = "STATEMENT" if self.moment.endswith("TRUNCATE") else "ROW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $nuanliu$\n"
            f"BEGIN\n{indent(self.postgresql, '  ')}\nEND\n$nuanliu$",
            f"CREATE TRIGGER {self.name} {self.moment} ON {self.table} FOR EACH {level} EXECUTE FUNCTION {self.name}()",
        ]

    def removed_by(self, vendor: str) -> list[str]:
        """List the statements that take this trigger away again."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]


def append_only(table: str, *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows of the table are added and nothing else.

    `unique_keys` names every unique key of the table by its columns, a partial one by its whole condition: on SQLite
    `INSERT OR REPLACE` deletes the row in the way without asking the delete trigger, so the insert trigger refuses a
    key that stands already.
    """
    refused = [
        _refusing(f"{table}_no_{verb.lower()}", table, f"BEFORE {verb}", "append_only")
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ]
    return [*refused, _no_replace(table, unique_keys)]


def never_replaced(table: str, *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows of the table may change, but neither go nor be pushed out by another row with their key.

    On SQLite `UPDATE OR REPLACE` deletes the row in the way as silently as an insert does.
    """
    kept = [rule for rule in append_only(table, *unique_keys) if rule.name != f"{table}_no_update"]
    swap = f"EXISTS (SELECT 1 FROM {table} WHERE id <> OLD.id AND ({_same_keys(unique_keys)}))"
    return [*kept, refusing_when(f"{table}_no_swap", table, "BEFORE UPDATE", "append_only UNIQUE", swap, None)]


def settled_for_ever(table: str, is_settled: str, *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows are never replaced, and never changed once they are settled: a condition on OLD."""
    name = f"{table}_settled_for_ever"
    final = refusing_when(name, table, "BEFORE UPDATE", "append_only", is_settled, is_settled)
    return [*never_replaced(table, *unique_keys), final]


def only_emptied(table: str, fixed: Sequence[str], emptied: str, *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows of the table are added, and that one column is emptied later: all `fixed` ones stay."""
    filled = f"(NEW.{emptied} IS DISTINCT FROM OLD.{emptied} AND coalesce(NEW.{emptied}, '') <> '')"
    changed = " OR ".join([filled, *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)])
    rule = refusing_when(f"{table}_only_emptied", table, "BEFORE UPDATE", "append_only", changed, changed)
    return [*never_replaced(table, *unique_keys), rule]


def decided_once(table: str, fixed: Sequence[str], *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows of the table are added and then decided once: `fixed` columns never change, and nothing does
    after the state PROPOSED.
    """
    changed = " OR ".join(["OLD.state <> 'PROPOSED'", *(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)])
    rule = refusing_when(f"{table}_decided_once", table, "BEFORE UPDATE", "append_only", changed, changed)
    return [*never_replaced(table, *unique_keys), rule]


def only_erased(table: str, fixed: Sequence[str], locked: str, *unique_keys: Sequence[str] | str) -> list[Trigger]:
    """Declare that rows of the table are added, and that one encrypted column is emptied, or encrypted with another
    key, later: all `fixed` ones stay.
    """
    changed = " OR ".join([_rewritten(locked), _any_changed(fixed)])
    rule = refusing_when(f"{table}_only_erased", table, "BEFORE UPDATE", "append_only", changed, changed)
    return [*never_replaced(table, *unique_keys), rule]


def decided_once_erasable(
    table: str, fixed: Sequence[str], decided: Sequence[str], locked: str, *unique_keys: Sequence[str] | str
) -> list[Trigger]:
    """Declare what `decided_once` does, but that one encrypted column is emptied, or encrypted with another key, at any
    time; `decided` names the columns that a decision fills.
    """
    late = f"(OLD.state <> 'PROPOSED' AND ({_any_changed(decided)}))"
    changed = " OR ".join([late, _rewritten(locked), _any_changed(fixed)])
    rule = refusing_when(f"{table}_decided_once", table, "BEFORE UPDATE", "append_only", changed, changed)
    return [*never_replaced(table, *unique_keys), rule]


def _any_changed(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns)


def _rewritten(locked: str) -> str:
    """Say that an encrypted column says something else now: what was emptied stays so, and nothing is put in plain."""
    kept = f"NEW.{locked} <> '' AND (OLD.{locked} = '' OR substr(NEW.{locked}, 1, 3) <> 'v1.')"
    return f"(NEW.{locked} IS DISTINCT FROM OLD.{locked} AND {kept})"


def refusing_when(name: str, table: str, moment: str, word: str, sqlite: str | None, postgresql: str | None) -> Trigger:
    """Make the trigger that refuses a change with a word where a condition on NEW and OLD is true on an engine."""
    return Trigger(
        name=name,
        table=table,
        moment=moment,
        sqlite=sqlite and f"SELECT RAISE(ABORT, '{MARK}{word}') WHERE {sqlite};",
        postgresql=postgresql
        and (
            f"IF {postgresql} THEN\n  RAISE EXCEPTION '{MARK}{word}' USING ERRCODE = 'check_violation';\nEND IF;\n"
            "RETURN NEW;"
        ),
    )


def _refusing(name: str, table: str, moment: str, word: str) -> Trigger:
    sqlite = None if moment.endswith("TRUNCATE") else f"SELECT RAISE(ABORT, '{MARK}{word}');"
    return Trigger(name, table, moment, sqlite, f"RAISE EXCEPTION '{MARK}{word}' USING ERRCODE = 'check_violation';")


def _no_replace(table: str, unique_keys: Sequence[Sequence[str] | str]) -> Trigger:
    # PostgreSQL has no INSERT OR REPLACE, and ON CONFLICT DO UPDATE meets the update trigger: nothing to add.
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {_same_keys(unique_keys)})"
    return refusing_when(f"{table}_no_replace", table, "BEFORE INSERT", "append_only UNIQUE", taken, None)


def _same_keys(unique_keys: Sequence[Sequence[str] | str]) -> str:
    return " OR ".join(f"({_same_key(key)})" for key in [("id",), *unique_keys])


def _same_key(key: Sequence[str] | str) -> str:
    return key if isinstance(key, str) else " AND ".join(f"{column} = NEW.{column}" for column in key)


_declared: dict[str, Trigger] = {}


def declare(triggers: Iterable[Trigger]) -> list[Trigger]:
    """Put the triggers on the list that the system check compares with the database."""
    kept = list(triggers)
    _declared.update((trigger.name, trigger) for trigger in kept)
    return kept


def declared_triggers() -> dict[str, Trigger]:
    """Return every declared trigger by name, on this engine or another."""
    return dict(_declared)


def install(triggers: Sequence[Trigger]) -> RunPython:
    """Make the migration step that installs these triggers, with its reverse."""

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, [line for trigger in triggers for line in trigger.installed_by(editor.connection.vendor)])

    def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, [line for trigger in triggers for line in trigger.removed_by(editor.connection.vendor)])

    return RunPython(forwards, backwards)


def uninstall(triggers: Sequence[Trigger]) -> RunPython:
    """Make the migration step that takes triggers away, before their tables change; `install` puts them back.

    SQLite makes a changed table anew, and refuses while a trigger of another table looks at it.
    """

    def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, [line for trigger in triggers for line in trigger.removed_by(editor.connection.vendor)])

    return RunPython(forwards, RunPython.noop)


def _run(editor: BaseDatabaseSchemaEditor, statements: Iterable[str]) -> None:
    for statement in statements:
        editor.execute(statement)


class TriggersAbsent(RuntimeError):
    """The database lacks rules that the books stand on."""


def require_triggers() -> None:
    """Refuse to serve over a database that lacks a declared trigger, with TriggersAbsent."""
    absent = absent_triggers()
    if absent:
        raise TriggersAbsent(
            f"The database lacks {len(absent)} triggers: {', '.join(absent)}. Run `manage.py migrate`."
        )


def absent_triggers(database: BaseDatabaseWrapper = connection) -> list[str]:
    """Name the declared triggers that the database does not have, or has with another text, or switched off."""
    present = _present_on_sqlite(database) if database.vendor == "sqlite" else _present_on_postgresql(database)
    wanted = {name: trigger.installed_by(database.vendor) for name, trigger in sorted(_declared.items())}
    return [name for name, lines in wanted.items() if lines and _folded(" ; ".join(lines)) != present.get(name)]


def _present_on_sqlite(database: BaseDatabaseWrapper) -> dict[str, str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: _folded(sql) for name, sql in cursor.fetchall()}


def _present_on_postgresql(database: BaseDatabaseWrapper) -> dict[str, str]:
    """Write what stands in the words of `installed_by`: table, moment and condition count as well as the text."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, p.proname, p.prosrc, pg_get_triggerdef(t.oid, true) FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        return {
            name: _folded(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $nuanliu$ {source} $nuanliu$ ; {definition}"
            )
            for name, function, source, definition in cursor.fetchall()
        }


def _folded(text: str) -> str:
    return " ".join(text.split())
