"""Indexes of the books and of what a scan writes: each is kept in step, so none may say what another says."""

import pytest
from django.apps import apps
from django.db import connection, models

from logistics.deliveries.models import ScanEvent
from logistics.outbox.models import Event
from logistics.parcels.models import Parcel

pytestmark = pytest.mark.django_db
# What a page asks of a column whose own index is gone.
ASKED = {
    "journal_transfer": ("entry_id", "lot_id", "credit_id", "debit_id"),
    "journal_balance": ("account_id",),
    "journal_lotsource": ("source_id",),
    "journal_frozenbalance": ("period_id",),
    "parcels_parcel": ("organisation_id", "recall_id", "beneficiary_id"),
}


def test_no_index_that_a_scan_writes_begins_another() -> None:
    for model in (*apps.get_app_config("journal").get_models(), Parcel, ScanEvent, Event):
        whole = _whole_indexes(model)
        for name, short in whole.items():
            others = [one["columns"] for other, one in whole.items() if other != name]
            begun = [columns for columns in others if columns[: len(short["columns"])] == short["columns"]]
            assert short["unique"] or not begun, f"{name} is said by an index of {begun[0]}"


def _whole_indexes(model: type[models.Model]) -> dict[str, dict[str, list[str]]]:
    """Return the indexes of a table by name, but those of some rows alone."""
    partial = {one.name for one in [*model._meta.constraints, *model._meta.indexes] if getattr(one, "condition", None)}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {name: one for name, one in found.items() if name not in partial and (one["index"] or one["unique"])}


@pytest.mark.parametrize(("table", "column"), [(table, name) for table, names in ASKED.items() for name in names])
def test_another_index_answers_for_a_column(table: str, column: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads an empty table through, whatever its indexes")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE {column} = 'x'")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert f"({column}=?)" in plan and "INDEX" in plan
