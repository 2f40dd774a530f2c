"""The distribution ledger: one row a parcel that was packed or handed over, one row a grant that was paid."""

import datetime as dt
import heapq
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from logistics.deliveries.models import ScanEvent
from logistics.grants.models import Grant, GrantState
from logistics.journal.models import Lot
from logistics.journal.reads import leaf_numbers
from logistics.ledgers.donors import donor_references
from logistics.ledgers.scope import ROWS_PER_CHUNK, Cell, Column, LedgerScope, Row
from logistics.parcels.actions import pieces_of, standing_postings
from logistics.parcels.models import Parcel

HANDED_OVER = ("DELIVERED", "DISPUTED")
_TOLD_STEPS = ("HAND_OVER", "ATTEMPT", "REFUSE", "DAMAGE", "LOSE")


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
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield parcels and grants in the order in which they were planned."""
        parcels = _after(_parcels(scope), after).select_related("code", "fund", "household", "beneficiary")
        grants = _after(_grants(scope), after).select_related("fund", "household", "beneficiary")
        yield from heapq.merge(
            _in_chunks(parcels.order_by("id"), _parcel_rows),
            _in_chunks(grants.order_by("id"), _grant_rows),
            key=lambda row: row.id,
        )

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Return counts, values and days over the scope."""
        parcels, grants = _parcels(scope), _grants(scope)
        sent, given = Q(dispatched_at__isnull=False), Q(state__in=HANDED_OVER)
        figures = parcels.aggregate(
            parcels_dispatched=Count("id", filter=sent),
            parcels_delivered=Count("id", filter=given),
            value_dispatched=Sum("value_minor", filter=sent, default=0),
            value_delivered=Sum("value_minor", filter=given, default=0),
            households_served_with_goods=Count("household", filter=given, distinct=True),
            places=Count("township", filter=(sent | given) & ~Q(township=""), distinct=True),
            unposted=Count("id", filter=~Q(unposted_reason="")),
        )
        paid = grants.aggregate(grants_paid=Count("id"), value_granted=Sum("amount_minor", default=0))
        median, p90 = _days(parcels.filter(given))
        return {
            **figures,
            "goods_value_delivered": figures["value_delivered"],
            **paid,
            "days_gift_to_delivery_median": median,
            "days_gift_to_delivery_p90": p90,
        }


def _parcels(scope: LedgerScope) -> "QuerySet[Parcel]":
    wanted = scope.narrowed("planned_at") & (Q(packed_at__isnull=False) | Q(delivered_at__isnull=False))
    rows = Parcel.objects.filter(wanted)
    return rows.filter(township=scope.place) if scope.place else rows


def _grants(scope: LedgerScope) -> "QuerySet[Grant]":
    rows = Grant.objects.filter(scope.narrowed("paid_at"), state=GrantState.PAID)
    return rows.filter(household__township=scope.place) if scope.place else rows


def _after(rows: "QuerySet[Any]", after: uuid.UUID | None) -> "QuerySet[Any]":
    return rows.filter(id__gt=after) if after else rows


def _in_chunks(rows: "QuerySet[Any]", said: Callable[[Sequence[Any]], Iterator[Row]]) -> Iterator[Row]:
    """Read chunk after chunk by id: constant memory, and no cursor that a long download would hold open."""
    last: uuid.UUID | None = None
    while chunk := list(_after(rows, last)[:ROWS_PER_CHUNK]):
        yield from said(chunk)
        last = chunk[-1].id


