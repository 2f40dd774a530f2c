"""What a process knows of keys: read once, trusted for two seconds (decision 6)."""

import datetime as dt
import time

from logistics.partners.key_texts import is_of, text_in
from logistics.partners.models import ApiKey, KeyKind
from logistics.partners.reads import is_sandbox

# How long a process may trust what it read of a key: a revocation elsewhere takes hold after this.
KEY_CACHE_SECONDS = 2.0
KEY_CACHE_ROWS_MAX = 2_000
LAST_USED_SECONDS = 60
_cache: dict[str, tuple[float, ApiKey]] = {}


def find_key(text: str) -> ApiKey | None:
    """Find the key behind a text, also one that is over; None for a text that is no key or the wrong one.

    Compares in constant time. The one place where a key for tests is kept from real books, and the other way round: a
    row whose kind and whose body disagree is no key.
    """
    found = text_in(text)
    if found is None:
        return None
    row = _row(found.prefix)
    return row if is_of(found, row) else None


def is_over(key: ApiKey, now: dt.datetime) -> bool:
    """Tell whether a key has expired or was revoked."""
    return key.revoked_at is not None or key.expires_at <= now


def note_use(key: ApiKey, *, now: dt.datetime) -> None:
    """Note that a key was used, at most once a minute."""
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() > LAST_USED_SECONDS:
        key.last_used_at = now
        ApiKey.objects.filter(id=key.id).update(last_used_at=now)


def forget_key(prefix: str) -> None:
    """Forget what this process knows of a key."""
    _cache.pop(prefix, None)


def _row(prefix: str) -> ApiKey | None:
    cached = _cache.get(prefix)
    if cached and time.monotonic() - cached[0] < KEY_CACHE_SECONDS:
        return cached[1]
    row = ApiKey.objects.select_related("organisation", "device", "mandate__organisation").filter(prefix=prefix).first()
    if row is None or (row.kind == KeyKind.TEST) != is_sandbox(row.organisation):
        return None
    if len(_cache) >= KEY_CACHE_ROWS_MAX:
        _cache.clear()
    _cache[prefix] = (time.monotonic(), row)
    return row
