"""Files that nobody reads without their own key: the key stands in the database, so that to erase it erases the file.

A file is a nonce of 12 bytes and AES-256-GCM ciphertext; its path is bound in as associated data, so that one file
cannot be put in the place of another. Copies and backups of a file say nothing once its key is gone.
"""

import secrets
from contextlib import suppress

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from logistics.storage.secrets import KEY_BYTES, NONCE_BYTES


def lock_away(data: bytes, path: str) -> str:
    """Write the bytes under a path that is free, locked, and return the key as hexadecimal text."""
    key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
    default_storage.save(path, ContentFile(nonce + AESGCM(key).encrypt(nonce, data, path.encode())))
    return key.hex()


def unlocked(path: str, key: str) -> bytes:
    """Return the bytes behind a path. Raises FileNotFoundError, and InvalidTag where the file is another."""
    with default_storage.open(path) as file:
        raw = bytes(file.read())
    return AESGCM(bytes.fromhex(key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], path.encode())


def throw_away(path: str) -> None:
    """Take a file away. Without its key it says nothing, so that one that cannot be reached does no harm."""
    with suppress(OSError):
        default_storage.delete(path)
