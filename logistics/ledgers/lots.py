"""The register of lots."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet, Sum

from logistics.funds.models import Fund
from logistics.journal.models import Lot
from logistics.ledgers.numbering import in_chunks
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects, item_codes


class LotsLedger:
    """Every lot: how much of what it began with, worth how much and why, for which fund, and which entry made it."""

    columns = (
        Column("lot", "批次"),
        Column("fund", "专项"),
        Column("basis", "资金性质"),
        Column("item", "物品或币种"),
        Column("quantity", "数量"),
        Column("value", "价值(分)", is_money=True),
        Column("currency", "计价币种"),
        Column("value_basis", "计价依据"),
        Column("expires_on", "有效期"),
        Column("batch", "厂家批号"),
        Column("origin", "来源分录号"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield lots in the order in which they came."""
        subjects = Subjects(scope)
        codes = item_codes(lots_of(scope).values_list("item_id", flat=True).distinct())
        for lot in in_chunks(lots_of(scope), after):
            fund = subjects.fund(lot.purse_id)
            cells = (
                str(lot.id),
                fund.code,
                fund.basis,
                codes[lot.item_id] if lot.item_id else lot.currency,
                lot.quantity,
                lot.value_minor,
                lot.currency,
                lot.basis,
                lot.expires_on.isoformat() if lot.expires_on else None,
                lot.batch,
                str(lot.origin_id),
            )
            yield Row(lot.id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the lots and sum what goods were worth."""
        return lots_of(scope).aggregate(lots=Count("id"), value=Sum("value_minor", default=0))


def lots_of(scope: LedgerScope) -> "QuerySet[Lot]":
    """Return the lots that the scope's entries made."""
    rows = Lot.objects.filter(scope.entries("origin__"))
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(purse__in=Fund.objects.filter(scope.funds()).values("purse"))
    return rows
