"""What a ledger covers, and what every ledger offers."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from django.db.models import Max, Q
from django.utils import timezone

from logistics.audits.access import days_within, require_day
from logistics.funds.models import Fund
from logistics.journal.log import SignedCheckpoint
from logistics.journal.reads import leaf_numbers
from logistics.kernel.refusals import Unacceptable
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation, Programme

Cell = str | int | None
ROWS_PER_CHUNK = 500
# What was posted a moment ago may not have committed yet: a ledger is fixed for ever only for moments further back.
SETTLED_AFTER = dt.timedelta(seconds=60)


class KnownAtTooRecent(Unacceptable):
    code = "known_at_too_recent"
    zh = "已知时点须早于现在至少 {seconds} 秒，才能永远得到同样的台账。"
    en = "`known_at` must lie at least {seconds} seconds back, so that the same ledger comes out for ever."


@dataclass(frozen=True)
class LedgerScope:
    """An organisation and what stands below it (None: the whole installation), narrowed as far as asked.

    Days are included at both ends. `as_of` leaves out what the books took on a later day, `known_at` what they heard of
    at a later moment: the same pair gives the same bytes for ever. `is_unmasked` names donors who agreed to be named.
    """

    organisation: Organisation | None
    programme: Programme | None = None
    fund: Fund | None = None
    place: str = ""
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    as_of: dt.date | None = None
    known_at: dt.datetime | None = None
    is_unmasked: bool = False
    # The journal's alone: lines that touch this kind of account, or move this item or currency.
    account_kind: str = ""
    item: str = ""

    def narrowed(self, day: str, *, organisation: str = "organisation", fund: str = "fund", entry: str = "") -> Q:
        """Say the scope as a condition on rows with these columns; `day` is a column of a time, `entry` of an entry."""
        wanted = self._below(organisation)
        if self.programme is not None:
            wanted &= Q(**{f"{fund}__programme": self.programme})
        if self.fund is not None:
            wanted &= Q(**{fund: self.fund})
        if self.from_on is not None:
            wanted &= Q(**{f"{day}__date__gte": self.from_on})
        if self.to_on is not None:
            wanted &= Q(**{f"{day}__date__lte": self.to_on})
        return wanted & self.known(f"{entry}__") if entry else wanted

    def funds(self) -> Q:
        """Say the scope as a condition on funds."""
        wanted = self._below("holder")
        if self.programme is not None:
            wanted &= Q(programme=self.programme)
        return wanted & Q(id=self.fund.id) if self.fund is not None else wanted

    def known(self, entry: str = "") -> Q:
        """Say as a condition on entries what was booked by the day and known at the moment."""
        wanted = Q()
        if self.as_of is not None:
            wanted &= Q(**{f"{entry}booked_on__lte": self.as_of})
        if self.known_at is not None:
            wanted &= Q(**{f"{entry}posted_at__lte": self.known_at})
        return wanted

    def entries(self, entry: str = "") -> Q:
        """Say the scope as a condition on entries of the organisations' own books, by the day that they are booked."""
        wanted = self._below(f"{entry}organisation_id") & self.known(entry)
        if self.from_on is not None:
            wanted &= Q(**{f"{entry}booked_on__gte": self.from_on})
        return wanted & Q(**{f"{entry}booked_on__lte": self.to_on}) if self.to_on is not None else wanted

    @property
    def until(self) -> dt.date:
        """Return the last day that counts."""
        return min(filter(None, (self.to_on, self.as_of)), default=dt.date.max)

    @property
    def is_today(self) -> bool:
        """Tell whether everything counts that is known now."""
        return self.as_of is None and self.known_at is None

    def happened(self, moment: str) -> Q:
        """Say as a condition on rows what happened at `moment` by the day and was known by the moment."""
        wanted = Q()
        if self.as_of is not None:
            wanted &= Q(**{f"{moment}__date__lte": self.as_of})
        return wanted & Q(**{f"{moment}__lte": self.known_at}) if self.known_at is not None else wanted

    def counts(self, moment: dt.datetime) -> bool:
        """Tell whether what happened then counts."""
        is_late = self.as_of is not None and timezone.localdate(moment) > self.as_of
        return not is_late and (self.known_at is None or moment <= self.known_at)

    def leaf_numbers(self, entry_ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, int]:
        """Return the numbers in the log that entries had by then."""
        found, leaves = leaf_numbers(entry_ids), self.leaves_known()
        return found if leaves is None else {entry: number for entry, number in found.items() if number < leaves}

    def from_the_beginning(self) -> "LedgerScope":
        """Return the scope without its first day: what is there is a sum over all that came before, too."""
        return replace(self, from_on=None)

    def before(self) -> "LedgerScope | None":
        """Return the scope of everything before its first day: what it opens with. None where it begins with all."""
        if self.from_on is None or self.from_on == dt.date.min:
            return None
        return replace(self, from_on=None, to_on=self.from_on - dt.timedelta(days=1))

    def leaves_known(self) -> int | None:
        """Count the leaves under the last checkpoint that was signed by then; None where no moment was asked for."""
        if self.known_at is None:
            return None
        return SignedCheckpoint.objects.filter(signed_at__lte=self.known_at).aggregate(size=Max("size"))["size"] or 0

    @property
    def is_of_lines(self) -> bool:
        """Tell whether the journal is narrowed to some lines of its entries."""
        return bool(self.programme or self.fund or self.account_kind or self.item)

    def require_settled(self, now: dt.datetime) -> "LedgerScope":
        """Return the scope itself. Refuses KnownAtTooRecent."""
        if self.known_at is not None and self.known_at > now - SETTLED_AFTER:
            raise KnownAtTooRecent(seconds=int(SETTLED_AFTER.total_seconds()), pointer="/known_at")
        return self

    def bound_to(self, actor: Actor) -> "LedgerScope":
        """Return the scope within an auditor's mandate; its own for everybody else. Refuses OutsideMandate."""
        require_day(actor, self.as_of)
        from_on, to_on = days_within(actor, self.from_on, self.to_on)
        return replace(self, from_on=from_on, to_on=to_on)

    def _below(self, column: str) -> Q:
        return Q(**{f"{column}__in": organisation_ids_below(self.organisation)}) if self.organisation else Q()


def moment_text(moment: dt.datetime) -> str:
    """Write a moment as everywhere, in the time of China with its offset, to the second."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


class Column(NamedTuple):
    """One column: its stable name, its Chinese heading, and whether it is an amount in minor units."""

    name: str
    zh: str
    is_money: bool = False


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
