"""Bars of parcels in parts: delivered, under way, late. They need no script, bend to any width and work on paper."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A bar's length is counted in these of the longest one.
LENGTH = 1_000
KINDS: tuple[tuple[str, Promise], ...] = (
    ("delivered", _("Delivered")),
    ("under-way", _("Under way")),
    ("late", _("Late")),
)


class Counted(Protocol):
    """Whose parcels a bar shows: a programme's, a township's. What is late is under way, too."""

    @property
    def delivered(self) -> int: ...
    @property
    def under_way(self) -> int: ...
    @property
    def late(self) -> int: ...


class Part(NamedTuple):
    """One part of a bar: what it counts, how many, where it begins and how long it is."""

    kind: str
    words: Promise
    value: int
    left: int
    length: int


class Bar(NamedTuple):
    """The parcels of one programme or township."""

    name: str
    total: int
    parts: list[Part]


def parcel_bars(figures: Sequence[Counted], names: Sequence[str]) -> list[Bar]:
    """Measure the parcels of each, by the one that has most: delivered, under way, and late."""
    counts = [(row.delivered, row.under_way - row.late, row.late) for row in figures]
    most = max(map(sum, counts), default=0) or 1
    return [Bar(name, sum(values), _parts(values, most)) for name, values in zip(names, counts, strict=True)]


def _parts(values: Sequence[int], most: int) -> list[Part]:
    ends = [sum(values[: place + 1]) * LENGTH // most for place in range(len(values))]
    lefts = (0, *ends)
    return [
        Part(kind, words, value, left, end - left)
        for (kind, words), value, left, end in zip(KINDS, values, lefts, ends, strict=False)
    ]
