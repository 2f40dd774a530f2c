"""The register of reversals."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet, Sum

from logistics.journal.models import JournalEntry, Transfer
from logistics.ledgers.numbering import in_chunks
from logistics.ledgers.scope import Column, LedgerScope, Row, moment_text
from logistics.ledgers.sums import purses_of


class ReversalsLedger:
    """Every reversal beside what it reverses."""

    columns = (
        Column("entry", "冲正分录号"),
        Column("kind", "业务类型"),
        Column("booked_on", "记账日期"),
        Column("posted_at", "入账时间"),
        Column("reverses", "被冲正分录号"),
        Column("reversed_booked_on", "被冲正记账日期"),
        Column("days_between", "相隔天数"),
        Column("value", "价值(分)", is_money=True),
        Column("actor", "经办"),
        Column("approver", "审批"),
        Column("evidence", "凭据哈希"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield reversals in the order in which they were posted."""
        rows = _reversals(scope).select_related("reverses").annotate(value=Sum("transfers__value_minor"))
        for entry in in_chunks(rows, after):
            assert entry.reverses is not None
            cells = (
                str(entry.id),
                entry.kind,
                entry.booked_on.isoformat(),
                moment_text(entry.posted_at),
                str(entry.reverses_id),
                entry.reverses.booked_on.isoformat(),
                (entry.booked_on - entry.reverses.booked_on).days,
                entry.value,
                str(entry.actor_id) if entry.actor_id else None,
                str(entry.approver_id) if entry.approver_id else None,
                entry.evidence_sha256,
            )
            yield Row(entry.id, cells)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the reversals."""
        return {"reversals": _reversals(scope).count()}


def _reversals(scope: LedgerScope) -> "QuerySet[Any]":
    rows = JournalEntry.objects.filter(scope.entries(), reverses__isnull=False)
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(id__in=Transfer.objects.filter(purses_of(scope)).values("entry"))
    return rows
