"""The list of erasures beside the keys, outside the database: a restored backup must not bring anybody back.

A line says whom by ids, why and when; nobody's name stands in it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

LIST_FILE = "erasures.jsonl"


def note_erasure(said: Mapping[str, str | None]) -> None:
    """Write an erasure on the list, durably."""
    handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(json.dumps(dict(said)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def noted_erasures(whom: str) -> Iterator[Mapping[str, str]]:
    """Yield the lines that name somebody under this word, the oldest first."""
    path = _path()
    if path.exists():
        with path.open(encoding="ascii") as file:
            for line in filter(str.strip, file):
                said: dict[str, str] = json.loads(line)
                if whom in said:
                    yield said


def _path() -> Path:
    return Path(settings.DATA_KEYS).with_name(LIST_FILE)
