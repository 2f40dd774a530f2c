"""Sum what moved between kinds of accounts: every statement is made of these sums, so that no new kind falls out."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, Sum, Value, When

from logistics.journal.models import SOURCES, AccountKind, Transfer

# Where what left our care went.
ENDS = frozenset({AccountKind.HOUSEHOLD, AccountKind.EXPENSE, AccountKind.SOLD, AccountKind.LOSS})
# Where things are in somebody's care.
HELD = frozenset(set(AccountKind) - SOURCES - ENDS)


@dataclass(frozen=True)
class Flow:
    """What entries of one kind moved from one kind of account to another, of one purse and currency.

    A reversal takes away from what it reverses, so `quantity` and `value_minor` are net. `from_inside` and `to_inside`
    tell whether the accounts are in the care of the organisations that were asked for.
    """

    purse_id: uuid.UUID
    currency: str
    is_money: bool
    entry_kind: str
    from_kind: str
    to_kind: str
    # Of the account at the other end of our care: a category of costs, a reason of a loss.
    detail: str
    from_inside: bool
    to_inside: bool
    quantity: int
    value_minor: int


def flows(where: Q, *, organisation_ids: "QuerySet[Any, Any] | Collection[uuid.UUID]") -> list[Flow]:
    """Sum the transfers that meet the condition, in one statement."""
    rows = (
        Transfer.objects.filter(where)
        .annotate(
            is_money=_truth(Q(lot__item_id__isnull=True)),
            is_mirror=_truth(Q(entry__reverses__isnull=False)),
            credit_inside=_truth(Q(credit__kind__in=HELD, credit__organisation_id__in=organisation_ids)),
            debit_inside=_truth(Q(debit__kind__in=HELD, debit__organisation_id__in=organisation_ids)),
        )
        .values(
            *("lot__purse_id", "lot__currency", "is_money", "is_mirror", "entry__kind", "credit__kind", "debit__kind"),
            *("credit__detail", "debit__detail", "credit_inside", "debit_inside"),
        )
        .annotate(quantity=Sum(F("stop") - F("start")), value=Sum("value_minor"))
        .order_by()
    )
    return [_flow(row) for row in rows]


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _flow(row: dict[str, Any]) -> Flow:
    ends = [(row[f"{side}__kind"], row[f"{side}_inside"], row[f"{side}__detail"]) for side in ("credit", "debit")]
    # The mirror image of an entry runs backwards and counts against it.
    first, last = reversed(ends) if row["is_mirror"] else ends
    sign = -1 if row["is_mirror"] else 1
    return Flow(
        purse_id=row["lot__purse_id"],
        currency=row["lot__currency"],
        is_money=bool(row["is_money"]),
        entry_kind=row["entry__kind"],
        from_kind=first[0],
        to_kind=last[0],
        detail=first[2] if last[1] else last[2],
        from_inside=bool(first[1]),
        to_inside=bool(last[1]),
        quantity=sign * row["quantity"],
        value_minor=sign * row["value"],
    )
