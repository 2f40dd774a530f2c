"""The base of every table: an opaque, time-ordered id."""

import hashlib
import secrets
import threading
import time
import uuid

from django.db import models

from logistics.kernel.identifiers import uuid7

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
