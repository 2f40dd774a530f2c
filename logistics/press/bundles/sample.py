"""The auditor's sample: which vouchers of the period to look at, drawn from a seed that the auditor gives."""

import csv
import io
import uuid
from collections.abc import Iterator
from typing import NamedTuple

from logistics.journal.log import Voucher
from logistics.journal.models import JournalEntry
from logistics.kernel.sampling import Sampled, sampled
from logistics.ledgers.formats import harmless
from logistics.ledgers.scope import LedgerScope
from logistics.press.samples import entry_population


class SampledEntry(NamedTuple):
    """A chosen entry with what one needs to find its papers."""

    chosen: Sampled
    entry: JournalEntry
    voucher: str


def sampled_entries(scope: LedgerScope, *, seed: str, size: int) -> list[SampledEntry]:
    """Draw entries that have a voucher, by what each moved."""
    chosen = {uuid.UUID(row.key): row for row in sampled(entry_population(scope), seed=seed, size=size)}
    entries = JournalEntry.objects.in_bulk(chosen)
    numbers = {row.entry_id: f"{row.month}-{row.number}" for row in Voucher.objects.filter(entry__in=chosen)}
    return [SampledEntry(row, entries[key], numbers.get(key, "")) for key, row in chosen.items()]


def sample_csv(scope: LedgerScope, *, seed: str, size: int) -> Iterator[bytes]:
    """Write the sample as CSV, with room for what the auditor finds."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([f"{zh} {name}" for name, zh in _COLUMNS])
    for chosen, entry, voucher in sampled_entries(scope, seed=seed, size=size):
        booked = entry.booked_on.isoformat()
        cells = (chosen.key, voucher, entry.kind, booked, chosen.amount_minor, chosen.cumulative_minor, chosen.hits)
        writer.writerow([*(harmless(cell) for cell in cells), entry.evidence_sha256, ""])
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()


_COLUMNS = (
    ("entry", "分录号"),
    ("voucher", "记账凭证编号"),
    ("kind", "业务类型"),
    ("booked_on", "记账日期"),
    ("amount", "金额(分)"),
    ("cumulative", "之前累计(分)"),
    ("hits", "命中次数"),
    ("evidence", "凭据哈希"),
    ("finding", "检查结果"),
)
