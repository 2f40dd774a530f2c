"""Choose which units leave a warehouse: first expired, first out."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from logistics.funds.models import Fund
from logistics.journal.models import Balance
from logistics.journal.postings import Piece
from logistics.journal.reads import Values
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import Span, lowest
from logistics.parties.access import organisation_ids_above
from logistics.stock.care_models import RecalledLot
from logistics.stock.models import Item, Warehouse


class StockShort(Conflicting):
    code = "stock_short"
    zh = "仓库 {warehouse} 里专项 {fund} 的 {item} 不够：需要 {wanted}，可用 {available}。"
    en = "Warehouse {warehouse} has too little {item} of fund {fund}: {wanted} wanted, {available} free."


class LotExpired(Conflicting):
    code = "lot_expired"
    zh = "仓库 {warehouse} 里的 {item} 已过有效期，不能发放。"
    en = "The {item} in warehouse {warehouse} has expired and cannot be given out."


class LotRecalled(Conflicting):
    code = "lot_recalled"
    zh = "仓库 {warehouse} 里的 {item} 已召回，不能发放。"
    en = "The {item} in warehouse {warehouse} is recalled and cannot be given out."


class GoodsOfAnotherFund(Conflicting):
    code = "goods_of_another_fund"
    zh = "仓库 {warehouse} 里的 {item} 属于其他专项，不属于 {fund}。"
    en = "The {item} in warehouse {warehouse} belongs to another fund, not to {fund}."


@dataclass(frozen=True)
class Shelf:
    """What a warehouse has free of some items and one fund, first expired first; locked until the end."""

    warehouse: Warehouse
    fund: Fund
    rows: list[Balance]
    values: Values

    def pick(self, item: Item, quantity: int) -> list[Piece]:
        """Take units off this shelf. Refuses StockShort, LotExpired, LotRecalled, GoodsOfAnotherFund."""
        picked: list[Piece] = []
        for row in self.rows:
            missing = quantity - sum(piece.quantity for piece in picked)
            if row.lot.item_id == item.id and missing:
                spans = lowest(_spans(row), missing)
                row.spans = _rest(row, spans)
                picked += [self.values.piece(row.lot_id, span) for span in spans]
        found = sum(piece.quantity for piece in picked)
        if found < quantity:
            raise _reason(self, item, quantity, found)
        return picked


def open_shelf(*, warehouse: Warehouse, fund: Fund, items: Mapping[uuid.UUID, Item], on: dt.date) -> Shelf:
    """Lock and read what is free in a warehouse of these items and this fund, without what is recalled or has expired
    by `on`.
    """
    unexpired = Q(lot__expires_on=None) | Q(lot__expires_on__gte=on)
    rows = (
        Balance.objects.select_for_update(of=("self",))
        .select_related("lot")
        .filter(unexpired, account_id=warehouse.account_id, quantity__gt=0)
        .filter(lot__purse_id=fund.purse_id, lot__item_id__in=list(items))
        .exclude(lot__in=_recalled_at(warehouse).values("lot"))
        .order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id")
    )
    kept = list(rows)
    return Shelf(warehouse, fund, kept, Values(row.lot for row in kept))


class LotShort(Conflicting):
    code = "lot_short"
    zh = "批次 {lot} 在这里只有 {available}，不够 {wanted}。"
    en = "There are only {available} units of lot {lot} here; {wanted} are wanted."


def units_of_lot(*, account_id: uuid.UUID, lot_id: uuid.UUID, quantity: int) -> list[Piece]:
    """Lock and choose the lowest units of one lot in one place. Refuses LotShort."""
    row = (
        Balance.objects.select_for_update(of=("self",))
        .select_related("lot")
        .filter(account_id=account_id, lot_id=lot_id, lot__item_id__isnull=False)
        .first()
    )
    available = row.quantity if row else 0
    if row is None or available < quantity:
        raise LotShort(lot=str(lot_id), available=available, wanted=quantity)
    values = Values([row.lot])
    return [values.piece(lot_id, span) for span in lowest(_spans(row), quantity)]


def _recalled_at(warehouse: Warehouse) -> "QuerySet[RecalledLot]":
    above = organisation_ids_above(warehouse.organisation)
    return RecalledLot.objects.filter(recall__lifted_at=None, recall__organisation_id__in=above)


def _spans(row: Balance) -> list[Span]:
    return [(start, stop) for start, stop in row.spans]


def _rest(row: Balance, taken: list[Span]) -> list[Span]:
    # The lowest units were taken, so what is left begins where the last taken span ends.
    end = taken[-1][1] if taken else 0
    return [(max(start, end), stop) for start, stop in row.spans if stop > end]


def _reason(shelf: Shelf, item: Item, wanted: int, available: int) -> Conflicting:
    there = Balance.objects.filter(account_id=shelf.warehouse.account_id, lot__item_id=item.id, quantity__gt=0)
    names = {"warehouse": shelf.warehouse.code, "item": item.code}
    own = sum(row.quantity for row in there.filter(lot__purse_id=shelf.fund.purse_id))
    if own >= wanted:
        is_recalled = there.filter(lot__in=_recalled_at(shelf.warehouse).values("lot")).exists()
        return LotRecalled(**names) if is_recalled else LotExpired(**names)
    if own == 0 and there.exists():
        return GoodsOfAnotherFund(fund=shelf.fund.code, **names)
    return StockShort(fund=shelf.fund.code, wanted=wanted, available=available, **names)
