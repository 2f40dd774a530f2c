"""Ids in statements that Django does not write: SQLite keeps thirty-two hexadecimal digits."""

import json
import uuid
from collections.abc import Collection

from django.db import connection


def as_uuid(value: object) -> uuid.UUID:
    """Read an id as it comes back from a statement."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def as_id(value: uuid.UUID) -> object:
    """Write an id as this engine compares it."""
    return value if connection.vendor == "postgresql" else value.hex


def in_numbers() -> str:
    """Write "is one of these numbers" for a column that the database numbers."""
    return "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def as_numbers(numbers: Collection[int]) -> object:
    """Write numbers as the value that `in_numbers` asks for."""
    return list(numbers) if connection.vendor == "postgresql" else json.dumps(list(numbers))
