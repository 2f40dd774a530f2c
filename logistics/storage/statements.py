"""Statements whose text stays the same: PostgreSQL plans each once a connection, Django builds none of it."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def run(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Send a statement and return its rows. On PostgreSQL the values travel apart from the text, in their own types."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor[Any](connection.connection) as prepared:
        prepared.execute(sql, values)
        rows = prepared.fetchall() if prepared.description else []
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    return rows
