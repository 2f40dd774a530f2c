"""Checkpoints of the log: C2SP tlog-checkpoint in a C2SP signed-note, and C2SP tlog-proof. Text in, text out."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

ED25519 = 0x01
KEY_ID_BYTES = 4
DASH = "\u2014"


class Checkpoint(NamedTuple):
    """What a checkpoint says: whose log, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed: three lines, each ended."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """Name a verifier's key: the first bytes of SHA-256(name, newline, algorithm, key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([ED25519]) + public_key).digest()[:KEY_ID_BYTES]


def verifier_key(name: str, public_key: bytes) -> str:
    """Write a verifier's key in one line, `name+id+key`, to be kept by whoever checks."""
    encoded = base64.b64encode(bytes([ED25519]) + public_key).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{encoded}"


def signed_note(checkpoint: Checkpoint, public_key: bytes, signature: bytes) -> str:
    """Write a checkpoint with its signature by the log itself."""
    signed = base64.b64encode(key_id(checkpoint.origin, public_key) + signature).decode()
    return f"{checkpoint.body}\n{DASH} {checkpoint.origin} {signed}\n"


def read_note(note: str, public_key: bytes) -> tuple[Checkpoint, bytes]:
    """Read a checkpoint and the signature of this key. Refuses anything else with ValueError."""
    body, gap, rest = note.partition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise ValueError("this is no checkpoint")
    checkpoint = Checkpoint(lines[0], int(lines[1]), _decoded(lines[2]))
    wanted = f"{DASH} {checkpoint.origin} "
    for line in rest.split("\n"):
        signed = _decoded(line.removeprefix(wanted)) if line.startswith(wanted) else b""
        if signed[:KEY_ID_BYTES] == key_id(checkpoint.origin, public_key) and len(lines) == 3:
            return checkpoint, signed[KEY_ID_BYTES:]
    raise ValueError("the checkpoint is not signed by this key")


def proof_text(index: int, hashes: Sequence[bytes], note: str) -> str:
    """Write an inclusion proof that can be checked offline: index, hashes and the checkpoint that they lead to."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(base64.b64encode(found).decode() for found in hashes)]
    return "\n".join(lines) + "\n\n" + note


def consistency_text(hashes: Sequence[bytes]) -> str:
    """Write a consistency proof, a hash a line."""
    return "".join(f"{base64.b64encode(found).decode()}\n" for found in hashes)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("this is not base64") from None
