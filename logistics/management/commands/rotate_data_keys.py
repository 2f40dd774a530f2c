"""Rotate the key that encrypts personal data, while everything runs. What is interrupted goes on where it was."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from logistics.storage.rotation import (
    SETTLED_SECONDS,
    Chunk,
    RotationRunning,
    Table,
    alone,
    count_behind,
    encrypted_tables,
    is_unfinished,
    prepare_key,
    reencrypt_chunk,
    retire_keys,
    seconds_to_settle,
    switch_key,
)

# Each waits as long as any writer does.
TRIES_MAX = 10


class Command(BaseCommand):
    """Make a key, make it current, encrypt every value anew, retire the old key."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how far to go."""
        parser.add_argument("--prepare", action="store_true", help="only put the new key into the ring, to be copied")
        parser.add_argument("--no-wait", action="store_true", help="leave the old key to the next call")
        parser.add_argument("--settled-seconds", type=int, default=SETTLED_SECONDS)

    def handle(self, *args: Any, prepare: bool, no_wait: bool, settled_seconds: int, **options: Any) -> None:
        """Rotate, or go on with a rotation that was interrupted."""
        try:
            with alone():
                self._rotate(prepare, no_wait, settled_seconds)
        except RotationRunning as error:
            raise CommandError(str(error)) from None

    def _rotate(self, prepare: bool, no_wait: bool, settled_seconds: int) -> None:
        if not is_unfinished():
            name = prepare_key()
            self.stdout.write(f"key {name} is in the ring")
            if prepare:
                return
            switch_key(name, now=timezone.now())
            self.stdout.write(f"key {name} is current")
        self._reencrypt_all()
        wait = seconds_to_settle(now=timezone.now(), settled_seconds=settled_seconds)
        if wait and no_wait:
            self.stdout.write(f"the old key stands for {wait:.0f} seconds yet: call again to retire it")
            return
        if wait:
            self.stdout.write(f"waiting {wait:.0f} seconds for what began before")
            time.sleep(wait)
        self._reencrypt_all()
        gone = retire_keys(now=timezone.now(), settled_seconds=settled_seconds)
        self.stdout.write(f"retired: {', '.join(gone) or 'none'}")

    def _reencrypt_all(self) -> None:
        for table in encrypted_tables():
            self._reencrypt(table)

    def _reencrypt(self, table: Table) -> None:
        behind, done, after = count_behind(table), 0, None
        while chunk := _patiently(table, after):
            done, after = done + chunk.rows, chunk.last_id
            self.stdout.write(f"{table.name}: {done:,} of {max(behind, done):,} rows")


def _patiently(table: Table, after: Any) -> Chunk | None:
    """Encrypt the next rows anew; where busy writers never let go of SQLite's one lock, try again."""
    for left in reversed(range(TRIES_MAX)):
        try:
            return reencrypt_chunk(table, after)
        except OperationalError as refusal:
            if not left or "locked" not in str(refusal):
                raise
    raise AssertionError("unreachable: the last try returns or raises")
