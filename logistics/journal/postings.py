"""What callers hand to the journal: plain values, checked when they are made."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models

from logistics.journal.log import EVERYBODY
from logistics.journal.models import SOURCES, Account
from logistics.kernel.spans import Span
from logistics.storage.writes import Change


class Side(NamedTuple):
    """One side of a movement. Things come from or end at a source uncounted."""

    account_id: uuid.UUID
    is_source: bool = False


def side_of(account: Account) -> Side:
    """Take what a movement needs to know of an account."""
    return Side(account.id, account.kind in SOURCES)


class Piece(NamedTuple):
    """Units [start, stop) of a lot and their value in minor units."""

    lot_id: uuid.UUID
    start: int
    stop: int
    value_minor: int

    @property
    def span(self) -> Span:
        """The numbers of the units."""
        return (self.start, self.stop)

    @property
    def quantity(self) -> int:
        """Count the units."""
        return self.stop - self.start


class Movement(NamedTuple):
    """One piece goes from one side (credit) to another (debit)."""

    piece: Piece
    credit: Side
    debit: Side


class Source(NamedTuple):
    """Part [made_start, made_stop) of a made lot comes from this piece.

    The positions count units of the made lot; where the piece is money they count minor units of its value.
    """

    piece: Piece
    made_start: int
    made_stop: int


@dataclass(frozen=True)
class NewLot:
    """A lot of goods that a posting brings into being: units 0 to `quantity` arrive at `debit` from `credit`."""

    lot_id: uuid.UUID
    purse_id: uuid.UUID
    item_id: uuid.UUID
    currency: str
    quantity: int
    value_minor: int
    basis: str
    credit: Side
    debit: Side
    expires_on: dt.date | None = None
    batch: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Posting:
    """One entry to be posted: why, when, and what moves."""

    kind: str
    organisation_id: uuid.UUID
    idempotency_key: str
    occurred_at: dt.datetime
    movements: tuple[Movement, ...] = ()
    new_lots: tuple[NewLot, ...] = ()
    entry_id: uuid.UUID | None = None
    actor_id: uuid.UUID | None = None
    approver_id: uuid.UUID | None = None
    evidence_sha256: str = ""
    permit_id: uuid.UUID | None = None
    reverses_id: uuid.UUID | None = None
    # Pieces that are born here although their lot stands already: a gift into a purse.
    births: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class LeafData:
    """A fact for the log: canonical bytes under its kind and id, and whose fact it is."""

    kind: str
    subject_id: uuid.UUID
    data: bytes
    organisation_id: uuid.UUID = EVERYBODY


@dataclass(frozen=True)
class Beside:
    """What a caller writes with its entries, in the same statement: leaves, rows in their order, rows that change."""

    leaves: Sequence[LeafData] = ()
    rows: Sequence[Sequence[models.Model]] = ()
    change: Change | None = None
