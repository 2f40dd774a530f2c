"""Encrypted columns and the keyed hashes that find them again.

A stored value is `v1.<key id>.<base64 of nonce and AES-256-GCM ciphertext>`; the column's name is bound in as
associated data, so a value cannot be moved to another column. The key ring is a JSON file of mode 0600:
`{"current": "k1", "data": {"k1": "<64 hex>"}, "index": "<64 hex>"}`; old keys stay readable after a rotation. Every
process looks at the file's age whenever it needs a key, so that a rotation reaches those that run (`rotation.py`).
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField

ALGORITHM = "v1"
_STORED = re.compile(r"v1\.k\d+\.[A-Za-z0-9+/=]{40,}")
NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """The keys of this installation: `current` encrypts, all in `data` decrypt, `index` finds."""

    current: str
    data: dict[str, bytes]
    index: bytes


def write_key_ring(path: Path) -> None:
    """Write a new key ring, readable by its owner only. Does nothing where one stands."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = {"current": "k1", "data": {"k1": secrets.token_hex(KEY_BYTES)}, "index": secrets.token_hex(KEY_BYTES)}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(ring, file)


def key_ring() -> KeyRing:
    """Return the key ring as its file has it now, making it on an installation's first use."""
    # As it stands in the settings: to make a path anew costs more than all the rest, at every value of every row.
    path = settings.DATA_KEYS
    try:
        seen = os.stat(path)
    except FileNotFoundError:
        write_key_ring(path)
        seen = os.stat(path)
    return _ring_at(path, seen.st_ino, seen.st_mtime_ns, seen.st_size)


@functools.lru_cache(maxsize=2)
def _ring_at(path: Path, inode: int, changed_ns: int, size: int) -> KeyRing:
    ring = json.loads(path.read_text(encoding="ascii"))
    data = {name: bytes.fromhex(key) for name, key in ring["data"].items()}
    return KeyRing(current=ring["current"], data=data, index=bytes.fromhex(ring["index"]))


@functools.lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@functools.lru_cache(maxsize=64)
def _index_key(index: bytes, purpose: str) -> bytes:
    return hmac.new(index, purpose.encode(), hashlib.sha256).digest()


def key_of_stored(stored: str) -> str:
    """Name the key that a stored value was encrypted with."""
    return stored.split(".", 2)[1]


def encrypted(text: str, column: str) -> str:
    """Encrypt a text for one column."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(ring.data[ring.current]).encrypt(nonce, text.encode(), column.encode())
    return f"{ALGORITHM}.{ring.current}.{base64.b64encode(nonce + sealed).decode()}"


def decrypted(stored: str, column: str) -> str:
    """Decrypt what `encrypted` made for the same column."""
    algorithm, key, payload = stored.split(".")
    if algorithm != ALGORITHM:
        raise ValueError(f"unknown algorithm {algorithm} in {column}")
    raw = base64.b64decode(payload)
    return _cipher(key_ring().data[key]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], column.encode()).decode()


def blind_index(value: str, purpose: str) -> str:
    """Hash a value with this installation's key, under a key of its own per purpose, for exact look-up."""
    key = _index_key(key_ring().index, purpose)
    folded = "".join(value.split()).upper()
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(TextField):
    """Text that the database only ever sees encrypted. Cannot be searched: keep a `blind_index` beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return value if not value else encrypted(str(value), self._column())

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return value if not value else decrypted(str(value), self._column())

    def value_to_string(self, obj: models.Model) -> str:
        """Write the text encrypted where a row is written out whole: `dumpdata` shows nobody."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")

    def to_python(self, value: Any) -> Any:
        """Read a text, also as `dumpdata` wrote it for this column."""
        if isinstance(value, str) and _STORED.fullmatch(value):
            with suppress(KeyError, InvalidTag, ValueError):
                return decrypted(value, self._column())
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison but `isnull`: two encryptions of one text never match."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
