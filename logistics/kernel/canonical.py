"""Canonical JSON after RFC 8785, with every number written as a string, for hashing.

Two readers that agree on the values agree on the bytes: no float, no order of keys, no spelling of a character is left
to a library's choice.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

CanonicalValue: TypeAlias = "str | int | bool | Sequence[CanonicalValue] | Mapping[str, CanonicalValue] | None"

ALGORITHM = "sha256-rfc8785-1"
_AS_THEY_ARE = (str, bool, type(None))
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical_bytes(value: CanonicalValue) -> bytes:
    """Write a value as canonical JSON in UTF-8. Refuses floats and lone surrogates with ValueError."""
    return _JSON.encode(_plain(value)).encode()


def leaf_bytes(kind: str, fields: Mapping[str, CanonicalValue]) -> bytes:
    """Write a fact for the log: its fields with the algorithm and its kind."""
    return canonical_bytes({**fields, "alg": ALGORITHM, "kind": kind})


def numbered_record(fact: bytes, *, organisation: str, number: int) -> bytes:
    """Write what the tree hashes: a fact, whose it is, and its number among the facts of that organisation.

    An organisation's numbers have no gap, so whoever is shown its leaves alone sees when one was left out.
    """
    return b'{"fact":%b,"number":"%d","organisation":"%b"}' % (fact, number, organisation.encode())


def sha256_hex(data: bytes) -> str:
    """Hash bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _plain(value: CanonicalValue) -> object:
    if isinstance(value, _AS_THEY_ARE):
        return value
    if isinstance(value, int):
        return str(value)
    # The built-in kinds first: an abstract class takes ten times as long to answer.
    if isinstance(value, dict) or (not isinstance(value, list) and isinstance(value, Mapping)):
        return {key: _plain(value[key]) for key in _sorted(value)}
    if isinstance(value, list) or (isinstance(value, Sequence) and not isinstance(value, bytes | bytearray)):
        return [_plain(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _sorted(keys: Iterable[str]) -> list[str]:
    """Sort keys by their UTF-16 code units (RFC 8785, section 3.2.3); ASCII stands in that order as it is."""
    found = sorted(keys)
    if "".join(found).isascii():
        return found
    return sorted(found, key=lambda key: key.encode("utf-16-be"))
