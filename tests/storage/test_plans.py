"""What a scan sends is planned once by PostgreSQL, and looks up its rows instead of reading a table through."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.locking import locked_balances
from logistics.storage import statements
from tests.cast import World

pytestmark = pytest.mark.django_db
# From here on PostgreSQL takes the plan without values, unless one with values promises to be cheaper.
CUSTOM_PLANS = 5


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans each statement by its indexes alone")


def _prepared(sql: str) -> int:
    """Prepare a statement; returns how many values it takes."""
    count = sql.count("%s")
    for place in range(count):
        sql = sql.replace("%s", f"${place + 1}", 1)
    # Past psycopg's own marks.
    statements.run(f"PREPARE asked AS {sql}".replace("%", "%%"), [])
    return count


def test_one_parcel_is_looked_up_to_be_changed(world: World) -> None:
    parcel = world.parcel()
    with CaptureQueriesContext(connection) as queries:
        world.walk(parcel, "PACK")
    (text,) = {row["sql"] for row in queries if "UPDATE parcels_parcel" in row["sql"]}
    values = ", ".join(["'[]'"] * _prepared(text))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN EXECUTE asked ({values})")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using parcels_parcel_pkey" in plan and "Seq Scan on parcels_parcel" not in plan


def test_balances_are_not_planned_anew_each_time(world: World) -> None:
    key = uuid.uuid4()
    with CaptureQueriesContext(connection) as queries:
        assert locked_balances([(key, key)]) == []
    (text,) = (row["sql"] for row in queries)
    assert _prepared(text) == 1
    with connection.cursor() as cursor:
        for _ in range(CUSTOM_PLANS + 2):
            cursor.execute(f"""EXECUTE asked ('[{{"account_id": "{key}", "lot_id": "{key}"}}]')""")
        cursor.execute("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE name = 'asked'")
        assert cursor.fetchone() == (CUSTOM_PLANS, 2)
