"""Ask for stock-takes: what waits for whom, how far they have come, and (when it is over) what was found."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation
from logistics.stock.access import visible_warehouses
from logistics.stock.count_models import Count, CountLine, StockTake

AGREEING_COUNTS = 2


class StockTakeMissing(Missing):
    code = "stock_take_missing"
    zh = "没有找到这次盘点。"
    en = "There is no such stock-take."


@dataclass(frozen=True)
class Progress:
    """How far a stock-take has come: lots in all, counted once, and settled by two counts that agree."""

    lots: int
    counted: int
    settled: int


def visible_stock_takes(organisation: Organisation) -> "QuerySet[StockTake]":
    """Return the stock-takes of an organisation's warehouses and below, newest first."""
    rows = StockTake.objects.filter(warehouse__in=visible_warehouses(organisation).order_by())
    return rows.select_related("warehouse").order_by("-id")


def get_stock_take(*, stock_take_id: uuid.UUID, organisation: Organisation) -> StockTake:
    """Return the stock-take with this id. Refuses StockTakeMissing, also for another organisation's."""
    found = visible_stock_takes(organisation).filter(id=stock_take_id).first()
    if found is None:
        raise StockTakeMissing
    return found


def lines_of(stock_take: StockTake) -> list[CountLine]:
    """List the lines of a stock-take with their counts, in the order of their lots."""
    rows = stock_take.lines.select_related("lot", "item").prefetch_related("counts")
    return list(rows.order_by("item__code", "lot__expires_on", "lot_id"))


def standing_counts(line: CountLine) -> list[Count]:
    """List the counts of a line that still speak, first one first."""
    found = sorted(line.counts.all(), key=lambda count: count.number)
    return [count for count in found if count.number >= line.counted_from]


def is_settled(line: CountLine) -> bool:
    """Tell whether the last two counts agree; they are by two people."""
    last = [count.quantity for count in standing_counts(line)[-AGREEING_COUNTS:]]
    return len(last) == AGREEING_COUNTS and len(set(last)) == 1


def may_count(line: CountLine, counter_id: uuid.UUID) -> bool:
    """Tell whether a line still waits for a count, and this person may make it."""
    valid = standing_counts(line)
    return not is_settled(line) and not (valid and valid[-1].counted_by_id == counter_id)


def counted(line: CountLine) -> int:
    """Return what was found of a settled line, in base units."""
    return standing_counts(line)[-1].quantity


def progress_of(lines: Iterable[CountLine]) -> Progress:
    """Count how far a stock-take has come; says nothing of what anybody found."""
    kept = list(lines)
    return Progress(
        len(kept), sum(bool(standing_counts(line)) for line in kept), sum(is_settled(line) for line in kept)
    )
