"""What tests look at: whether anything was written, and whether the books add up when they are counted again."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.models import SOURCES, Account, Balance, Transfer
from logistics.kernel.spans import Span, count_of_units, has_span, with_span, without_span
from tests.architecture.house import own_models

# What a refused request may leave behind: the note that a key was used, or that an auditor looked.
NOISE = frozenset({"api_key", "api_storedanswer", "audits_look"})


def rows_everywhere() -> dict[str, int]:
    """Count the rows of every table of the project."""
    tables = {model._meta.db_table for model in own_models()} - NOISE
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(tables):
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


@contextmanager
def nothing_written() -> Iterator[None]:
    """Assert that no table has another number of rows afterwards."""
    before = rows_everywhere()
    yield
    after = rows_everywhere()
    assert {table: after[table] - count for table, count in before.items() if after[table] != count} == {}


def assert_books_close() -> None:
    """Count every balance again from the transfers alone, and compare: units, spans and values, each unit once."""
    held: dict[tuple[object, object], list[Span]] = defaultdict(list)
    values: dict[tuple[object, object], int] = defaultdict(int)
    sources = set(Account.objects.filter(kind__in=SOURCES).values_list("id", flat=True))
    for row in Transfer.objects.order_by("entry_id", "position"):
        for account, sign in ((row.credit_id, -1), (row.debit_id, 1)):
            if account in sources:
                continue
            key = (account, row.lot_id)
            if sign < 0:
                assert has_span(held[key], (row.start, row.stop)), f"units {row.start}-{row.stop} were not there"
                held[key] = without_span(held[key], (row.start, row.stop))
            else:
                held[key] = with_span(held[key], (row.start, row.stop))
            values[key] += sign * row.value_minor
    rows = {(row.account_id, row.lot_id): row for row in Balance.objects.all()}
    assert rows.keys() >= {key for key, spans in held.items() if spans}
    for key, row in rows.items():
        assert [tuple(span) for span in row.spans] == held[key]
        assert row.quantity == count_of_units(held[key])
        assert row.value_minor == values[key]


def statements(queries: CaptureQueriesContext) -> list[str]:
    """List the statements that were sent, without Django's savepoints of the test itself."""
    return [query["sql"] for query in queries.captured_queries if "SAVEPOINT" not in query["sql"]]
