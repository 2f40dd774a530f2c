"""Statements whose text stays the same: the database plans each once a connection, Django builds none of it."""

import functools
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

TEXTS_KEPT_MAX = 500
R = TypeVar("R")
Rows = list[tuple[Any, ...]]


def run(sql: str, values: Sequence[Any]) -> Rows:
    """Send a statement and return its rows. The values travel apart from the text, in their own types."""
    return _sent(sql, lambda driver: _rows(driver, sql, values))


def run_many(sql: str, rows: Sequence[Sequence[Any]]) -> int:
    """Send a statement once for every row, on SQLite; returns how many rows it wrote."""
    return _sent(sql, lambda driver: int(driver.executemany(_marked(sql), rows).rowcount))


def _sent(sql: str, send: Callable[[Any], R]) -> R:
    # Looked up once: Django's `connection` asks whose thread it is at each name.
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        answer = send(database.connection)
    if database.queries_logged:
        database.queries_log.append({"sql": sql, "time": "0"})
    return answer


def _rows(driver: Any, sql: str, values: Sequence[Any]) -> Rows:
    if isinstance(driver, sqlite3.Connection):
        return driver.execute(_marked(sql), values).fetchall()
    cursor: psycopg.Cursor[Any]
    with psycopg.Cursor(driver) as cursor:
        cursor.execute(sql, values)
        # Asking for `description` makes an object for each column, which nobody reads here.
        return cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []


@functools.lru_cache(TEXTS_KEPT_MAX)
def _marked(sql: str) -> str:
    """Mark the places of values as SQLite does."""
    return sql.replace("%s", "?").replace("%%", "%")
