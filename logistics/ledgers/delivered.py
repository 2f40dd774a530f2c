"""The figures of what was given out: counts, values, places, and the days from the gift to the door.

Delivered is what the books have as handed over. Today's figures are read from the parcels' own rows; those of another
day or moment from the entries that stood then.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate

from logistics.grants.models import Grant
from logistics.journal.models import EntryKind, Transfer
from logistics.ledgers.known_parcels import WITHOUT_EFFECT, known_parcels, scans_known, standing
from logistics.ledgers.scope import ROWS_PER_CHUNK, LedgerScope
from logistics.parcels.models import Parcel

HANDED_OVER = ("DELIVERED", "DISPUTED")
_END_KINDS = (EntryKind.HAND_OVER, EntryKind.LOSE, EntryKind.DAMAGE)


def figures_of(parcels: "QuerySet[Parcel]", grants: "QuerySet[Grant]", scope: LedgerScope) -> dict[str, Any]:
    """Return the figures of these parcels and grants as they were known."""
    rows = _today(parcels) if scope.is_today else _known(parcels, scope)
    sent, given = Q(is_sent=True), Q(is_given=True)
    figures = rows.aggregate(
        parcels_dispatched=Count("id", filter=sent),
        parcels_delivered=Count("id", filter=given),
        value_dispatched=Sum("value_minor", filter=sent, default=0),
        value_delivered=Sum("value_minor", filter=given, default=0),
        households_served_with_goods=Count("household", filter=given, distinct=True),
        places=Count("township", filter=(sent | given) & ~Q(township=""), distinct=True),
    )
    unposted = parcels.exclude(unposted_reason="").count() if scope.is_today else _unposted(parcels, scope)
    paid = grants.aggregate(grants_paid=Count("id"), value_granted=Sum("amount_minor", default=0))
    median, p90 = days_of(rows.filter(given))
    return {
        **figures,
        "unposted": unposted,
        "goods_value_delivered": figures["value_delivered"],
        **paid,
        "days_gift_to_delivery_median": median,
        "days_gift_to_delivery_p90": p90,
    }


def delivered_parcels(parcels: "QuerySet[Parcel]", scope: LedgerScope) -> "QuerySet[Any]":
    """Return those of the parcels that the books had as handed over, with the moment as `given_at`."""
    return (_today(parcels) if scope.is_today else _known(parcels, scope)).filter(is_given=True)


def days_of(given: "QuerySet[Any]") -> tuple[int | None, int | None]:
    """Return the median and the 90th percentile of days, from counts by pair of days: few rows for any history."""
    dated = given.filter(given_on__isnull=False, given_at__isnull=False)
    pairs = dated.annotate(day=TruncDate("given_at")).values_list("given_on", "day").annotate(count=Count("id"))
    counts: dict[int, int] = {}
    for given_on, day, count in pairs.order_by():
        counts[(day - given_on).days] = counts.get((day - given_on).days, 0) + count
    return _percentile(counts, 50), _percentile(counts, 90)


def _today(parcels: "QuerySet[Parcel]") -> "QuerySet[Any]":
    is_given = Q(state__in=HANDED_OVER, unposted_reason="")
    return parcels.annotate(is_sent=Q(dispatched_at__isnull=False), is_given=is_given, given_at=F("delivered_at"))


def _known(parcels: "QuerySet[Parcel]", scope: LedgerScope) -> "QuerySet[Any]":
    sent = scans_known(scope).filter(step="DISPATCH", parcel=OuterRef("pk")).exclude(outcome__in=WITHOUT_EFFECT)
    given = _ended(scope, (EntryKind.HAND_OVER,))
    at = Subquery(given.values("entry__occurred_at")[:1], output_field=DateTimeField())
    return parcels.annotate(is_sent=Exists(sent), is_given=Exists(given), given_at=at)


def _ended(scope: LedgerScope, kinds: tuple[EntryKind, ...]) -> "QuerySet[Transfer]":
    entries = standing(scope).filter(kind__in=kinds)
    return Transfer.objects.filter(credit=OuterRef("parcel_account"), entry__in=entries)


def _unposted(parcels: "QuerySet[Parcel]", scope: LedgerScope) -> int:
    """Count the parcels whose scans the books had not taken: only those are folded whose entries lag behind."""
    effective = scans_known(scope).filter(parcel=OuterRef("pk")).exclude(outcome__in=WITHOUT_EFFECT)
    packed = Transfer.objects.filter(debit=OuterRef("parcel_account"), entry__in=standing(scope))
    ended = _ended(scope, _END_KINDS)
    lags = Exists(effective.filter(step__in=["HAND_OVER", "LOSE", "DAMAGE"])) & ~Exists(ended)
    rows, last, count = parcels.filter(lags | ~Exists(packed)).order_by("id"), None, 0
    while chunk := list((rows.filter(id__gt=last) if last else rows)[:ROWS_PER_CHUNK]):
        count += sum(1 for row in known_parcels(chunk, scope) if row.unposted)
        last = _last_id(chunk)
    return count


def _last_id(chunk: list[Parcel]) -> uuid.UUID:
    return chunk[-1].id


def _percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest number of days within which so many percent were delivered."""
    wanted, seen = -(-sum(counts.values()) * percent // 100), 0
    for days in sorted(counts):
        seen += counts[days]
        if seen >= wanted:
            return days
    return None
