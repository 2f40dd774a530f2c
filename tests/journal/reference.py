"""The books as a hundred lines of sets: what a posting does to them, said once more and without any of our code.

A unit is (lot, number) and lies in exactly one place. Every unit of a lot is worth the same, so that values are exact.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

Unit = tuple[str, int]


class Move(NamedTuple):
    """Units [start, stop) of a lot go from one place to another; `is_born` where they come into being."""

    lot: str
    start: int
    stop: int
    source: str
    target: str
    is_born: bool = False

    @property
    def units(self) -> set[Unit]:
        """List the units."""
        return {(self.lot, number) for number in range(self.start, self.stop)}

    @property
    def mirrored(self) -> "Move":
        """Say the way back."""
        return Move(self.lot, self.start, self.stop, self.target, self.source)


@dataclass
class Fact:
    """What was posted, by whom, and on which day of the books."""

    organisation: str
    booked_on: dt.date
    moves: list[Move]
    is_reversed: bool = False


@dataclass
class Reference:
    """Every place and what lies in it, every fact, and the day through which each organisation's books are closed."""

    places: dict[str, set[Unit]] = field(default_factory=lambda: defaultdict(set))
    prices: dict[str, int] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    facts: list[Fact] = field(default_factory=list)
    closed: dict[str, dt.date] = field(default_factory=dict)

    def can(self, moves: list[Move]) -> bool:
        """Tell whether every unit is where a move takes it from, one move after the other."""
        gone: set[Unit] = set()
        for move in moves:
            if not move.is_born and (not move.units <= self.places[move.source] or move.units & gone):
                return False
            gone |= move.units
        return True

    def post(self, organisation: str, day: dt.date, moves: list[Move]) -> Fact:
        """Move the units; what happened on a closed day is booked on the first open one."""
        for move in moves:
            if move.is_born:
                assert move.start == self.born[move.lot]
                self.born[move.lot] = move.stop
            else:
                self.places[move.source] -= move.units
            self.places[move.target] |= move.units
        closed = self.closed.get(organisation)
        booked_on = day if closed is None or day > closed else closed + dt.timedelta(days=1)
        self.facts.append(Fact(organisation, booked_on, moves))
        return self.facts[-1]

    def lowest(self, place: str, lot: str, count: int) -> list[tuple[int, int]]:
        """Choose the lowest numbers of a lot in a place, as spans; fewer where fewer are there."""
        numbers = sorted(number for name, number in self.places[place] if name == lot)[:count]
        spans: list[tuple[int, int]] = []
        for number in numbers:
            if spans and spans[-1][1] == number:
                spans[-1] = (spans[-1][0], number + 1)
            else:
                spans.append((number, number + 1))
        return spans

    def as_of(self, organisation: str, day: dt.date) -> dict[tuple[str, str], tuple[int, int]]:
        """Sum what an organisation's facts booked by a day made of every place and lot: quantity and value, signed."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for fact in self.facts:
            if fact.organisation == organisation and fact.booked_on <= day:
                for move in fact.moves:
                    sums[move.target, move.lot] += move.stop - move.start
                    sums[move.source, move.lot] -= move.stop - move.start
        return {key: (count, count * self.prices[key[1]]) for key, count in sums.items() if count}
