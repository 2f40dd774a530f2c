"""Ids in statements that Django does not write: SQLite keeps thirty-two hexadecimal digits."""

import uuid

from django.db import connection


def as_uuid(value: object) -> uuid.UUID:
    """Read an id as it comes back from a statement."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def as_id(value: uuid.UUID) -> object:
    """Write an id as this engine compares it."""
    return value if connection.vendor == "postgresql" else value.hex
