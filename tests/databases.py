"""Test databases: one migrated template, and copies of it.

Tests that commit cannot be undone by Django's flush, since what is append-only cannot be deleted: each gets a copy of
the template instead, and the triggers are never switched off. On PostgreSQL the copies are made by the owner, and the
tests connect as the role that owns nothing.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection

OWNER_URL = os.environ.get("MIGRATION_DATABASE_URL", "")
ROLE_URL = os.environ.get("DATABASE_URL", "")
TEMPLATE = "nuanliu"
ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build"
# Whoever shapes a table or a trigger says one of these.
SHAPING = ("import models", "storage.triggers", "storage import triggers")
ADDRESS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


def is_postgresql() -> bool:
    """Tell which engine this run tests."""
    return connection.vendor == "postgresql"


def as_owner(url: str, statement: str) -> None:
    """Do what only the owner of the tables may do, in the database at this address."""
    if not is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        return
    with psycopg.connect(f"{OWNER_URL.rsplit('/', 1)[0]}/{url.rsplit('/', 1)[1]}", autocommit=True) as owner:
        owner.execute(statement)


def drop_trigger(table: str, name: str) -> str:
    """Write the statement that removes a trigger."""
    return f"DROP TRIGGER {name} ON {table}" if is_postgresql() else f"DROP TRIGGER {name}"


def make_template() -> None:
    """Migrate the template as its owner."""
    if is_postgresql():
        connection.settings_dict["OPTIONS"].pop("pool", None)
        _point_at(OWNER_URL)
        call_command("migrate", verbosity=0)
    else:
        _sqlite_path(TEMPLATE).unlink(missing_ok=True)
        _point_at(f"sqlite:///{_sqlite_path(TEMPLATE)}")
        _migrate_or_copy()
    connection.close()


def _migrate_or_copy() -> None:
    """Migrate, or take what an earlier run made of just these sources: migrating costs more than most runs."""
    kept = KEPT / f"template-{_sources_sha256()[:16]}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, _sqlite_path(TEMPLATE))
        return
    call_command("migrate", verbosity=0)
    connection.close()
    KEPT.mkdir(exist_ok=True)
    for stale in KEPT.glob("template-*"):
        stale.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=KEPT, prefix="template-", delete=False) as waiting:
        with sqlite3.connect(_sqlite_path(TEMPLATE)) as made, sqlite3.connect(waiting.name) as copy:
            made.backup(copy)
        Path(waiting.name).replace(kept)


def _sources_sha256() -> str:
    """Hash all that an empty database depends on: migrations, tables, triggers and the versions of the packages."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "logistics").rglob("*.py")) + sorted((ROOT / "api").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "migrations" or any(word in text for word in SHAPING):
            digest.update(f"{path.relative_to(ROOT)}\n{text}".encode())
    return digest.hexdigest()


@contextmanager
def copy_of_template() -> Iterator[str]:
    """Point the connection at a new copy of the template, and yield the copy's address."""
    if connection.in_atomic_block:
        raise RuntimeError("A test commits or is rolled back: it cannot use both a copy of its own and `db`.")
    before = {name: connection.settings_dict[name] for name in ADDRESS}
    name = f"copy_{uuid.uuid4().hex}"
    url = _copied(name)
    connection.close()
    _point_at(url)
    try:
        yield url
    finally:
        connection.close()
        connection.settings_dict.update(before)
        _drop(name)


def _copied(name: str) -> str:
    if is_postgresql():
        _on_server(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return ROLE_URL.rsplit("/", 1)[0] + f"/{name}"
    with sqlite3.connect(_sqlite_path(TEMPLATE)) as template, sqlite3.connect(_sqlite_path(name)) as copy:
        template.backup(copy)
    return f"sqlite:///{_sqlite_path(name)}"


def _drop(name: str) -> None:
    if is_postgresql():
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")
        return
    for suffix in ("", "-wal", "-shm"):
        Path(f"{_sqlite_path(name)}{suffix}").unlink(missing_ok=True)


def _on_server(statement: str) -> None:
    with psycopg.connect(OWNER_URL.rsplit("/", 1)[0] + "/postgres", autocommit=True) as owner:
        owner.execute(statement)


def _point_at(url: str) -> None:
    parts = urlsplit(url)
    name = parts.path if parts.scheme == "sqlite" else parts.path.strip("/")
    values = (name, parts.username or "", parts.password or "", parts.hostname or "", str(parts.port or ""))
    # The dictionary is the alias's own: the connections of other threads follow.
    connection.settings_dict.update(zip(ADDRESS, values, strict=True))


def _sqlite_path(name: str) -> Path:
    return Path(os.environ["NUANLIU_TEST_DATA"]) / f"{name}.sqlite3"
