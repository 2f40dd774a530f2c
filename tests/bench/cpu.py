"""Whose processor time it was: of processes and all that they started, read from Linux's own accounts."""

import os
from collections.abc import Iterable
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pids: Iterable[int]) -> float:
    """Return the seconds that processes have used, those that they started and have ended included."""
    return sum(sum(_fields(pid)[11:15]) for pid in pids) / _TICKS


def family_of(pid: int) -> list[int]:
    """Return a process and everything that it has started, as far as it runs."""
    children = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    own = [child for child in children if _parent_of(child) == pid]
    return [pid, *(one for child in own for one in family_of(child))]


def postgresql_of(url: str) -> int:
    """Return the process that has started every other of a PostgreSQL server on this machine."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return _parent_of(int(row[0]))


def _parent_of(pid: int) -> int:
    return _fields(pid)[1]


def _fields(pid: int) -> list[int]:
    """Read `/proc/PID/stat` behind the name: state, parent, ...; the state, which is no number, counts as 0."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        # It has ended meanwhile: whoever started it has its time.
        return [0] * 15
    return [int(word) if word.lstrip("-").isdigit() else 0 for word in text.split()]
