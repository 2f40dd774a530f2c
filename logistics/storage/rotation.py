"""Rotate the data key while everything runs: a new key becomes current, old values follow, the old key retires last.

1. `prepare_key` puts a new key into the ring, which every process reads again; nothing is encrypted with it yet. Where
   several machines have a copy each, the copies are brought up to date between this and the next step.
2. `switch_key` makes it current: what is written from now on has it.
3. `reencrypt_chunk` goes through each table with encrypted columns and compares before it swaps, so that a writer who
   comes in between wins. The rows themselves say how far it is: whoever is interrupted just begins again. Files carry
   keys of their own, which stand in such columns: their bytes need no new lock.
4. `retire_keys` takes an old key out of the ring once nothing has it and no transaction from before the switch can
   still be open. It goes into a file beside the ring, for backups from before, until their time is over.

The index key does not rotate here: every hash would have to be made anew from its text at one moment.
"""

import datetime as dt
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from logistics.storage.secrets import KEY_BYTES, EncryptedTextField, decrypted, encrypted, key_of_stored, key_ring

ROWS_PER_CHUNK = 500
# A request runs for a minute at most; a transaction that began before the switch has ended by then.
SETTLED_SECONDS = 120
RETIRED_SUFFIX = ".retired.json"


class RotationRunning(RuntimeError):
    """Another process rotates already: two at once could each make a key of the same name."""


@dataclass(frozen=True)
class Table:
    """A table with its encrypted columns."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """What became of one chunk: the last id that was looked at, how many values were encrypted anew."""

    last_id: Any
    rows: int
    values: int


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time rotate. Raises RotationRunning."""
    key_ring()
    with Path(f"{settings.DATA_KEYS}.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RotationRunning("another process rotates the keys") from None
        yield


def encrypted_tables() -> list[Table]:
    """List every table that has encrypted columns, in a fixed order."""
    found = []
    for model in apps.get_models():
        columns = tuple(
            str(field.column) for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
        )
        if columns:
            found.append(Table(model._meta.db_table, columns))
    return sorted(found, key=lambda table: table.name)


def prepare_key() -> str:
    """Put a new key into the ring, or return the one that waits there already: a rotation is begun once."""
    ring = _read()
    waiting = [name for name in ring["data"] if _number(name) > _number(ring["current"])]
    if waiting:
        return str(waiting[0])
    name = f"k{_number(ring['current']) + 1}"
    _write({**ring, "data": {**ring["data"], name: secrets.token_hex(KEY_BYTES)}})
    return name


def switch_key(name: str, *, now: dt.datetime) -> None:
    """Let what is written from now on have this key."""
    ring = _read()
    if ring["current"] != name:
        _write({**ring, "current": name, "switched_at": now.isoformat()})


def is_unfinished() -> bool:
    """Tell whether the ring still holds keys from before the current one: a rotation was interrupted, or waits."""
    ring = _read()
    return any(_number(name) < _number(ring["current"]) for name in ring["data"])


def count_behind(table: Table) -> int:
    """Count the rows of a table that have another key than the current one somewhere."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table.name} WHERE {_behind(table)}", _marks(table))
        return int(cursor.fetchone()[0])


def reencrypt_chunk(table: Table, after: Any = None) -> Chunk | None:
    """Encrypt the next rows of a table anew, in one short transaction; None where nothing is left behind `after`."""
    columns = ", ".join(table.columns)
    beyond = "" if after is None else "id > %s AND "
    wanted = [*([] if after is None else [after]), *_marks(table)]
    sql = f"SELECT id, {columns} FROM {table.name} WHERE {beyond}({_behind(table)}) ORDER BY id LIMIT {ROWS_PER_CHUNK}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, wanted)
        rows = cursor.fetchall()
        current = key_ring().current
        done = 0
        for row_id, *stored in rows:
            for column, old in zip(table.columns, stored, strict=True):
                if old and key_of_stored(old) != current:
                    name = f"{table.name}.{column}"
                    new = encrypted(decrypted(old, name), name)
                    # Whoever wrote in between has the new key already.
                    cursor.execute(
                        f"UPDATE {table.name} SET {column} = %s WHERE id = %s AND {column} = %s", [new, row_id, old]
                    )
                    done += cursor.rowcount
    return Chunk(rows[-1][0], len(rows), done) if rows else None


def retire_keys(*, now: dt.datetime, settled_seconds: int = SETTLED_SECONDS) -> list[str]:
    """Take the keys out of the ring that nothing has any more; returns their names.

    None goes before `settled_seconds` have passed since the switch.
    """
    ring = _read()
    switched_at = dt.datetime.fromisoformat(ring["switched_at"]) if "switched_at" in ring else now
    if now < switched_at + dt.timedelta(seconds=settled_seconds):
        return []
    old = [name for name in ring["data"] if _number(name) < _number(ring["current"])]
    gone = [] if any(count_behind(table) for table in encrypted_tables()) else old
    if gone:
        retired = _retired_path()
        standing = json.loads(retired.read_text(encoding="ascii")) if retired.exists() else {}
        _write(standing | {name: ring["data"][name] for name in gone}, retired)
        _write({**ring, "data": {name: key for name, key in ring["data"].items() if name not in gone}})
    return gone


def seconds_to_settle(*, now: dt.datetime, settled_seconds: int = SETTLED_SECONDS) -> float:
    """Return how long an old key must still stand."""
    ring = _read()
    if "switched_at" not in ring:
        return 0.0
    return max(0.0, settled_seconds - (now - dt.datetime.fromisoformat(ring["switched_at"])).total_seconds())


def _behind(table: Table) -> str:
    return " OR ".join(f"({column} <> '' AND {column} NOT LIKE %s)" for column in table.columns)


def _marks(table: Table) -> list[str]:
    return [f"v1.{key_ring().current}.%"] * len(table.columns)


def _number(name: str) -> int:
    return int(name.removeprefix("k"))


def _retired_path() -> Path:
    path = Path(settings.DATA_KEYS)
    return path.with_name(path.name + RETIRED_SUFFIX)


def _read() -> dict[str, Any]:
    return dict(json.loads(Path(settings.DATA_KEYS).read_text(encoding="ascii")))


def _write(ring: Mapping[str, Any], path: Path | None = None) -> None:
    """Put the ring in the place of the old one whole: a reader sees one or the other, and a crash leaves one."""
    target = path or Path(settings.DATA_KEYS)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".ring-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(ring, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        # A key that a power cut takes away takes what it encrypted with it.
        os.fsync(folder)
    finally:
        os.close(folder)
