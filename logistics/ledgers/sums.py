"""What came in, went out and is there, summed in the database by any columns of accounts and lots.

What a ledger opens with is the last closing of each organisation's books and the entries since: a day five years back
costs what today costs.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet, Sum

from logistics.funds.models import Fund
from logistics.journal.models import FrozenBalance, Period, PeriodState, Transfer
from logistics.ledgers.scope import LedgerScope
from logistics.parties.access import organisation_ids_below

Key = tuple[Any, ...]


class Amount(NamedTuple):
    """Units and their value in minor units."""

    quantity: int = 0
    value: int = 0

    def plus(self, other: "Amount", sign: int = 1) -> "Amount":
        """Add another, or take it away."""
        return Amount(self.quantity + sign * other.quantity, self.value + sign * other.value)


NOTHING = Amount()


@dataclass
class Turnover:
    """What an account opened with, what came in (debit) and what went out (credit)."""

    opening: Amount = NOTHING
    debit: Amount = NOTHING
    credit: Amount = NOTHING

    @property
    def closing(self) -> Amount:
        """What is there in the end; negative where more left a source than came back."""
        return self.opening.plus(self.debit).plus(self.credit, -1)


def turnovers(scope: LedgerScope, by: Sequence[str], kinds: Iterable[str] | None = None) -> dict[Key, Turnover]:
    """Sum opening, debit and credit by columns like `account__kind` or `lot__item_id`, of some kinds of accounts."""
    found: dict[Key, Turnover] = {}
    before = scope.before()
    if before is not None:
        for key, amount in closings(before, by, kinds).items():
            found[key] = Turnover(opening=amount)
    for side in ("debit", "credit"):
        for key, amount in _moved(scope.entries("entry__") & purses_of(scope), side, by, kinds).items():
            setattr(found.setdefault(key, Turnover()), side, amount)
    return found


def closings(
    scope: LedgerScope,
    by: Sequence[str],
    kinds: Iterable[str] | None = None,
    *,
    purse_ids: Iterable[uuid.UUID] | None = None,
    basis: str | None = None,
) -> dict[Key, Amount]:
    """Sum what the entries made of accounts by the scope's last day, from the last closing of each organisation on.

    `purse_ids` and `basis` (of value) narrow it to some lots. The scope's first day means nothing here.
    """
    scope = scope.from_the_beginning()
    last = _last_closings(scope)
    lots = purses_of(scope)
    lots &= Q() if purse_ids is None else Q(lot__purse_id__in=list(purse_ids))
    lots &= Q() if basis is None else Q(lot__basis=basis, lot__item_id__isnull=False)
    summed = _frozen(lots, [period_id for period_id, _ in last.values()], by, kinds)
    since = scope.entries("entry__") & lots & _behind(last)
    for side, sign in (("debit", 1), ("credit", -1)):
        for key, amount in _moved(since, side, by, kinds).items():
            summed[key] = summed.get(key, NOTHING).plus(amount, sign)
    return {key: amount for key, amount in summed.items() if amount != NOTHING}


def _last_closings(scope: LedgerScope) -> Mapping[uuid.UUID, tuple[uuid.UUID, dt.date]]:
    """Find the last period of each organisation that was closed by the scope's day and moment."""
    rows = Period.objects.filter(state=PeriodState.CLOSED, ends_on__lte=scope.until)
    if scope.organisation is not None:
        rows = rows.filter(organisation_id__in=organisation_ids_below(scope.organisation))
    if scope.known_at is not None:
        rows = rows.filter(closed_at__lte=scope.known_at)
    ends = dict(rows.values_list("organisation_id").annotate(last=Max("ends_on")))
    candidates = rows.filter(ends_on__in=set(ends.values())).values_list("organisation_id", "id", "ends_on")
    return {owner: (period_id, day) for owner, period_id, day in candidates if ends[owner] == day}


def _behind(last: Mapping[uuid.UUID, tuple[uuid.UUID, dt.date]]) -> Q:
    """Say as a condition on transfers that their entry stands in no closing yet."""
    if not last:
        return Q()
    behind = ~Q(entry__organisation_id__in=list(last))
    for day in {day for _, day in last.values()}:
        owners = [owner for owner, (_, end) in last.items() if end == day]
        behind |= Q(entry__organisation_id__in=owners, entry__booked_on__gt=day)
    return behind


def _frozen(
    lots: Q, period_ids: Sequence[uuid.UUID], by: Sequence[str], kinds: Iterable[str] | None
) -> dict[Key, Amount]:
    if not period_ids:
        return {}
    rows = FrozenBalance.objects.filter(lots, period_id__in=period_ids)
    if kinds is not None:
        rows = rows.filter(account__kind__in=list(kinds))
    grouped = rows.order_by().values_list(*by).annotate(units=Sum("quantity"), worth=Sum("value_minor"))
    return {tuple(key): Amount(units, worth) for *key, units, worth in grouped}


def _moved(condition: Q, side: str, by: Sequence[str], kinds: Iterable[str] | None) -> dict[Key, Amount]:
    rows: QuerySet[Transfer] = Transfer.objects.filter(condition)
    if kinds is not None:
        rows = rows.filter(**{f"{side}__kind__in": list(kinds)})
    columns = [column.replace("account_", f"{side}_", 1) if column.startswith("account_") else column for column in by]
    sums = {"stops": Sum("stop"), "starts": Sum("start"), "worth": Sum("value_minor")}
    grouped = rows.order_by().values_list(*columns).annotate(**sums)
    return {tuple(key): Amount(stops - starts, worth) for *key, stops, starts, worth in grouped}


def purses_of(scope: LedgerScope) -> Q:
    """Say the scope's fund and programme as a condition on rows with a lot."""
    if scope.programme is None and scope.fund is None:
        return Q()
    funds = Fund.objects.all()
    funds = funds.filter(programme=scope.programme) if scope.programme is not None else funds
    funds = funds.filter(id=scope.fund.id) if scope.fund is not None else funds
    return Q(lot__purse_id__in=funds.values("purse_id"))
