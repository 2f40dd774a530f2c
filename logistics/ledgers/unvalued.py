"""The register of goods without determinable value."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Sum

from logistics.journal.models import AccountKind, Transfer
from logistics.ledgers.lots import lots_of
from logistics.ledgers.movement import CARE
from logistics.ledgers.numbering import in_chunks
from logistics.ledgers.scope import Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import NOTHING, closings


class UnvaluedLedger:
    """Goods without determinable value: no amount anywhere, so they have a register of their own."""

    columns = (
        Column("lot", "批次"),
        Column("item", "物品"),
        Column("fund", "专项"),
        Column("donor", "捐赠人编号"),
        Column("received", "接收日"),
        Column("quantity", "接收数量"),
        Column("held", "现存数量"),
        Column("delivered", "已发放数量"),
        Column("entry", "分录号"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield lots in the order in which they came."""
        subjects = Subjects(scope)
        then = scope.from_the_beginning()
        held = closings(then, ("lot_id",), CARE, basis="NONE")
        given = closings(then, ("lot_id",), [AccountKind.HOUSEHOLD], basis="NONE")
        births = Transfer.objects.filter(lot=OuterRef("pk"), is_origin=True).values("credit__reference")[:1]
        rows = _unvalued(scope).select_related("origin").annotate(donor=births)
        codes = item_codes(rows.values_list("item_id", flat=True).distinct())
        for lot in in_chunks(rows, after):
            cells = (
                str(lot.id),
                codes[lot.item_id],
                subjects.fund(lot.purse_id).code,
                lot.donor,
                lot.origin.booked_on.isoformat(),
                lot.quantity,
                held.get((lot.id,), NOTHING).quantity,
                given.get((lot.id,), NOTHING).quantity,
                str(lot.origin_id),
            )
            yield Row(lot.id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the lots and their units."""
        return _unvalued(scope).aggregate(lots=Count("id"), units=Sum("quantity", default=0))


def _unvalued(scope: LedgerScope) -> "QuerySet[Any]":
    return lots_of(scope).filter(item_id__isnull=False, basis="NONE")
