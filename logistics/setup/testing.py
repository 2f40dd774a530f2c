"""Run all tests on both databases at once, and sum them up."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from logistics.setup.environment import PYTHON, ROOT
from logistics.setup.postgres import Server, running_server

ENGINES = ("sqlite", "postgresql")
LIMIT_SECONDS = 3_000
STOP_SECONDS_MAX = 20
# What pytest exits with where nothing was chosen: browser tests alone leave nothing for SQLite.
NONE_CHOSEN = 5
# Where Linux keeps files in memory: hundreds of databases are made and thrown away there without waiting for a disk.
MEMORY = Path("/dev/shm")
MEMORY_BYTES_LEAST = 4 * 1024**3
# What the run on one engine does for both: tests/conftest.py leaves it out of the other's.
LEFT_OUT = {"sqlite": "browser", "postgresql": "without database"}
_COUNTS = re.compile(r"(\d+) (passed|failed|error|skipped)")
_CLOSING = re.compile(r"^=*\s*\d+ (passed|failed|error|skipped|deselected|warning).* in [\d.]+s")


@dataclass
class Run:
    """One pytest over one database."""

    engine: str
    process: "subprocess.Popen[str]"
    counts: dict[str, int] = field(default_factory=dict)

    def follow(self) -> None:
        """Print what pytest prints, with the engine before each line, and keep its closing counts."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            print(f"{self.engine:>10} | {line}", end="", flush=True)
            if _CLOSING.search(line):
                self.counts = {kind: int(count) for count, kind in _COUNTS.findall(line)}


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on SQLite and on a PostgreSQL of its own; returns 0 only where tests ran and none failed.

    `--engine sqlite` or `--engine postgresql` runs one of them; everything else goes through to pytest. What drives a
    browser, and what touches no database, runs once. Ends what still runs after LIMIT_SECONDS: that is a failure.
    """
    engines, rest = _engines(list(arguments))
    begun, within = time.monotonic(), _memory()
    with _ended_by_signals(), running_server(within) if "postgresql" in engines else nullcontext() as server:
        runs: list[Run] = []
        try:
            for engine in engines:
                runs.append(_start(engine, rest, server, within, is_alone=len(engines) == 1))
            _follow(runs, begun + LIMIT_SECONDS)
        finally:
            _end(runs)
    return _sum_up(runs, time.monotonic() - begun)


def _memory() -> Path | None:
    """Return the folder in memory where there is one with room, else None: the ordinary temporary folder."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < MEMORY_BYTES_LEAST:
        return None
    return MEMORY


def _start(engine: str, arguments: Sequence[str], server: Server | None, within: Path | None, *, is_alone: bool) -> Run:
    env = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    env |= {"PYTHONUNBUFFERED": "1", "NUANLIU_TEST_LEFT_OUT": "" if is_alone else LEFT_OUT[engine]}
    if within is not None:
        env["TMPDIR"] = str(within)
    if server and engine == "postgresql":
        env |= {"DATABASE_URL": server.role_url, "MIGRATION_DATABASE_URL": server.owner_url}
    command = [str(PYTHON), "-m", "pytest", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return Run(engine, process)


def _follow(runs: Sequence[Run], until: float) -> None:
    threads = [threading.Thread(target=run.follow, daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        print(f"The tests took longer than {LIMIT_SECONDS} s and were ended.", flush=True)


def _end(runs: Sequence[Run]) -> None:
    for run in runs:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)
    for run in runs:
        try:
            run.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            run.process.kill()
            run.process.wait()


def _sum_up(runs: Sequence[Run], seconds: float) -> int:
    def count(kind: str) -> int:
        return sum(run.counts.get(kind, 0) for run in runs)

    codes: Mapping[str, int] = {run.engine: run.process.returncode for run in runs}
    passed, failed = count("passed"), count("failed") + count("error")
    is_green = passed > 0 and not failed and all(code in (0, NONE_CHOSEN) for code in codes.values())
    if not is_green:
        print(f"Exit codes: {', '.join(f'{engine} {code}' for engine, code in codes.items())}")
    skipped = f", {count('skipped')} skipped" if count("skipped") else ""
    print(f"{passed} passed, {failed} failed{skipped} in {seconds:.0f} s", flush=True)
    return 0 if is_green else 1


def _engines(arguments: list[str]) -> tuple[Sequence[str], list[str]]:
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name != "--engine":
            continue
        after = 1 if value else 2
        chosen = value or "".join(arguments[place + 1 : place + 2])
        if chosen not in ENGINES:
            sys.exit(f"--engine takes one of {', '.join(ENGINES)}")
        return (chosen,), arguments[:place] + arguments[place + after :]
    return ENGINES, arguments


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a CI that cancels the run, or a closed terminal, end like Ctrl-C: everything that was started is stopped."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("Ended before the tests were done.  测试未完成即已停止。")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
