"""How fast the journal posts: against django-hordak by turns in one run, on SQLite, and with the sequencer at work.

django-hordak has no log, no floors and no live balances; ours are on. It lives in an environment of its own under
`build/`, pinned, and never comes near our requirements. Each writer is a process with a connection of its own.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg

from tests.architecture.house import ROOT
from tests.databases import OWNER_URL

HORDAK = (
    "django-hordak==2.0.0",
    "Django==5.2.19",
    "psycopg[binary]==3.3.9",
    "django-mptt==0.20.0",
    "django-money==3.6.2",
    "django-import-export==4.4.3",
)
FOLDER = ROOT / "build" / "hordak"
PYTHON = FOLDER / "bin" / "python"
ROUNDS, ENTRIES, WARM, WRITERS = 7, 400, 80, 8
OURS = [sys.executable, "-m", "tests.bench.our_side"]
Say = Callable[[str, float, str], None]
Process = subprocess.Popen[str]


def measure_posting(url: str, say: Say) -> None:
    """Measure on the PostgreSQL database at this address, with hordak's own beside it, and on a new SQLite."""
    env = {name: value for name, value in os.environ.items() if name != "MIGRATION_DATABASE_URL"}
    env["DATABASE_URL"] = url
    # First: an installation on SQLite shares its disk with no server that writes back what it was sent a minute ago.
    _on_sqlite(env, say)
    with _hordak_database() as hordak_url:
        theirs = [str(PYTHON), "-W", "ignore", str(ROOT / "tests" / "bench" / "hordak_side.py"), hordak_url]
        subprocess.run([*theirs, "migrate"], check=True)
        for writers in (1, WRITERS):
            name = "one writer" if writers == 1 else f"{writers} writers, a fund each"
            with _started(OURS, writers, env) as our, _started([*theirs, "post"], writers, env) as their:
                _compare(name, our, their, say)
    with _started(OURS, 1, env) as first:
        with _started([*OURS, first.told[0]], WRITERS, env) as together:
            say(f"posting, {WRITERS} writers on one fund", statistics.median(together.rates()), "entries/s")
    _with_sequencer(env, say)


class Writers:
    """Processes that post when they are asked; `told` is what each said when it was ready."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = processes
        self.told = [process.stdout.readline() for process in processes if process.stdout]
        self.rate(WARM)

    def rate(self, entries: int = ENTRIES) -> float:
        """Let all post at once; returns entries a second of all together."""
        begun = time.perf_counter()
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{entries // len(self._processes)}\n")
            process.stdin.flush()
        for process in self._processes:
            assert process.stdout is not None
            float(process.stdout.readline())
        return entries / (time.perf_counter() - begun)

    def rates(self) -> list[float]:
        """Measure some rounds."""
        return [self.rate() for _ in range(ROUNDS)]


@contextmanager
def _started(command: Sequence[str], writers: int, env: dict[str, str]) -> Iterator[Writers]:
    with ExitStack() as stack:
        processes = []
        for _ in range(writers):
            process = subprocess.Popen(
                command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            stack.enter_context(process)
            stack.callback(process.terminate)
            processes.append(process)
        yield Writers(processes)


def _compare(name: str, ours: Writers, theirs: Writers, say: Say) -> None:
    pairs = [(ours.rate(), theirs.rate()) for _ in range(ROUNDS)]
    say(f"posting, {name}", statistics.median(our for our, _ in pairs), "entries/s")
    say(f"django-hordak 2.0.0, {name}", statistics.median(their for _, their in pairs), "transactions/s")
    say(f"posting against django-hordak, {name}", statistics.median(our / their for our, their in pairs), "times")


def _with_sequencer(env: dict[str, str], say: Say) -> None:
    """By turns with the sequencer watching and with nobody sealing; what was left is sealed between the turns."""
    seal = [sys.executable, "manage.py", "seal_journal"]
    ratios = []
    with _started(OURS, 1, env) as writer:
        for _ in range(ROUNDS):
            alone = writer.rate()
            subprocess.run(seal, cwd=ROOT, env=env, check=True, stderr=subprocess.DEVNULL)
            with subprocess.Popen([*seal, "--watch"], cwd=ROOT, env=env) as sequencer:
                # It has begun when it has sealed once.
                writer.rate(WARM)
                time.sleep(2)
                ratios.append(writer.rate() / alone)
                sequencer.terminate()
    say("posting with the sequencer at work against without", statistics.median(ratios), "times")


def _on_sqlite(env: dict[str, str], say: Say) -> None:
    with tempfile.TemporaryDirectory(prefix="nuanliu-bench-") as folder:
        own = {**env, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=own, check=True)
        with _started(OURS, 1, own) as writer:
            say("posting on SQLite, synchronous=FULL", statistics.median(writer.rates()), "entries/s")


@contextmanager
def _hordak_database() -> Iterator[str]:
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *HORDAK], check=True)
    address = OWNER_URL.rsplit("/", 1)[0]
    with psycopg.connect(f"{address}/postgres", autocommit=True) as owner:
        owner.execute("CREATE DATABASE hordak")
        try:
            yield f"{address}/hordak"
        finally:
            owner.execute("DROP DATABASE hordak WITH (FORCE)")
