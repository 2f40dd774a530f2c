"""Registers of the books' own rows: accounts, lots, opening and closing balances, reversals, goods without value."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from logistics.funds.models import Fund
from logistics.journal.models import Account, AccountKind, JournalEntry, Lot, Transfer
from logistics.ledgers.movement import CARE
from logistics.ledgers.numbering import numbered
from logistics.ledgers.scope import ROWS_PER_CHUNK, Cell, Column, LedgerScope, Row, moment_text
from logistics.ledgers.subjects import Subjects, item_codes
from logistics.ledgers.sums import NOTHING, Amount, Key, closings, purses_of


class AccountsLedger:
    """Every account that something moved through."""

    columns = (
        Column("account", "账户号"),
        Column("kind", "账户类别"),
        Column("reference", "名称"),
        Column("detail", "明细"),
        Column("organisation", "单位"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield accounts in the order in which they were opened."""
        codes = Subjects(scope).organisation_codes()
        for account in _in_chunks(_accounts(scope), after):
            owner = codes.get(account.organisation_id)
            yield Row(account.id, (str(account.id), account.kind, account.reference, account.detail, owner))

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the accounts."""
        return {"accounts": _accounts(scope).count()}


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
        codes = item_codes(_lots(scope).values_list("item_id", flat=True).distinct())
        for lot in _in_chunks(_lots(scope), after):
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
        return _lots(scope).aggregate(lots=Count("id"), value=Sum("value_minor", default=0))


class BalancesLedger:
    """What every account holds of every lot: before the first day of the scope, or at the end of the last."""

    columns = (
        Column("account", "账户号"),
        Column("kind", "账户类别"),
        Column("reference", "名称"),
        Column("lot", "批次"),
        Column("item", "物品或币种"),
        Column("fund", "专项"),
        Column("basis", "资金性质"),
        Column("quantity", "数量"),
        Column("value", "价值(分)", is_money=True),
    )

    def __init__(self, *, is_opening: bool) -> None:
        self._is_opening = is_opening

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield the balances by account and lot."""
        found, subjects = self._amounts(scope), Subjects(scope)
        codes = item_codes(key[4] for key in found)
        return numbered((_balance_cells(key, found[key], subjects, codes) for key in sorted(found, key=_place)), after)

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the balances, and value what is in our care."""
        found = self._amounts(scope)
        held = {AccountKind.BANK, AccountKind.PREPAID, *CARE}
        return {"balances": len(found), "held": sum(amount.value for key, amount in found.items() if key[1] in held)}

    def _amounts(self, scope: LedgerScope) -> dict[Key, Amount]:
        chosen = scope.before() if self._is_opening else scope.from_the_beginning()
        return closings(chosen, _BALANCE_BY) if chosen else {}


_BALANCE_BY = (
    *("account_id", "account__kind", "account__reference"),
    *("lot_id", "lot__item_id", "lot__currency", "lot__purse_id"),
)


def _place(key: Key) -> tuple[str, str]:
    return str(key[0]), str(key[3])


def _balance_cells(key: Key, amount: Amount, subjects: Subjects, codes: dict[uuid.UUID, str]) -> Sequence[Cell]:
    account_id, kind, reference, lot_id, item_id, currency, purse_id = key
    fund = subjects.fund(purse_id)
    item = codes[item_id] if item_id else currency
    return (str(account_id), kind, reference, str(lot_id), item, fund.code, fund.basis, *amount)


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
        for entry in _in_chunks(rows, after):
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
        for lot in _in_chunks(rows, after):
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


def _accounts(scope: LedgerScope) -> "QuerySet[Account]":
    known = Transfer.objects.filter(scope.entries("entry__") & purses_of(scope))
    sides = [Exists(known.filter(**{side: OuterRef("pk")})) for side in ("debit", "credit")]
    return Account.objects.filter(sides[0] | sides[1])


def _lots(scope: LedgerScope) -> "QuerySet[Lot]":
    rows = Lot.objects.filter(scope.entries("origin__"))
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(purse__in=Fund.objects.filter(scope.funds()).values("purse"))
    return rows


def _unvalued(scope: LedgerScope) -> "QuerySet[Any]":
    return _lots(scope).filter(item_id__isnull=False, basis="NONE")


def _reversals(scope: LedgerScope) -> "QuerySet[Any]":
    rows = JournalEntry.objects.filter(scope.entries(), reverses__isnull=False)
    if scope.programme is not None or scope.fund is not None:
        rows = rows.filter(id__in=Transfer.objects.filter(purses_of(scope)).values("entry"))
    return rows


def _in_chunks(rows: "QuerySet[Any]", after: uuid.UUID | None) -> Iterator[Any]:
    last = after
    while chunk := list((rows.filter(Q(id__gt=last)) if last else rows).order_by("id")[:ROWS_PER_CHUNK]):
        yield from chunk
        last = chunk[-1].id
