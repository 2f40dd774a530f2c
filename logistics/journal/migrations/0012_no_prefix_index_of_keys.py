"""Nobody asks for the beginning of an entry's key: its index for LIKE, which PostgreSQL got by itself, goes."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

INDEX = "journal_entry_idempotency_key_b0cde079_like"


def _drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {INDEX}")


def _put_back(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE INDEX {INDEX} ON journal_entry (idempotency_key varchar_pattern_ops)")


class Migration(migrations.Migration):
    dependencies = [("journal", "0011_indexes_of_keys_gone")]

    operations = [migrations.RunPython(_drop, _put_back)]