def _parcel_rows(parcels: Sequence[Parcel]) -> Iterator[Row]:
    pieces = [pieces_of(parcel) for parcel in parcels]
    donors = donor_references(pieces)
    bases = dict(
        Lot.objects.filter(id__in={piece.lot_id for group in pieces for piece in group}).values_list("id", "basis")
    )
    scans: dict[uuid.UUID | None, list[ScanEvent]] = {}
    told = ScanEvent.objects.filter(parcel__in=parcels, step__in=_TOLD_STEPS)
    for scan in told.order_by("scanned_at", "id"):
        scans.setdefault(scan.parcel_id, []).append(scan)
    numbers = leaf_numbers(filter(None, (_entry_id(parcel) for parcel in parcels)))
    for parcel, group, givers in zip(parcels, pieces, donors, strict=True):
        number = numbers.get(_entry_id(parcel) or parcel.id)
        basis = " ".join(sorted({bases[piece.lot_id] for piece in group}))
        yield Row(parcel.id, _cells(parcel, givers, basis, scans.get(parcel.id, []), number))


def _entry_id(parcel: Parcel) -> uuid.UUID | None:
    """Return the last entry that stands for a parcel."""
    standing = standing_postings(parcel.postings)
    return uuid.UUID(str(standing[-1][2])) if standing else None


def _cells(
    parcel: Parcel, donors: str, basis: str, scans: Sequence[ScanEvent], leaf_number: int | None
) -> Sequence[Cell]:
    given = next((scan for scan in scans if scan.step == "HAND_OVER" and scan.outcome == "RECORDED"), None)
    trouble = next((scan for scan in reversed(scans) if scan.step != "HAND_OVER"), None)
    entry_id = _entry_id(parcel)
    return (
        "PARCEL",
        parcel.code.text,
        _whom(parcel),
        parcel.township,
        parcel.fund.code,
        donors,
        "; ".join(f"{line['zh']} x{line['quantity']}" for line in parcel.contents_text),
        parcel.value_minor,
        basis,
        parcel.given_on.isoformat() if parcel.given_on else None,
        timezone.localdate(parcel.planned_at).isoformat(),
        _time(parcel.packed_at),
        _time(parcel.dispatched_at),
        _time(parcel.delivered_at),
        _days_of(parcel),
        " ".join(kind for kind, _ in given.proofs) if given else "",
        str(given.operator_id or given.device_id) if given else None,
        str(given.witness_id) if given and given.witness_id else None,
        (trouble.reason or trouble.step) if trouble else "",
        str(entry_id) if entry_id else None,
        leaf_number,
        None,
        parcel.state,
        parcel.unposted_reason,
    )


def _grant_rows(grants: Sequence[Grant]) -> Iterator[Row]:
    numbers = leaf_numbers(grant.entry_id for grant in grants if grant.entry_id)
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
        grant.state,
        "",
    )  # fmt: skip -- one line of the ledger
    return Row(grant.id, cells)


def _whom(row: Parcel | Grant) -> str | None:
    return row.beneficiary.reference if row.beneficiary else row.household.reference if row.household else None


def _time(value: dt.datetime | None) -> str | None:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def _days_of(parcel: Parcel) -> int | None:
    if parcel.delivered_at is None or parcel.given_on is None:
        return None
    return (timezone.localdate(parcel.delivered_at) - parcel.given_on).days


def _days(parcels: "QuerySet[Parcel]") -> tuple[int | None, int | None]:
    """Return the median and the 90th percentile of days, from counts by pair of days: few rows for any history."""
    dated = parcels.filter(given_on__isnull=False, delivered_at__isnull=False)
    pairs = dated.annotate(day=TruncDate("delivered_at")).values_list("given_on", "day").annotate(count=Count("id"))
    counts: dict[int, int] = {}
    for given_on, day, count in pairs.order_by():
        counts[(day - given_on).days] = counts.get((day - given_on).days, 0) + count
    return _percentile(counts, 50), _percentile(counts, 90)


def _percentile(counts: dict[int, int], percent: int) -> int | None:
    """Return the smallest number of days within which so many percent were delivered."""
    wanted, seen = -(-sum(counts.values()) * percent // 100), 0
    for days in sorted(counts):
        seen += counts[days]
        if seen >= wanted:
            return days
    return None
