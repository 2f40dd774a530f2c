"""The distribution ledger: one row a parcel that was packed or handed over, one row a grant that was paid."""

import datetime as dt
import heapq
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from logistics.grants.models import Grant
from logistics.journal.models import Lot
from logistics.ledgers.delivered import figures_of
from logistics.ledgers.donors import givers_and_bills
from logistics.ledgers.known_parcels import KnownParcel, known_parcels, scans_known, standing
from logistics.ledgers.scope import ROWS_PER_CHUNK, Cell, Column, LedgerScope, Row, moment_text
from logistics.parcels.actions import pieces_of
from logistics.parcels.models import Parcel

_TOLD_STEPS = ("ATTEMPT", "REFUSE", "DAMAGE", "LOSE")


class DistributionLedger:
    """What was given out, to whom by reference, from whose gifts, proved by what."""

    columns = (
        Column("kind", "类别"),
        Column("parcel", "包裹码"),
        Column("beneficiary", "受益人编号"),
        Column("township", "乡镇街道"),
        Column("fund", "专项"),
        Column("donors", "捐赠人编号"),
        Column("contents", "内容"),
        Column("value", "价值(分)", is_money=True),
        Column("basis", "计价依据"),
        Column("received", "受赠日"),
        Column("allocated", "分配日"),
        Column("packed", "装箱时间"),
        Column("dispatched", "出库时间"),
        Column("handed_over", "发放时间"),
        Column("days_gift_to_delivery", "受赠到发放天数"),
        Column("proofs", "签收凭证"),
        Column("operator", "发放人"),
        Column("witness", "见证人"),
        Column("exception", "异常"),
        Column("entry", "分录号"),
        Column("leaf_index", "校验序号"),
        Column("official_bill", "公益事业捐赠票据号"),
        Column("state", "状态"),
        Column("unposted", "待入账原因"),
        Column("currency", "币种编码"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield parcels and grants in the order in which they were planned."""
        parcels = _after(given_parcels(scope), after).select_related("fund", "household", "beneficiary")
        grants = _after(paid_grants(scope), after).select_related("fund", "household", "beneficiary")
        yield from heapq.merge(
            _in_chunks(parcels.order_by("id"), lambda chunk: _parcel_rows(chunk, scope)),
            _in_chunks(grants.order_by("id"), lambda chunk: _grant_rows(chunk, scope)),
            key=lambda row: row.id,
        )

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return counts, values and days over the scope."""
        return figures_of(given_parcels(scope), paid_grants(scope), scope)


def given_parcels(scope: LedgerScope) -> "QuerySet[Parcel]":
    """Return the parcels that were planned in the scope and packed or handed over as far as is known."""
    wanted = scope.narrowed("planned_at")
    if scope.is_today:
        wanted &= Q(packed_at__isnull=False) | Q(delivered_at__isnull=False)
        rows = Parcel.objects.filter(wanted)
    else:
        moved = scans_known(scope).filter(step__in=["PACK", "HAND_OVER"], parcel=OuterRef("pk"))
        rows = Parcel.objects.filter(wanted, scope.happened("planned_at"), Exists(moved))
    return rows.filter(township=scope.place) if scope.place else rows


def paid_grants(scope: LedgerScope) -> "QuerySet[Grant]":
    """Return the grants that were paid in the scope and had not come back."""
    rows = Grant.objects.filter(scope.narrowed("paid_at"), entry__in=standing(scope))
    return rows.filter(household__township=scope.place) if scope.place else rows


def _after(rows: "QuerySet[Any]", after: uuid.UUID | None) -> "QuerySet[Any]":
    return rows.filter(id__gt=after) if after else rows


def _in_chunks(rows: "QuerySet[Any]", said: Callable[[Sequence[Any]], Iterator[Row]]) -> Iterator[Row]:
    """Read chunk after chunk by id: constant memory, and no cursor that a long download would hold open."""
    last: uuid.UUID | None = None
    while chunk := list(_after(rows, last)[:ROWS_PER_CHUNK]):
        yield from said(chunk)
        last = chunk[-1].id


def _parcel_rows(parcels: Sequence[Parcel], scope: LedgerScope) -> Iterator[Row]:
    told = [row for row in known_parcels(parcels, scope) if row.packed_at or row.delivered_at]
    pieces = [pieces_of(row.parcel) for row in told]
    lots = Lot.objects.only("basis", "currency").in_bulk({piece.lot_id for group in pieces for piece in group})
    leaves = scope.leaf_numbers(row.entry.id for row in told if row.entry)
    for row, group, (givers, bill) in zip(told, pieces, givers_and_bills(pieces, scope.known_at), strict=True):
        basis = " ".join(sorted({lots[piece.lot_id].basis for piece in group}))
        currency = " ".join(sorted({lots[piece.lot_id].currency for piece in group}))
        number = leaves.get(row.entry.id) if row.entry else None
        # Today's reason is the books' own word; of another moment it is known that they had not taken it.
        reason = row.unposted and ((scope.is_today and row.parcel.unposted_reason) or row.unposted)
        yield Row(row.parcel.id, (*_cells(row, givers, bill, basis, number), reason, currency))


def _cells(row: KnownParcel, donors: str, bill: str | None, basis: str, leaf_number: int | None) -> Sequence[Cell]:
    parcel, entry = row.parcel, row.entry
    given = row.events.get(row.conclusion.end_scan or "") if row.conclusion.end == "HAND_OVER" else None
    told = [fact for fact in row.facts if fact.step in _TOLD_STEPS]
    trouble = max(told, key=lambda fact: (fact.at_ms, fact.scan_id), default=None)
    return (
        "PARCEL",
        row.code,
        _whom(parcel),
        parcel.township,
        parcel.fund.code,
        donors,
        "; ".join(f"{line['zh']} x{line['quantity']}" for line in parcel.contents_text),
        parcel.value_minor,
        basis,
        parcel.given_on.isoformat() if parcel.given_on else None,
        timezone.localdate(parcel.planned_at).isoformat(),
        _time(row.packed_at),
        _time(row.dispatched_at),
        _time(row.delivered_at),
        _days_of(row),
        " ".join(kind for kind, _ in given.proofs) if given else "",
        str(given.operator_id or given.device_id) if given else None,
        str(given.witness_id) if given and given.witness_id else None,
        (trouble.reason or trouble.step) if trouble else "",
        str(entry.id) if entry else None,
        leaf_number,
        bill,
        row.conclusion.state,
    )


def _grant_rows(grants: Sequence[Grant], scope: LedgerScope) -> Iterator[Row]:
    numbers = scope.leaf_numbers(grant.entry_id for grant in grants if grant.entry_id)
    for grant in grants:
        yield _grant_row(grant, numbers.get(grant.entry_id) if grant.entry_id else None)


def _grant_row(grant: Grant, leaf_number: int | None) -> Row:
    day = timezone.localdate(grant.planned_at).isoformat()
    cells = (
        "GRANT",
        None,
        _whom(grant),
        grant.household.township,
        grant.fund.code,
        "",
        grant.purpose or "助学金/慰问金",
        grant.amount_minor,
        "MONEY",
        None,
        day,
        None,
        None,
        _time(grant.paid_at),
        None,
        "BANK",
        None,
        None,
        "",
        str(grant.entry_id),
        leaf_number,
        None,
        "PAID",
        "",
        grant.currency,
    )  # fmt: skip -- one line of the ledger
    return Row(grant.id, cells)


def _whom(row: Parcel | Grant) -> str | None:
    return row.beneficiary.reference if row.beneficiary else row.household.reference if row.household else None


def _time(value: dt.datetime | None) -> str | None:
    return moment_text(value) if value else None


def _days_of(row: KnownParcel) -> int | None:
    if row.delivered_at is None or row.parcel.given_on is None:
        return None
    return (timezone.localdate(row.delivered_at) - row.parcel.given_on).days
