"""Populations for an auditor's monetary-unit sample: gifts, parcels handed over, entries with a voucher."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Case, F, Model, QuerySet, Sum, Value, When

from logistics.donations.models import Donation
from logistics.journal.models import WITHOUT_VOUCHER, JournalEntry
from logistics.kernel.refusals import Unacceptable
from logistics.kernel.sampling import SEED_LENGTH_MAX, Sampled, sampled
from logistics.ledgers.scope import LedgerScope
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

SAMPLE_SIZE_MAX, CHUNK = 500, 2_000
M = TypeVar("M", bound=Model)
Days = tuple[dt.date | None, dt.date | None]


class DrawOutOfBounds(Unacceptable):
    code = "draw_out_of_bounds"
    zh = "样本须从 {known} 中抽取，抽 1 到 {most} 次，种子 1 到 {length} 个字。"
    en = "A sample is of {known}, with 1 to {most} draws and a seed of 1 to {length} characters."


@dataclass(frozen=True)
class Sample:
    """What was drawn, and of how much: anybody who has the population, the seed and the size draws the same."""

    of: str
    seed: str
    size: int
    count: int
    total_minor: int
    chosen: list[Sampled]


def draw_sample(*, of: str, seed: str, size: int, organisation: Organisation, days: Days) -> Sample:
    """Draw a monetary-unit sample. Refuses DrawOutOfBounds."""
    if of not in POPULATIONS or not 0 < size <= SAMPLE_SIZE_MAX or not 0 < len(seed) <= SEED_LENGTH_MAX:
        raise DrawOutOfBounds(known=list(POPULATIONS), most=SAMPLE_SIZE_MAX, length=SEED_LENGTH_MAX)
    items = list(POPULATIONS[of](organisation, days))
    total = sum(amount for _, amount in items)
    return Sample(of, seed, size, len(items), total, sampled(items, seed=seed, size=size))


def _gifts(organisation: Organisation, days: Days) -> Iterator[tuple[str, int]]:
    rows = Donation.objects.filter(organisation__in=organisation_ids_below(organisation))
    return _listed(_within(rows, "received_at__date", days).values_list("code__text", "amount_minor"))


def _parcels(organisation: Organisation, days: Days) -> Iterator[tuple[str, int]]:
    rows = Parcel.objects.filter(organisation__in=organisation_ids_below(organisation), delivered_at__isnull=False)
    return _listed(_within(rows, "delivered_at__date", days).values_list("code__text", "value_minor"))


def entry_population(scope: LedgerScope) -> Iterator[tuple[str, int]]:
    """Yield the entries that have a voucher in the order in which they were posted, each with what it moved: of money,
    or where it moved none, the value of the goods. The page and the bundle draw from this one line.
    """
    wanted = JournalEntry.objects.filter(scope.entries()).exclude(kind__in=WITHOUT_VOUCHER)
    money = Case(When(transfers__lot__item_id=None, then=F("transfers__value_minor")), default=Value(0))
    sums = wanted.annotate(money=Sum(money, default=0), value=Sum("transfers__value_minor", default=0))
    rows = sums.order_by("id").values_list("id", "money", "value").iterator(chunk_size=CHUNK)
    return ((str(key), money or value) for key, money, value in rows)


def _entries(organisation: Organisation, days: Days) -> Iterator[tuple[str, int]]:
    return entry_population(LedgerScope(organisation, from_on=days[0], to_on=days[1]))


def _listed(rows: "QuerySet[Any, tuple[str, int]]") -> Iterator[tuple[str, int]]:
    return rows.order_by("id").iterator(chunk_size=CHUNK)


def _within(rows: "QuerySet[M]", day: str, days: Days) -> "QuerySet[M]":
    if days[0] is not None:
        rows = rows.filter(**{f"{day}__gte": days[0]})
    return rows.filter(**{f"{day}__lte": days[1]}) if days[1] is not None else rows


POPULATIONS: Mapping[str, Callable[[Organisation, Days], Iterator[tuple[str, int]]]] = {
    "gifts": _gifts,
    "parcels": _parcels,
    "entries": _entries,
}
