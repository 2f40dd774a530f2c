"""How fast the journal of a million lines is: as CSV, as pages, and as of a day long ago."""

import tests.environment  # noqa: F401, I001 -- chooses the data folder before Django is set up

import csv
import datetime as dt
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from itertools import islice

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django must be set up first
from django.http import StreamingHttpResponse  # noqa: E402 -- Django must be set up first

from logistics.funds.models import Fund  # noqa: E402 -- Django must be set up first
from logistics.journal.models import Transfer  # noqa: E402 -- Django must be set up first
from logistics.ledgers.formats import written  # noqa: E402 -- Django must be set up first
from logistics.ledgers.reads import get_ledger, page_of_ledger  # noqa: E402 -- Django must be set up first
from logistics.ledgers.scope import LedgerScope  # noqa: E402 -- Django must be set up first
from logistics.parties.models import Organisation  # noqa: E402 -- Django must be set up first
from logistics.stock.models import Item  # noqa: E402 -- Django must be set up first
from tests.bench.million import PARCELS, read_all, write_million  # noqa: E402 -- Django must be set up first
from tests.cast import World, raise_curtain  # noqa: E402 -- Django must be set up first
from tests.databases import copy_of_template, make_template  # noqa: E402 -- Django must be set up first

ROUNDS, PATTERN_LINES, FEW_LINES = 3, 50_000, 10_000
Say = Callable[[str, float, str], None]


def measure_ledgers(say: Say, parcels: int = PARCELS) -> None:
    """Write the million lines once, then measure everything by turns."""
    world, name = raise_curtain(), connection.vendor
    begun = time.perf_counter()
    lines = write_million(world, parcels)
    say(f"{name}: a journal of {lines:,} lines, written in", time.perf_counter() - begun, "s")
    _measure_csv(world, lines, lambda what, value, unit: say(f"{name}: {what}", value, unit))
    _measure_reads(world, lambda what, value, unit: say(f"{name}: {what}", value, unit))


def _measure_csv(world: World, lines: int, say: Say) -> None:
    plain, named = LedgerScope(world.county), LedgerScope(world.county, is_unmasked=True)
    speeds: dict[str, list[float]] = {"the usual pattern": [], "masked": [], "unmasked": []}
    firsts = []
    for _ in range(ROUNDS):
        speeds["the usual pattern"].append(PATTERN_LINES / _seconds(lambda: read_all(_usual(world), PATTERN_LINES)))
        for edition, scope in (("masked", plain), ("unmasked", named)):
            speeds[edition].append(lines / _seconds(lambda scope=scope: read_all(written("journal", "csv", scope))))
            firsts.append(_seconds(lambda scope=scope: list(islice(written("journal", "csv", scope), 2))))
    medians = {edition: statistics.median(found) for edition, found in speeds.items()}
    for edition, speed in medians.items():
        say(f"the journal as CSV, {edition}", speed, "lines/s")
    for edition in ("masked", "unmasked"):
        say(
            f"the journal as CSV, {edition}, against the pattern",
            medians[edition] / medians["the usual pattern"],
            "times",
        )
    say("first lines of the journal as CSV", statistics.median(firsts) * 1000, "ms")
    for most in (FEW_LINES, lines):
        say(
            f"memory of {most:,} lines", _peak(lambda most=most: read_all(written("journal", "csv", plain), most)), "MB"
        )


def _usual(world: World) -> Iterable[bytes]:
    """Write the journal as Django's documentation shows it: a writer that echoes, and rows from an iterator."""
    rows = Transfer.objects.select_related("entry__voucher", "lot", "debit", "credit").order_by("entry_id", "position")
    rows = rows.filter(
        entry__organisation_id__in=Organisation.objects.filter(path__startswith=world.county.path).values("id")
    )
    funds = {fund.purse_id: fund for fund in Fund.objects.all()}
    items = dict(Item.objects.values_list("id", "code"))
    owners = dict(Organisation.objects.values_list("id", "code"))
    writer = csv.writer(_Echo())
    return StreamingHttpResponse(
        (writer.writerow(_cells(row, funds, items, owners)) for row in rows.iterator()), content_type="text/csv"
    )


class _Echo:
    def write(self, value: str) -> str:
        """Return what would be written."""
        return value


def _cells(row: Transfer, funds: dict, items: dict, owners: dict) -> list[object]:  # type: ignore[type-arg]
    entry, lot = row.entry, row.lot
    voucher, fund = getattr(entry, "voucher", None), funds[lot.purse_id]
    return [
        entry.id,
        row.position,
        owners[entry.organisation_id],
        f"{voucher.month}-{voucher.number}" if voucher else "",
        entry.kind,
        entry.booked_on,
        entry.occurred_at.isoformat(),
        entry.posted_at.isoformat(),
        row.debit.kind,
        row.debit.reference,
        row.credit.kind,
        row.credit.reference,
        lot.id,
        items[lot.item_id] if lot.item_id else lot.currency,
        row.quantity,
        row.value_minor,
        fund.code,
        fund.basis,
        entry.evidence_sha256,
        entry.actor_id,
        entry.approver_id,
        entry.reverses_id,
    ]


def _measure_reads(world: World, say: Say) -> None:
    ledger, scope = get_ledger("journal"), LedgerScope(world.county)
    deep = Transfer.objects.order_by("-entry_id", "-position").values_list("id", flat=True)[200]
    pages = {"first": None, "last": deep}
    reads = {w: lambda after=a: page_of_ledger(ledger, scope, after=after, limit=50) for w, a in pages.items()}
    found = _by_turns(reads)
    for where, seconds in found.items():
        say(f"the journal's {where} page", seconds * 1000, "ms")
    say("the journal's last page against its first", found["last"] / found["first"], "times")
    days = {"of today": dt.date(2025, 12, 20), "of five years before": dt.date(2020, 12, 20)}
    for name in ("trial-balance", "closing", "stock-movement", "funds"):
        scopes = {when: LedgerScope(world.county, from_on=day.replace(day=1), as_of=day) for when, day in days.items()}
        reads = {when: lambda one=one, name=name: list(get_ledger(name).rows(one)) for when, one in scopes.items()}
        found = _by_turns(reads)
        for when, seconds in found.items():
            say(f"{name} {when}", seconds * 1000, "ms")
        say(f"{name} of five years before against today's", found["of five years before"] / found["of today"], "times")


def _by_turns(reads: dict[str, Callable[[], object]]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in reads}
    for _ in range(ROUNDS + 1):
        for name, read in reads.items():
            taken[name].append(_seconds(read))
    # The first turn warms the database.
    return {name: statistics.median(found[1:]) for name, found in taken.items()}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _peak(work: Callable[[], object]) -> float:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Measure on the engine of this process, with fewer parcels where a number is given."""
    parcels = int(sys.argv[1]) if sys.argv[1:] else PARCELS
    make_template()
    with copy_of_template():
        measure_ledgers(lambda name, value, unit: print(f"{name}: {value:,.2f} {unit}", flush=True), parcels)


if __name__ == "__main__":
    main()
