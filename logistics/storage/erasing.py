"""What each room keeps of a person: declared beside the subject, so that to erase or to export somebody forgets none.

A room's `erasing.py` declares its holdings. A test holds the list against every table with encrypted columns.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from logistics.kernel.canonical import CanonicalValue

Said = Mapping[str, CanonicalValue]


@dataclass(frozen=True)
class Subject:
    """Whom it concerns: a whole family with all its members, or some members of it."""

    household_id: uuid.UUID
    member_ids: tuple[uuid.UUID, ...]
    is_whole: bool


@dataclass(frozen=True)
class Holding:
    """What one room keeps of a person in some tables.

    `say` lists it for an export, in the clear; `erase` destroys it inside the caller's transaction and returns how
    many rows it touched, 0 for the second time; `hinders` says what must be finished first, as references.
    """

    name: str
    zh: str
    en: str
    tables: tuple[str, ...]
    say: Callable[[Subject], Sequence[Said]]
    erase: Callable[[Subject, dt.datetime], int]
    hinders: Callable[[Subject], Sequence[str]] = lambda subject: ()


_declared: dict[str, Holding] = {}


def declare_holdings(*holdings: Holding) -> None:
    """Put what a room keeps of persons on the list."""
    _declared.update((holding.name, holding) for holding in holdings)


def holdings() -> list[Holding]:
    """List what all rooms keep of persons, in the order of their names."""
    return [_declared[name] for name in sorted(_declared)]
