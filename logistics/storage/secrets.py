"""Encrypted columns and the keyed hashes that find them again.

A stored value is `v1.<key id>.<base64 of nonce and AES-256-GCM ciphertext>`; the column's name is bound in as
associated data, so a value cannot be moved to another column. The key ring is a JSON file of mode 0600:
`{"current": "k1", "data": {"k1": "<64 hex>"}, "index": "<64 hex>"}`; old keys stay readable after a rotation.
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField

ALGORITHM = "v1"
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


@functools.cache
def key_ring() -> KeyRing:
    """Read the key ring once per process, making it on an installation's first use."""
    path = Path(settings.DATA_KEYS)
    write_key_ring(path)
    ring = json.loads(path.read_text(encoding="ascii"))
    data = {name: bytes.fromhex(key) for name, key in ring["data"].items()}
    return KeyRing(current=ring["current"], data=data, index=bytes.fromhex(ring["index"]))


def encrypted(text: str, column: str) -> str:
    """Encrypt a text for one column."""
    ring = key_ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(ring.data[ring.current]).encrypt(nonce, text.encode(), column.encode())
    return f"{ALGORITHM}.{ring.current}.{base64.b64encode(nonce + sealed).decode()}"


def decrypted(stored: str, column: str) -> str:
    """Decrypt what `encrypted` made for the same column."""
    algorithm, key, payload = stored.split(".")
    if algorithm != ALGORITHM:
        raise ValueError(f"unknown algorithm {algorithm} in {column}")
    raw = base64.b64decode(payload)
    return AESGCM(key_ring().data[key]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], column.encode()).decode()


def blind_index(value: str, purpose: str) -> str:
    """Hash a value with this installation's key, under a key of its own per purpose, for exact look-up."""
    key = hmac.new(key_ring().index, purpose.encode(), hashlib.sha256).digest()
    folded = "".join(value.split()).upper()
    return hmac.new(key, folded.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(TextField):
    """Text that the database only ever sees encrypted. Cannot be searched: keep a `blind_index` beside it."""

    def get_prep_value(self, value: Any) -> Any:
        return value if not value else encrypted(str(value), self._column())

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return value if not value else decrypted(str(value), self._column())

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison but `isnull`: two encryptions of one text never match."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _column(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
