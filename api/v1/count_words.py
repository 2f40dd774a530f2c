"""A stock-take in the words of the API: blind while it is open."""

import uuid
from typing import Any

from logistics.stock.count_models import StockTakeState
from logistics.stock.count_reads import is_settled, lines_of, may_count, progress_of, standing_counts
from logistics.stock.models import CountLine, StockTake


def said(row: StockTake) -> dict[str, Any]:
    """Say a stock-take without its lines."""
    return {
        "id": str(row.id),
        "state": row.state,
        "warehouse": row.warehouse.code,
        "opened_at": row.opened_at.isoformat(),
        "opened_by": str(row.opened_by_id),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "closed_by": str(row.closed_by_id) if row.closed_by_id else None,
    }


def said_with_lines(row: StockTake, counter_id: uuid.UUID) -> dict[str, Any]:
    """Say a stock-take as this person may see it."""
    lines = lines_of(row)
    progress = progress_of(lines)
    return {
        **said(row),
        "lots": progress.lots,
        "counted": progress.counted,
        "settled": progress.settled,
        "lines": [_line(line, row, counter_id) for line in lines],
    }


def _line(line: CountLine, row: StockTake, counter_id: uuid.UUID) -> dict[str, Any]:
    is_open = row.state == StockTakeState.OPEN
    counts = [] if is_open else standing_counts(line)
    return {
        "lot": str(line.lot_id),
        "item": line.item.code,
        "batch": line.lot.batch,
        "expires_on": line.lot.expires_on.isoformat() if line.lot.expires_on else None,
        "is_settled": is_settled(line),
        "is_yours_to_count": is_open and may_count(line, counter_id),
        "expected": None if is_open else line.expected,
        "counts": [
            {"quantity": count.quantity, "by": str(count.counted_by_id), "at": count.counted_at.isoformat()}
            for count in counts
        ],
        "reason": line.reason,
        "entry": str(line.entry_id) if line.entry_id else None,
    }
