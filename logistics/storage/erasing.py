"""What each room keeps of a person: declared beside the subject, so that to erase or to export somebody forgets none.

A room's `erasing.py` declares its holdings. A test holds the list against every table with encrypted columns.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from logistics.kernel.canonical import CanonicalValue

Said = Mapping[str, CanonicalValue]


@dataclass(frozen=True)
class Subject:
    """Whom it concerns: a whole family with all its members, or some members of it.

    `words` are the names, numbers and the address by which a text that is bound to no family may name them.
    """

    household_id: uuid.UUID
    member_ids: tuple[uuid.UUID, ...]
    is_whole: bool
    words: tuple[str, ...] = ()

    def is_named_in(self, *texts: str) -> bool:
        """Tell whether one of these texts names them, however it is spaced."""
        return any(word in "".join(text.split()) for text in texts for word in self.words)


@dataclass(frozen=True)
class Helper:
    """Whom it concerns where somebody signed up to help: a volunteer or a knitter, by the id of their row."""

    helper_id: uuid.UUID


@dataclass(frozen=True)
class Colleague:
    """Whom it concerns where somebody signs in, by the id of their row."""

    person_id: uuid.UUID


S = TypeVar("S", Subject, Helper, Colleague)


@dataclass(frozen=True)
class Holding(Generic[S]):
    """What one room keeps of a person in some tables.

    `say` lists it for an export, in the clear; `erase` destroys it inside the caller's transaction and returns how
    many rows it touched, 0 for the second time; `hinders` says what must be finished first, as references.
    """

    name: str
    zh: str
    en: str
    tables: tuple[str, ...]
    say: Callable[[S], Sequence[Said]]
    erase: Callable[[S, dt.datetime], int]
    hinders: Callable[[S], Sequence[str]] = lambda subject: ()


_declared: dict[str, Holding[Subject]] = {}
_of_helpers: dict[str, Holding[Helper]] = {}
_of_colleagues: dict[str, Holding[Colleague]] = {}


def declare_holdings(*holdings: Holding[Subject]) -> None:
    """Put what a room keeps of families on the list."""
    _declared.update((holding.name, holding) for holding in holdings)


def holdings() -> list[Holding[Subject]]:
    """List what all rooms keep of families, in the order of their names."""
    return [_declared[name] for name in sorted(_declared)]


def declare_helper_holdings(*holdings: Holding[Helper]) -> None:
    """Put what a room keeps of those who help on the list."""
    _of_helpers.update((holding.name, holding) for holding in holdings)


def helper_holdings() -> list[Holding[Helper]]:
    """List what all rooms keep of those who help, in the order of their names."""
    return [_of_helpers[name] for name in sorted(_of_helpers)]


def declare_colleague_holdings(*holdings: Holding[Colleague]) -> None:
    """Put what a room keeps of those who sign in on the list."""
    _of_colleagues.update((holding.name, holding) for holding in holdings)


def colleague_holdings() -> list[Holding[Colleague]]:
    """List what all rooms keep of those who sign in, in the order of their names."""
    return [_of_colleagues[name] for name in sorted(_of_colleagues)]
