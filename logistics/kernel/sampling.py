"""A monetary-unit sample that anybody can draw again: systematic selection, probability proportional to size.

The items lie end to end in the order given, each as long as its amount in minor units. `size` needles are stuck into
that line at equal distances, the first at a place that only the seed decides; an item is chosen if a needle hits it.
So every fen has the same chance, and an item as long as the distance or longer is always chosen.

Where the needles are, with whole numbers only: TOTAL is the sum of the amounts, and

    SEED_NUMBER = SHA-256("nuanliu-sample-1" LF seed LF size LF TOTAL), read as one big-endian number, modulo TOTAL
    needle k    = (SEED_NUMBER + k * TOTAL) / size            for k = 0, 1 ... size - 1

An auditor gives the seed, and may let someone else choose it: the books cannot have been arranged for it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

SAMPLE_SIZE_MAX = 10_000
SEED_LENGTH_MAX = 200


@dataclass(frozen=True)
class Sampled:
    """A chosen item: its key and amount, the sum of the amounts before it, and how many needles hit it."""

    key: str
    amount_minor: int
    cumulative_minor: int
    hits: int


def sampled(items: Iterable[tuple[str, int]], *, seed: str, size: int) -> list[Sampled]:
    """Choose from (key, amount in minor units) pairs, in the order given; nothing of an amount of nothing.

    Refuses a negative amount and a size below one with ValueError.
    """
    if size < 1:
        raise ValueError("a sample has at least one item")
    listed = list(items)
    if any(amount < 0 for _, amount in listed):
        raise ValueError("an amount is negative")
    total = sum(amount for _, amount in listed)
    if not total:
        return []
    first = first_needle(seed, size=size, total=total)
    chosen, before = [], 0
    for key, amount in listed:
        # Needle k hits where before * size <= first + k * total < (before + amount) * size.
        hits = _needles_below((before + amount) * size, first, total) - _needles_below(before * size, first, total)
        if hits:
            chosen.append(Sampled(key, amount, before, hits))
        before += amount
    return chosen


def first_needle(seed: str, *, size: int, total: int) -> int:
    """Make the number that places the first needle, `size` times as fine as the amounts."""
    digest = hashlib.sha256(f"nuanliu-sample-1\n{seed}\n{size}\n{total}".encode()).digest()
    return int.from_bytes(digest, "big") % total


def _needles_below(place: int, first: int, total: int) -> int:
    return 0 if place <= first else (place - first - 1) // total + 1
