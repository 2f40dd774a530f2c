"""Locks that last as long as the transaction: one writer of a kind at a time, whatever the rows are."""

from django.db import connection


def wait_for_others(number: int) -> None:
    """Wait until no other transaction holds the numbered lock, then hold it until the end of this one."""
    # On SQLite the transaction itself is the lock: it began IMMEDIATE.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
