"""The base of every table: an opaque, time-ordered id."""

import functools
import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db import models
from django.db.models.base import ModelState

from logistics.kernel.identifiers import uuid7

M = TypeVar("M", bound=models.Model)
UUID7_RANDOM_BITS = 74
# Steps of this size leave room for billions of ids a millisecond, and none can be guessed from its neighbour.
UUID7_STEP_BITS = 40


_lock = threading.Lock()
_last = (0, 0)


def new_id() -> uuid.UUID:
    """Make a UUIDv7 (RFC 9562, section 6.2, method 2) that stands behind every one this process made before.

    New rows land at the end of every index, and rows of one transaction keep the order in which they were made.
    """
    global _last
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last[0]:
            _last = (now, secrets.randbits(UUID7_RANDOM_BITS - 1))
        else:
            _last = (_last[0], _last[1] + 1 + secrets.randbits(UUID7_STEP_BITS))
        return uuid7(*_last)


def derived_id(token: uuid.UUID, number: int) -> uuid.UUID:
    """Make the id of the numbered row that one request makes: the same request makes the same ids, once.

    `token` is a UUIDv7 that was made with the request's form; its time is kept, so that rows stay in order.
    """
    digest = hashlib.sha256(token.bytes + number.to_bytes(4)).digest()
    return uuid7(token.int >> 80, int.from_bytes(digest) >> (256 - UUID7_RANDOM_BITS))


class Row(models.Model):
    """A row with an opaque id that nobody can guess or count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


def made(model: type[M], **values: Any) -> M:
    """Make a new row by the names of its columns, as calling its class does, in a seventh of the time.

    What is not named gets its default. Refuses with TypeError what is no column of the table.
    """
    row, blank = model.__new__(model), _blank(model)
    row._state = ModelState()
    own = row.__dict__
    own.update(blank.fixed)
    own.update(values)
    for name, default in blank.called:
        if name not in values:
            own[name] = default()
    # The columns, and the state.
    if len(own) != len(blank.fixed) + 1:
        raise TypeError(f"{model.__name__} has no column {', '.join(values.keys() - blank.fixed.keys())}")
    return row


class _Blank(NamedTuple):
    """The columns of a table: those whose default is always the same, and those that make one."""

    fixed: dict[str, Any]
    called: list[tuple[str, Callable[[], Any]]]


@functools.cache
def _blank(model: type[models.Model]) -> _Blank:
    fields = model._meta.concrete_fields
    called = {field.attname: field.default for field in fields if field.has_default() and callable(field.default)}
    # Every column has its place from the start, so that rows say their columns in the table's order.
    fixed = {field.attname: None if field.attname in called else field.get_default() for field in fields}
    return _Blank(fixed, list(called.items()))
