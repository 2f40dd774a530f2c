"""Opaque, time-ordered identifiers."""

import uuid

_RANDOM_BITS = 74
_TIME_BITS = 48


def uuid7(unix_ms: int, random_bits: int) -> uuid.UUID:
    """Lay a UUID version 7 (RFC 9562, section 5.7): 48 bits of time, then 74 random bits around version and variant."""
    if not 0 <= unix_ms < 1 << _TIME_BITS:
        raise ValueError("unix_ms must fit 48 bits")
    if not 0 <= random_bits < 1 << _RANDOM_BITS:
        raise ValueError("random_bits must fit 74 bits")
    random_a, random_b = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=unix_ms << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
