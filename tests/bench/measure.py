"""What is measured, and how."""

import tests.environment  # noqa: F401, I001 -- chooses the data folder before Django is set up

import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django must be set up first
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- Django must be set up first

from logistics.donations.actions import GiftInput, record_money_donations  # noqa: E402 -- Django must be set up first
from logistics.donations.models import Donation  # noqa: E402 -- Django must be set up first
from logistics.journal.log import Leaf  # noqa: E402 -- Django must be set up first
from logistics.journal.models import JournalEntry  # noqa: E402 -- Django must be set up first
from logistics.ledgers.formats import as_csv  # noqa: E402 -- Django must be set up first
from logistics.ledgers.reads import get_ledger  # noqa: E402 -- Django must be set up first
from logistics.ledgers.scope import LedgerScope  # noqa: E402 -- Django must be set up first
from logistics.ledgers.traces import trace_of_gift  # noqa: E402 -- Django must be set up first
from tests.architecture.house import ROOT  # noqa: E402 -- Django must be set up first
from tests.bench.authentication import measure_authentication  # noqa: E402 -- Django must be set up first
from tests.bench.donations import measure_donations  # noqa: E402 -- Django must be set up first
from tests.bench.first_page import measure_first_page  # noqa: E402 -- Django must be set up first
from tests.bench.labels import measure_labels  # noqa: E402 -- Django must be set up first
from tests.bench.ledgers import measure_ledgers  # noqa: E402 -- Django must be set up first
from tests.bench.long_lists import measure_long_list  # noqa: E402 -- Django must be set up first
from tests.bench.page import write_part  # noqa: E402 -- Django must be set up first
from tests.bench.posting import measure_posting  # noqa: E402 -- Django must be set up first
from tests.bench.ranking import measure_ranking  # noqa: E402 -- Django must be set up first
from tests.bench.returned import measure_returned  # noqa: E402 -- Django must be set up first
from tests.bench.scan_cpu import measure_scan_cpu  # noqa: E402 -- Django must be set up first
from tests.bench.scanning import measure_http  # noqa: E402 -- Django must be set up first
from tests.bench.station_page import measure_station_page  # noqa: E402 -- Django must be set up first
from tests.bench.verifying import measure_verifying  # noqa: E402 -- Django must be set up first
from tests.cast import World, raise_curtain  # noqa: E402 -- Django must be set up first
from tests.databases import copy_of_template, make_template  # noqa: E402 -- Django must be set up first

GIFTS = 100_000
_lines: list[str] = []


def say(name: str, value: float, unit: str) -> None:
    """Note one figure."""
    text = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
    _lines.append(f"{name}: {text} {unit}")
    print(_lines[-1], flush=True)


def main(names: Sequence[str]) -> None:
    """Measure everything, or some parts by name, and write each part's section of the page when it is done."""
    make_template()
    for name in names or PARTS:
        _lines.clear()
        with copy_of_template() as url:
            table = PARTS[name](url)
        write_part(name, _lines, table or "", list(PARTS))


def measure_ledgers_on_sqlite(url: str) -> None:
    """Measure the ledgers on SQLite in a process of its own, since the engine is chosen when Django is set up."""
    env = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    with tempfile.TemporaryDirectory(prefix="nuanliu-bench-") as folder:
        command = [sys.executable, "-m", "tests.bench.ledgers"]
        env |= {"NUANLIU_TEST_DATA": folder}
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        _lines.append(line)
        print(line, flush=True)


def measure_statements(url: str) -> None:
    """Count what one scan sends, BEGIN and COMMIT included."""
    world = raise_curtain()
    parcel = world.parcel()
    for step in ("PACK", "SEAL", "DISPATCH", "HAND_OVER"):
        scan = world.scan(parcel, step)
        with CaptureQueriesContext(connection) as queries:
            world.record(scan)
        say(f"statements of an accepted {step}", len(queries.captured_queries), "statements")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure_purse(url: str) -> None:
    """Fill a purse with gifts of one yuan, spend them all at once, follow one, and write the whole ledger."""
    world = raise_curtain()
    seconds = _seconds(lambda: _give(world))
    say(f"recording gifts, {GIFTS:,} of one yuan", GIFTS / seconds, "gifts/s")
    say("one spend of them all", _seconds(lambda: world.buy((world.gloves, 1_000, GIFTS * 100))) * 1000, "ms")
    entry = JournalEntry.objects.get(kind="PURCHASE")
    say("transfers of that spend, the goods' own included", entry.transfers.count(), "transfers")
    say("its leaf", len(bytes(Leaf.objects.get(subject_id=entry.id).data)), "bytes")
    gift = Donation.objects.select_related("entry").order_by("id")[GIFTS // 2]
    traces = [_seconds(lambda: trace_of_gift(gift)) * 1000 for _ in range(9)]
    say("the trace of one gift, median of nine", statistics.median(traces), "ms")
    scope, ledger = LedgerScope(world.county), get_ledger("donations")
    peaks = [_peak(lambda most=most: _read(as_csv(ledger, scope), most)) for most in (GIFTS // 10, GIFTS)]
    say(f"memory of a CSV ledger of {GIFTS // 10:,} rows", peaks[0] / 1e6, "MB")
    say(f"memory of a CSV ledger of {GIFTS:,} rows", peaks[1] / 1e6, "MB")
    seconds = _seconds(lambda: _read(as_csv(ledger, scope), GIFTS))
    say("rows of a CSV ledger", GIFTS / seconds, "rows/s")


def _give(world: World) -> None:
    for start in range(0, GIFTS, 1_000):
        gifts = [GiftInput(world.donor, 100, world.now, f"bench-{start + n}") for n in range(1_000)]
        record_money_donations(
            actor=world.partner, programme=world.warm, fund=world.warm_fund, gifts=gifts, now=world.now
        )


def _read(parts: Iterator[bytes], rows: int) -> None:
    seen = 0
    for part in parts:
        seen += part.count(b"\n")
        if seen > rows:
            return


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


# What a part returns is a table of its own below the figures.
PARTS: Mapping[str, Callable[[str], str | None]] = {
    "statements": measure_statements,
    "http": lambda url: measure_http(url, say),
    "scan-cpu": lambda url: measure_scan_cpu(url, say),
    "auth": lambda url: measure_authentication(say),
    "purse": measure_purse,
    "donations": lambda url: measure_donations(url, say),
    "posting": lambda url: measure_posting(url, say),
    "first-page": lambda url: measure_first_page(url, say),
    "station-page": lambda url: measure_station_page(url, say),
    "labels": lambda url: measure_labels(say),
    "ledgers": lambda url: measure_ledgers(say),
    "ledgers-sqlite": measure_ledgers_on_sqlite,
    "verifying": lambda url: measure_verifying(say),
    "ranking": lambda url: measure_ranking(say),
    "long-list": lambda url: measure_long_list(url, say),
    "returned": lambda url: measure_returned(say),
}


if __name__ == "__main__":
    main(sys.argv[1:])
