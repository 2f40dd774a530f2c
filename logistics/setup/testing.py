"""Run all tests on both databases at once, and sum them up."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from logistics.setup.environment import PYTHON, ROOT
from logistics.setup.postgres import running_server
from logistics.setup.progress import step

ENGINES = ("sqlite", "postgresql")
_COUNTS = re.compile(r"(\d+) (passed|failed|error|errors|skipped)\b")


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
            if found := _COUNTS.findall(line):
                self.counts = {kind.removesuffix("s"): int(count) for count, kind in found}


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on SQLite and on a PostgreSQL of its own; returns 0 only where tests ran and none failed.

    `--engine sqlite` or `--engine postgresql` runs one of them; everything else goes through to pytest.
    """
    engines, rest = _engines(list(arguments))
    with running_server() as server:
        runs = []
        for engine in engines:
            env = {**os.environ, "NUANLIU_TEST_ENGINE": engine, "PYTHONUNBUFFERED": "1"}
            if engine == "postgresql":
                env |= {"DATABASE_URL": server.role_url, "MIGRATION_DATABASE_URL": server.owner_url}
            else:
                env = {name: value for name, value in env.items() if not name.endswith("DATABASE_URL")}
            command = [str(PYTHON), "-m", "pytest", *rest]
            process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            runs.append(Run(engine, process))
        with step("Testing"):
            threads = [threading.Thread(target=run.follow) for run in runs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            codes = [run.process.wait() for run in runs]
    return _sum_up(runs, codes)


def _sum_up(runs: Sequence[Run], codes: Sequence[int]) -> int:
    passed = sum(run.counts.get("passed", 0) for run in runs)
    failed = sum(run.counts.get("failed", 0) + run.counts.get("error", 0) for run in runs)
    skipped = sum(run.counts.get("skipped", 0) for run in runs)
    is_green = passed > 0 and not failed and not any(codes)
    if not is_green:
        print(f"Exit codes: {', '.join(f'{run.engine} {code}' for run, code in zip(runs, codes, strict=True))}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 0 if is_green else 1


def _engines(arguments: list[str]) -> tuple[Sequence[str], list[str]]:
    if "--engine" not in arguments:
        return ENGINES, arguments
    place = arguments.index("--engine")
    chosen = arguments[place + 1 : place + 2]
    if not chosen or chosen[0] not in ENGINES:
        sys.exit(f"--engine takes one of {', '.join(ENGINES)}")
    return chosen, arguments[:place] + arguments[place + 2 :]
