"""Locks that outlive no process: whoever is killed lets go at once, wherever the database runs."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings
from django.db import connection

T = TypeVar("T")
# The first number of PostgreSQL's advisory locks that mean "this job is being worked on".
HELD_LOCK = 0x6E75686C
TRY_SECONDS = 0.05


@contextmanager
def held(name: str, *, patience_seconds: float = 0) -> Iterator[bool]:
    """Hold what a name stands for; yields whether it is ours, which it is not while another process or thread has it.

    On PostgreSQL the session holds it, on SQLite, which one machine has to itself, an open file. With patience, who
    finds it held tries again for so long.
    """
    with (_held_by_session if connection.vendor == "postgresql" else _held_by_file)(name, patience_seconds) as is_ours:
        yield is_ours


@contextmanager
def _held_by_session(name: str, patience_seconds: float) -> Iterator[bool]:
    def is_free() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [HELD_LOCK, name])
            return bool(cursor.fetchone()[0])

    is_ours = bool(_tried(is_free, patience_seconds))
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [HELD_LOCK, name])


@contextmanager
def _held_by_file(name: str, patience_seconds: float) -> Iterator[bool]:
    folder = Path(settings.MEDIA_ROOT) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / hashlib.sha256(name.encode()).hexdigest()
    file = _tried(lambda: _locked(path), patience_seconds)
    try:
        yield file is not None
    finally:
        if file is not None:
            path.unlink(missing_ok=True)
            file.close()


def _tried(lock: Callable[[], T], seconds: float) -> T:
    until = time.monotonic() + seconds
    while not (answer := lock()) and time.monotonic() < until:
        time.sleep(TRY_SECONDS)
    return answer


def _locked(path: Path) -> IO[bytes] | None:
    """Open and lock a file, or None where somebody has it. One that was taken away meanwhile locks nothing."""
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
        file.close()
