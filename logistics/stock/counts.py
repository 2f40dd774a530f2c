"""Stock-takes: every lot counted twice, blind, by two people; a third approves what differs from the books.

What is counted is what lies on the shelves: free, or reserved for parcels that are not packed yet. What is set aside
lies elsewhere and is not counted.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from logistics.journal.models import Lot
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.stock.actions import QUANTITY_MAX
from logistics.stock.care_reasons import CountReason
from logistics.stock.count_entries import book_difference
from logistics.stock.count_models import Count, CountLine, StockTake, StockTakeState
from logistics.stock.count_reads import counted, is_settled, lines_of, standing_counts
from logistics.stock.models import Item, Warehouse
from logistics.stock.shelves import moves_of, on_shelves
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

COUNT_LINES_MAX = 5_000


class StockTakeStateWrong(Conflicting):
    code = "stock_take_state_wrong"
    zh = "这次盘点的状态是 {state}，不能这样操作。"
    en = "The stock-take is {state}; this cannot be done now."


class StockTakeOpen(Conflicting):
    code = "stock_take_open"
    zh = "仓库 {warehouse} 已有一次盘点在进行。"
    en = "A stock-take of warehouse {warehouse} is under way."


class NothingToCount(Conflicting):
    code = "nothing_to_count"
    zh = "仓库 {warehouse} 里没有可盘点的物资。"
    en = "There is nothing to count in warehouse {warehouse}."


class CountUnreadable(Unacceptable):
    code = "count_unreadable"
    zh = "批次 {lot} 不属于这个仓库，或数量不在 0 到 {most} 之间。"
    en = "Lot {lot} never lay in this warehouse, or its quantity is not between 0 and {most}."


class LineSettled(Conflicting):
    code = "line_settled"
    zh = "批次 {lot} 两次清点一致，无需再数。"
    en = "Two counts of lot {lot} agree; it need not be counted again."


class CountedBySame(NotAllowed):
    code = "counted_by_same"
    zh = "同一个人不能复盘自己刚数过的批次 {lot}。"
    en = "Who counted lot {lot} last may not count it again."


class ApprovedByCounter(NotAllowed):
    code = "approved_by_counter"
    zh = "参与盘点的人不能审批盘点结果。"
    en = "Who counted may not approve the stock-take."


class CountStale(Conflicting):
    code = "count_stale"
    zh = "盘点后有货物进出，请重新清点这些批次：{lots}。"
    en = "Goods moved since they were counted; count these lots again: {lots}."


class CountReasonMissing(Unacceptable):
    code = "count_reason_missing"
    zh = "与账面不符的批次须写明原因：{lots}。"
    en = "A lot that differs from the books needs a reason: {lots}."


@action
def open_stock_take(
    *, actor: Actor, warehouse: Warehouse, item: Item | None = None, now: dt.datetime, token: uuid.UUID | None = None
) -> StockTake:
    """Begin a count of a warehouse, or of one item there: a line for every lot. The same token begins it once.

    Refuses StockTakeOpen, NothingToCount.
    """
    take_id = derived_id(token, 0) if token else new_id()
    Warehouse.objects.select_for_update().get(id=warehouse.id)
    standing = StockTake.objects.filter(id=take_id, warehouse=warehouse).first()
    if standing is not None:
        return standing
    under_way = (StockTakeState.OPEN, StockTakeState.COUNTED)
    if StockTake.objects.filter(warehouse=warehouse, state__in=under_way).exists():
        raise StockTakeOpen(warehouse=warehouse.code)
    there = on_shelves(warehouse, item=item)
    if not there:
        raise NothingToCount(warehouse=warehouse.code)
    take = StockTake.objects.create(id=take_id, warehouse=warehouse, opened_at=now, opened_by_id=actor.holder_id)
    lots = sorted(there)[:COUNT_LINES_MAX]
    _add_lines(take, lots)
    return take


@action
def count_lots(
    *,
    actor: Actor,
    stock_take: StockTake,
    counts: Mapping[uuid.UUID, int],
    now: dt.datetime,
    token: uuid.UUID | None = None,
) -> StockTake:
    """Note what somebody counted, lot by lot; a lot that the books do not have here any more may be found, too.

    A lot is settled when two people in a row found the same. Where goods moved since the last count of it, its counting
    begins anew. The same token counts once. Refuses StockTakeStateWrong, CountUnreadable, LineSettled, CountedBySame.
    """
    if token and Count.objects.filter(id=derived_id(token, 0), line__stock_take=stock_take).exists():
        return stock_take
    take = _locked(stock_take, StockTakeState.OPEN)
    _require_quantities(take, counts)
    lines = {line.lot_id: line for line in lines_of(take)}
    _add_lines(take, [lot for lot in counts if lot not in lines])
    lines = {line.lot_id: line for line in lines_of(take)}
    moved = moves_of(take.warehouse, counts)
    expected = on_shelves(take.warehouse, lots=list(counts))
    told: list[Count] = []
    for lot, quantity in counts.items():
        line = lines[lot]
        valid = standing_counts(line)
        if is_settled(line):
            raise LineSettled(lot=str(lot), pointer="/lines")
        if not valid or line.moves != moved.get(lot, 0):
            line.counted_from = len(line.counts.all())
            line.expected, line.moves = expected.get(lot, 0), moved.get(lot, 0)
        elif valid[-1].counted_by_id == actor.holder_id:
            raise CountedBySame(lot=str(lot), pointer="/lines")
        number = len(line.counts.all())
        told.append(
            Count(
                id=derived_id(token, len(told)) if token else new_id(),
                line=line,
                number=number,
                quantity=quantity,
                counted_by_id=actor.holder_id,
                counted_at=now,
            )
        )
    CountLine.objects.bulk_update([lines[lot] for lot in counts], ["counted_from", "expected", "moves"])
    Count.objects.bulk_create(told)
    if all(is_settled(line) for line in lines_of(take)):
        take.state = StockTakeState.COUNTED
        take.save(update_fields=["state"])
    return take


@action
def recount_lots(*, stock_take: StockTake, lots: Sequence[uuid.UUID]) -> StockTake:
    """Let lots be counted anew: goods moved, or somebody doubts. Refuses StockTakeStateWrong, CountUnreadable."""
    take = _locked(stock_take, StockTakeState.OPEN, StockTakeState.COUNTED)
    lines = {line.lot_id: line for line in lines_of(take)}
    for lot in lots:
        if lot not in lines:
            raise CountUnreadable(lot=str(lot), most=QUANTITY_MAX, pointer="/lots")
        lines[lot].counted_from = len(lines[lot].counts.all())
    CountLine.objects.bulk_update([lines[lot] for lot in lots], ["counted_from"])
    take.state = StockTakeState.OPEN
    take.save(update_fields=["state"])
    return take


@action
def approve_stock_take(
    *, actor: Actor, stock_take: StockTake, reasons: Mapping[uuid.UUID, str], now: dt.datetime
) -> StockTake:
    """Book what differs: shortages as losses, surplus as new lots, each with its coded reason by lot.

    Refuses StockTakeStateWrong, ApprovedByCounter, CountReasonMissing, CountStale, LotShort (the missing are reserved).
    """
    take = _locked(stock_take, StockTakeState.COUNTED)
    lines = lines_of(take)
    if any(count.counted_by_id == actor.holder_id for line in lines for count in line.counts.all()):
        raise ApprovedByCounter
    differing = [line for line in lines if counted(line) != line.expected]
    bare = [str(line.lot_id) for line in differing if reasons.get(line.lot_id) not in CountReason.values]
    if bare:
        raise CountReasonMissing(lots=bare, pointer="/reasons")
    moved = moves_of(take.warehouse, [line.lot_id for line in differing])
    stale = [str(line.lot_id) for line in differing if line.moves != moved.get(line.lot_id, 0)]
    if stale:
        raise CountStale(lots=stale)
    for line in differing:
        line.reason = reasons[line.lot_id]
        line.entry = book_difference(take, line, standing_counts(line)[-1], actor=actor, now=now)
        line.save(update_fields=["reason", "entry"])
    return _closed(take, StockTakeState.APPROVED, actor, now)


@action
def drop_stock_take(*, actor: Actor, stock_take: StockTake, now: dt.datetime) -> StockTake:
    """Give a count up; nothing is booked. Refuses StockTakeStateWrong."""
    take = _locked(stock_take, StockTakeState.OPEN, StockTakeState.COUNTED)
    return _closed(take, StockTakeState.DROPPED, actor, now)


def _locked(stock_take: StockTake, *states: StockTakeState) -> StockTake:
    rows = StockTake.objects.select_for_update(of=("self",)).select_related(
        "warehouse__account", "warehouse__organisation"
    )
    take = rows.get(id=stock_take.id)
    if take.state not in states:
        raise StockTakeStateWrong(state=take.state)
    return take


def _require_quantities(take: StockTake, counts: Mapping[uuid.UUID, int]) -> None:
    known = Lot.objects.filter(id__in=list(counts), item_id__isnull=False, balances__account=take.warehouse.account_id)
    here = set(known.values_list("id", flat=True))
    for lot, quantity in counts.items():
        if lot not in here or not 0 <= quantity <= QUANTITY_MAX:
            raise CountUnreadable(lot=str(lot), most=QUANTITY_MAX, pointer="/lines")


def _add_lines(take: StockTake, lots: Sequence[uuid.UUID]) -> None:
    if not lots:
        return
    rows = Lot.objects.in_bulk(lots)
    expected, moved = on_shelves(take.warehouse, lots=lots), moves_of(take.warehouse, lots)
    CountLine.objects.bulk_create(
        CountLine(
            stock_take=take,
            lot=rows[lot],
            item_id=rows[lot].item_id or uuid.UUID(int=0),
            expected=expected.get(lot, 0),
            moves=moved.get(lot, 0),
        )
        for lot in lots
    )


def _closed(take: StockTake, state: StockTakeState, actor: Actor, now: dt.datetime) -> StockTake:
    take.state, take.closed_at, take.closed_by_id = state, now, actor.holder_id
    take.save(update_fields=["state", "closed_at", "closed_by_id"])
    return take
