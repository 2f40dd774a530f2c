"""A checker of the log's papers, written from the text of the specifications and from nothing of ours.

C2SP signed-note, tlog-checkpoint and tlog-proof (c2sp.org), and RFC 9162, section 2.1.3.2. It works on bytes, accepts
exactly what the specifications say, and imports no code that issues: what both sides get wrong together would show
against the examples of other projects, which the tests hold up to it too.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURES_MAX = 100
_SIGNATURE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_DECIMAL = re.compile(r"0|[1-9][0-9]*")


class NoteRefused(Exception):
    """The paper is not what the specifications ask for, or nobody known signed it."""


@dataclass(frozen=True)
class Key:
    """A known key: the name and id by which its signatures are recognised."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True)
class Head:
    """What a checkpoint commits to."""

    origin: str
    size: int
    root: bytes


def read_key(text: str) -> Key:
    """Read `<name>+<hex id>+<base64(type, key)>`. Refuses an id that does not belong to the key."""
    name, hex_id, encoded = text.split("+", 2)
    raw = _base64(encoded)
    if not name or re.search(r"\s", name) or raw[:1] != b"\x01" or len(raw) != 33:
        raise NoteRefused("this is no Ed25519 key")
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != hex_id:
        raise NoteRefused("the id is not the key's")
    return Key(name, bytes.fromhex(hex_id), raw[1:])


def open_note(note: bytes, key: Key) -> str:
    """Return the signed text, final newline included. Refuses whatever the key did not sign."""
    text, signatures = _parts(note)
    known = [raw for name, raw in signatures if (name, raw[:4]) == (key.name, key.id)]
    if not known:
        raise NoteRefused("no known key signed this")
    for raw in known:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
        except InvalidSignature:
            raise NoteRefused("the signature is wrong") from None
    return text


def open_checkpoint(note: bytes, key: Key) -> Head:
    """Return what a signed checkpoint commits to. Refuses extension lines too: ours has none."""
    lines = open_note(note, key).split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise NoteRefused("a checkpoint has three lines")
    root = _base64(lines[2])
    if not _DECIMAL.fullmatch(lines[1]) or len(root) != 32:
        raise NoteRefused("the size or the root is malformed")
    return Head(lines[0], int(lines[1]), root)


def check_proof(proof: bytes, leaf: bytes, key: Key) -> tuple[int, Head]:
    """Check that a leaf's bytes are in the log; returns its index and the checkpoint that says so."""
    front, gap, note = proof.partition(b"\n\n")
    version, *lines = front.decode().split("\n")
    if version != "c2sp.org/tlog-proof@v1" or not gap:
        raise NoteRefused("this is no proof of version 1")
    if lines and lines[0].startswith("extra "):
        _base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index ") or not _DECIMAL.fullmatch(lines[0][6:]):
        raise NoteRefused("the index is missing or malformed")
    index, path, head = int(lines[0][6:]), [_base64(line) for line in lines[1:]], open_checkpoint(note, key)
    if any(len(found) != 32 for found in path) or _root_of(leaf, index, head.size, path) != head.root:
        raise NoteRefused("the path does not lead to the root")
    return index, head


def _parts(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteRefused("not UTF-8") from None
    if any(sign < " " and sign != "\n" for sign in whole):
        raise NoteRefused("a control character")
    # The text may hold empty lines: the last one separates.
    text, gap, rest = whole.rpartition("\n\n")
    lines = rest.split("\n")
    if not gap or not text or lines.pop() or not 1 <= len(lines) <= SIGNATURES_MAX:
        raise NoteRefused("text, an empty line and signature lines, each ended")
    signatures = []
    for line in lines:
        found = _SIGNATURE.fullmatch(line)
        raw = _base64(found[2]) if found else b""
        if found is None or len(raw) < 5:
            raise NoteRefused("a malformed signature line")
        signatures.append((found[1], raw))
    return text + "\n", signatures


def _base64(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise NoteRefused("not base64") from None
    # Only one spelling of the same bytes: no stray bits before the padding.
    if base64.b64encode(found).decode() != text:
        raise NoteRefused("not canonical base64")
    return found


def _root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2, step by step and with its own names."""
    if index >= size:
        raise NoteRefused("the index lies outside the tree")
    fn, sn = index, size - 1
    r = hashlib.sha256(b"\x00" + leaf).digest()
    for p in path:
        if sn == 0:
            raise NoteRefused("the path is too long")
        if fn & 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise NoteRefused("the path is too short")
    return r
