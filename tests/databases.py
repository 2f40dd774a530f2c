"""Test databases: a migrated template, a stage that is the template with the cast on it, and copies of both.

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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection

OWNER_URL = os.environ.get("MIGRATION_DATABASE_URL", "")
ROLE_URL = os.environ.get("DATABASE_URL", "")
TEMPLATE, STAGE = "nuanliu", "stage"
ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build"
# Whoever shapes a table or a trigger says one of these.
SHAPING = ("import models", "storage.triggers", "storage import triggers")
R = TypeVar("R")
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
        point_at(OWNER_URL)
        call_command("migrate", verbosity=0)
    else:
        _sqlite_path(TEMPLATE).unlink(missing_ok=True)
        point_at(f"sqlite:///{_sqlite_path(TEMPLATE)}")
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


def make_stage(prepare: Callable[[], R]) -> R:
    """Make the stage: a copy of the template on which `prepare` has put what many tests begin with."""
    if not is_postgresql():
        _sqlite_path(STAGE).unlink(missing_ok=True)
    point_at(_copied(STAGE, TEMPLATE))
    try:
        return prepare()
    finally:
        # Nobody may be connected to a database that is copied.
        connection.close()


def copied(template: str = TEMPLATE) -> str:
    """Make a copy that stands until the end of the run, and return its address."""
    return _copied(f"copy_{uuid.uuid4().hex}", template)


@contextmanager
def copy_of_template(template: str = TEMPLATE) -> Iterator[str]:
    """Point the connection at a new copy of the template or the stage, and yield the copy's address."""
    if connection.in_atomic_block:
        raise RuntimeError("A test commits or is rolled back: it cannot use both a copy of its own and `db`.")
    before = {name: connection.settings_dict[name] for name in ADDRESS}
    name = f"copy_{uuid.uuid4().hex}"
    url = _copied(name, template)
    point_at(url)
    try:
        yield url
    finally:
        connection.close()
        connection.settings_dict.update(before)
        _drop(name)


@contextmanager
def owning(url: str) -> Iterator[None]:
    """Connect to the database at this address as the owner of its tables, who may do anything."""
    before = {name: connection.settings_dict[name] for name in ADDRESS}
    connection.close()
    if is_postgresql():
        point_at(f"{OWNER_URL.rsplit('/', 1)[0]}/{url.rsplit('/', 1)[1]}")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def emptied() -> Iterator[None]:
    """Point the owner's connection at a new database without a table."""
    before = {name: connection.settings_dict[name] for name in ADDRESS}
    name = f"empty_{uuid.uuid4().hex}"
    if is_postgresql():
        _on_server(f"CREATE DATABASE {name}")
    point_at(OWNER_URL.rsplit("/", 1)[0] + f"/{name}" if is_postgresql() else f"sqlite:///{_sqlite_path(name)}")
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        _drop(name)


def _copied(name: str, template: str) -> str:
    if is_postgresql():
        _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        return ROLE_URL.rsplit("/", 1)[0] + f"/{name}"
    with sqlite3.connect(_sqlite_path(template)) as source, sqlite3.connect(_sqlite_path(name)) as copy:
        source.backup(copy)
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


def point_at(url: str) -> None:
    """Let the connection go to the database at this address from now on."""
    connection.close()
    parts = urlsplit(url)
    name = parts.path if parts.scheme == "sqlite" else parts.path.strip("/")
    values = (name, parts.username or "", parts.password or "", parts.hostname or "", str(parts.port or ""))
    # The dictionary is the alias's own: the connections of other threads follow.
    connection.settings_dict.update(zip(ADDRESS, values, strict=True))


def _sqlite_path(name: str) -> Path:
    return Path(os.environ["NUANLIU_TEST_DATA"]) / f"{name}.sqlite3"
