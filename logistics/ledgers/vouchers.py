"""Vouchers (记账凭证): each entry that an accountant books, as debits and credits of the accountant's own accounts.

What only passes through an account within one entry (the supplier of goods that were paid at once) is netted out, as
an accountant would.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from logistics.funds.models import Fund
from logistics.journal.log import SealedLeaf, Voucher
from logistics.journal.models import WITHOUT_VOUCHER, JournalEntry, Transfer
from logistics.ledgers.charts import ChartLine
from logistics.ledgers.scope import ROWS_PER_CHUNK, Column, LedgerScope, Row
from logistics.ledgers.subjects import Subjects
from logistics.ledgers.words import ENTRY_KINDS


class VoucherLine(NamedTuple):
    """One line of a voucher; a positive value is a debit, a negative one a credit."""

    chart: ChartLine
    fund: str
    currency: str
    value: int

    @property
    def credit(self) -> int:
        """The value on the right, in minor units."""
        return -min(self.value, 0)


class VouchersLedger:
    """One row a line of a voucher, with headings as interfaces of accounting software (GB/T 24589) name them."""

    columns = (
        Column("date", "记账凭证日期"),
        Column("type", "记账凭证类型编号"),
        Column("number", "记账凭证编号"),
        Column("line", "记账凭证行号"),
        Column("organisation", "单位"),
        Column("summary", "记账凭证摘要"),
        Column("subject", "科目编号"),
        Column("subject_name", "科目名称"),
        Column("fund", "辅助项编号(专项)"),
        Column("basis", "资金性质"),
        Column("currency", "币种编码"),
        Column("debit", "借方原币金额(分)", is_money=True),
        Column("credit", "贷方原币金额(分)", is_money=True),
        Column("attachments", "附件数"),
        Column("prepared_by", "制单人"),
        Column("reviewed_by", "审核人"),
        Column("entry", "分录号"),
        Column("reverses", "冲正分录号"),
        Column("state", "记账标志"),
    )

    def rows(self, scope: LedgerScope, after: uuid.UUID | None = None) -> Iterator[Row]:
        """Yield lines in the order in which entries were posted; a line's id is its entry's and its number."""
        first, seen = _place_of(after) if after else (None, 0)
        subjects, entries = Subjects(scope), _entries(scope)
        chunk = list((entries.filter(id__gte=first) if first else entries)[:ROWS_PER_CHUNK])
        while chunk:
            yield from (row for row in _rows_of(chunk, scope, subjects) if row.id.int > seen)
            chunk = list(entries.filter(id__gt=chunk[-1].id)[:ROWS_PER_CHUNK])

    def summary(self, scope: LedgerScope) -> dict[str, Any]:
        """Count the vouchers, and those without a number yet."""
        entries = _entries(scope).order_by()
        found = entries.aggregate(vouchers=Count("id"), unnumbered=Count("id", filter=~_numbered(scope)))
        return dict(found)


def voucher_lines(transfers: Sequence[Transfer], subjects: Subjects) -> list[VoucherLine]:
    """Net the transfers of one entry by account and fund: debits first, then credits, by number."""
    summed: dict[tuple[ChartLine, str, str], int] = {}
    for row in transfers:
        fund = subjects.fund(row.lot.purse_id).code
        for account, sign in ((row.debit, 1), (row.credit, -1)):
            key = (subjects.line(row.lot.purse_id, account.kind), fund, row.lot.currency)
            # Two kinds of ours may be one account of the accountant's.
            key = (key[0]._replace(account_kind="", source=""), *key[1:])
            summed[key] = summed.get(key, 0) + sign * row.value_minor
    lines = [VoucherLine(*key, value) for key, value in summed.items()]
    # Goods that nobody can value move without an amount, and the voucher says so.
    kept = [line for line in lines if line.value] or lines
    return sorted(kept, key=lambda line: (line.value < 0, line.chart.code, line.fund, line.currency))


def _entries(scope: LedgerScope) -> "QuerySet[JournalEntry]":
    rows = JournalEntry.objects.filter(scope.entries()).exclude(kind__in=WITHOUT_VOUCHER)
    if scope.programme is not None or scope.fund is not None:
        purses = Fund.objects.filter(scope.funds()).values("purse")
        rows = rows.filter(id__in=Transfer.objects.filter(lot__purse__in=purses).values("entry"))
    return rows.order_by("id")


def _numbered(scope: LedgerScope) -> Q:
    """Say as a condition on entries that their leaf, and with it their voucher, had its number by then."""
    leaves = scope.leaves_known()
    if leaves is None:
        return Q(voucher__isnull=False)
    return Q(id__in=SealedLeaf.objects.filter(id__lt=leaves, leaf__kind="ENTRY").values("leaf__subject_id"))


def _place_of(after: uuid.UUID) -> tuple[uuid.UUID | None, int]:
    """Find the entry of a line's id."""
    return JournalEntry.objects.filter(id__lte=after).order_by("-id").values_list("id", flat=True).first(), after.int


def _rows_of(entries: Sequence[JournalEntry], scope: LedgerScope, subjects: Subjects) -> Iterator[Row]:
    transfers: dict[uuid.UUID, list[Transfer]] = {entry.id: [] for entry in entries}
    rows = Transfer.objects.filter(entry__in=entries).select_related("lot", "debit", "credit")
    for row in rows.order_by("entry_id", "position"):
        transfers[row.entry_id].append(row)
    numbers, codes = numbers_known([entry.id for entry in entries], scope), subjects.organisation_codes()
    for entry in entries:
        for number, line in enumerate(voucher_lines(transfers[entry.id], subjects), start=1):
            cells = _cells(entry, number, line, numbers.get(entry.id), codes[entry.organisation_id])
            yield Row(uuid.UUID(int=entry.id.int + number), cells)


def numbers_known(entry_ids: Sequence[uuid.UUID], scope: LedgerScope) -> Mapping[uuid.UUID, str]:
    """Return the voucher numbers, month and number, that entries had by the scope's moment."""
    rows = Voucher.objects.filter(entry__in=entry_ids)
    leaves = scope.leaves_known()
    if leaves is not None:
        sealed = SealedLeaf.objects.filter(id__lt=leaves, leaf__kind="ENTRY", leaf__subject_id__in=entry_ids)
        rows = rows.filter(entry__in=sealed.values("leaf__subject_id"))
    return {row.entry_id: f"{row.month}-{row.number}" for row in rows}


def _cells(
    entry: JournalEntry, number: int, line: VoucherLine, voucher: str | None, organisation: str
) -> tuple[str | int | None, ...]:
    words = ENTRY_KINDS[entry.kind][0]
    return (
        entry.booked_on.isoformat(),
        "记",
        voucher,
        number,
        organisation,
        f"冲正：{words}" if entry.reverses_id else words,
        line.chart.code,
        line.chart.zh,
        line.fund,
        line.chart.basis,
        line.currency,
        line.value if line.value > 0 else 0,
        -line.value if line.value < 0 else 0,
        1 if entry.evidence_sha256 else 0,
        str(entry.actor_id) if entry.actor_id else None,
        str(entry.approver_id) if entry.approver_id else None,
        str(entry.id),
        str(entry.reverses_id) if entry.reverses_id else None,
        "POSTED" if voucher else "UNNUMBERED",
    )
