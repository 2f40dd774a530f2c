"""The one transaction of an action: opened by the outermost, repeated when the database says "not this time"."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES_MAX = 5
PAUSE_SECONDS_MAX = 0.05
# PostgreSQL: serialization_failure, deadlock_detected.
TRANSIENT_STATES = frozenset({"40001", "40P01"})
# Two requests at once under one reference, with one new name, or from one form, whose token is the row's id: the second
# meets the first when it looks again.
MET_WHEN_LOOKED_AT_AGAIN = ("reference_once", "found_once", "committedtext_one_each", "_pkey")


class RowsMoved(Exception):
    """Another transaction changed a guarded row in between: the outermost action starts again."""


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one transaction; the outermost one is repeated when rows moved under it."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block and not _is_test_frame():
            with transaction.atomic(savepoint=False):
                return function(*args, **kwargs)
        return _repeat(function, *args, **kwargs)

    return run


def apart(work: Callable[[], R]) -> R:
    """Run a part of an action that may fail alone: what it wrote goes, what stood before it stays."""
    with transaction.atomic():
        return work()


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything inside from one moment of the database, while others go on writing. Nothing is written inside.

    Inside another transaction it is that transaction's view.
    """
    if connection.in_atomic_block:
        yield
        return
    # Not Django's own block: on SQLite that takes the lock for writing, and all others would wait.
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _repeat(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    for left in reversed(range(TRIES_MAX)):
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except (RowsMoved, OperationalError, IntegrityError) as refusal:
            if not left or not _is_transient(refusal):
                raise
        # A short random pause lets the other writer finish, so that two losers do not meet again.
        time.sleep(random.uniform(0, PAUSE_SECONDS_MAX))
    raise AssertionError("unreachable: the last try returns or raises")


def _is_transient(refusal: Exception) -> bool:
    if isinstance(refusal, IntegrityError):
        return any(name in str(refusal) for name in MET_WHEN_LOOKED_AT_AGAIN)
    return isinstance(refusal, RowsMoved) or getattr(refusal.__cause__, "sqlstate", None) in TRANSIENT_STATES


def _is_test_frame() -> bool:
    """Tell whether the only open block is the one that a test rolls back."""
    blocks = connection.atomic_blocks
    return len(blocks) == 1 and bool(getattr(blocks[0], "_from_testcase", False))
