"""Put a column of texts under the data key in a migration, and take it out again when the migration is undone."""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

from logistics.storage.secrets import decrypted, encrypted

ROWS_PER_CHUNK = 500


def lock_texts(table: str, column: str) -> RunPython:
    """Encrypt what stands in a column in plain. The column is a text already; empty ones stay."""
    name = f"{table}.{column}"
    return RunPython(
        _each(table, column, lambda text: encrypted(text, name)),
        _each(table, column, lambda text: decrypted(text, name)),
    )


def _each(
    table: str, column: str, turned: Callable[[str], str]
) -> Callable[[StateApps, BaseDatabaseSchemaEditor], None]:
    def run(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        with editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE {column} <> '' ORDER BY id")  # no input
            rows = cursor.fetchall()
            for place in range(0, len(rows), ROWS_PER_CHUNK):
                chunk = [(turned(text), row_id) for row_id, text in rows[place : place + ROWS_PER_CHUNK]]
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", chunk)  # no input

    return run
