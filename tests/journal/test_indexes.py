"""The indexes of the books: each is kept in step by every posting, so none may say what a longer one says already."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db
# What a page of the books asks of a column whose own index is gone.
ASKED = {
    "journal_transfer": ("entry_id", "lot_id", "credit_id", "debit_id"),
    "journal_balance": ("account_id",),
    "journal_lotsource": ("source_id",),
    "journal_frozenbalance": ("period_id",),
}


def test_no_index_of_the_books_begins_another() -> None:
    for model in apps.get_app_config("journal").get_models():
        partial = {
            one.name for one in [*model._meta.constraints, *model._meta.indexes] if getattr(one, "condition", None)
        }
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        whole = {name: one for name, one in found.items() if name not in partial and (one["index"] or one["unique"])}
        for name, short in whole.items():
            longer = [one["columns"] for one in whole.values() if len(one["columns"]) > len(short["columns"])]
            begun = [columns for columns in longer if columns[: len(short["columns"])] == short["columns"]]
            assert short["unique"] or not begun, f"{name} is said by an index of {begun[0]}"


@pytest.mark.parametrize(("table", "column"), [(table, name) for table, names in ASKED.items() for name in names])
def test_a_longer_index_answers_for_a_column(table: str, column: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads an empty table through, whatever its indexes")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE {column} = 'x'")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert f"({column}=?)" in plan and "INDEX" in plan
