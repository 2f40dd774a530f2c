"""What a ledger covers, and what every ledger offers."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db.models import Q

from logistics.funds.models import Fund
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme

Cell = str | int | None
ROWS_PER_CHUNK = 500


@dataclass(frozen=True)
class LedgerScope:
    """An organisation and what stands below it (None: the whole installation), narrowed as far as asked.

    Days are included at both ends.
    """

    organisation: Organisation | None
    programme: Programme | None = None
    fund: Fund | None = None
    place: str = ""
    from_on: dt.date | None = None
    to_on: dt.date | None = None

    def narrowed(self, day: str, *, organisation: str = "organisation", fund: str = "fund") -> Q:
        """Say the scope as a condition on rows with these columns; `day` is a column of a time."""
        wanted = self._below(organisation)
        if self.programme is not None:
            wanted &= Q(**{f"{fund}__programme": self.programme})
        if self.fund is not None:
            wanted &= Q(**{fund: self.fund})
        if self.from_on is not None:
            wanted &= Q(**{f"{day}__date__gte": self.from_on})
        if self.to_on is not None:
            wanted &= Q(**{f"{day}__date__lte": self.to_on})
        return wanted

    def funds(self) -> Q:
        """Say the scope as a condition on funds."""
        wanted = self._below("holder")
        if self.programme is not None:
            wanted &= Q(programme=self.programme)
        return wanted & Q(id=self.fund.id) if self.fund is not None else wanted

    def _below(self, column: str) -> Q:
        return Q(**{f"{column}__in": organisation_ids_below(self.organisation)}) if self.organisation else Q()


class Column(NamedTuple):
    """One column: its stable name and its Chinese heading."""

    name: str
    zh: str


class Row(NamedTuple):
    """One row and the id that it is paged by."""

    id: uuid.UUID
    cells: Sequence[Cell]


class Ledger(Protocol):
    """A view of the books: columns, rows in the order of their ids, and the figures over all of them."""

    @property
    def columns(self) -> Sequence[Column]:
        """What each cell of a row is."""

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the rows behind `after`, reading a chunk at a time."""

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return the figures over the whole scope; money in minor units."""
