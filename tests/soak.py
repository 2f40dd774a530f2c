"""`make soak`: long storms, deaths and walks; then take one guard away at a time, which the tests beside it must catch.

A mutant that lives is a promise that no test keeps. It runs on copies of the project, on SQLite and on a PostgreSQL
of its own, since some guards only matter on one of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from logistics.setup.postgres import Server, running_server
from tests.architecture.house import ROOT
from tests.book_mutants import BOOK_MUTANTS
from tests.family_mutants import FAMILY_MUTANTS
from tests.list_mutants import LIST_MUTANTS
from tests.mutants import MUTANTS, Mutant
from tests.paper_mutants import PAPER_MUTANTS
from tests.scan_mutants import SCAN_MUTANTS

# A search for the shortest counterexample may take its time.
SECONDS_MAX = 900
LONG_SECONDS_MAX = 3_600
# Two hundred phones in a real browser, one after the other, on one database.
LONG_IN_BROWSER, BROWSER_SECONDS_MAX = ["tests/browser/test_station_faults.py"], 10_800
LONG = [
    *("tests/journal/test_storms.py", "tests/journal/test_machine.py", "tests/labels/test_returned_rows.py"),
    *("tests/deliveries/test_hand_over_race.py", "tests/deliveries/test_settlements.py"),
    *("tests/api/test_storm.py", "tests/walks/test_partners.py"),
    "tests/api/test_stateful.py",
]


def main(names: list[str]) -> int:
    """Try every mutant, or those whose names are given; returns how many lived."""
    chosen = [
        mutant
        for mutant in (*MUTANTS, *BOOK_MUTANTS, *FAMILY_MUTANTS, *LIST_MUTANTS, *PAPER_MUTANTS, *SCAN_MUTANTS)
        if not names or mutant.name in names
    ]
    if not chosen:
        raise SystemExit("There is no such mutant.")
    failed = [] if names else _lasting()
    lived = []
    with running_server() as server, tempfile.TemporaryDirectory(prefix="nuanliu-soak-") as folder:
        copy = Path(folder) / "house"
        kept = shutil.ignore_patterns(".git", ".venv", "build", "var", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=kept)
        for number, mutant in enumerate(chosen, start=1):
            begun = time.monotonic()
            is_caught = _is_caught(copy, mutant, server)
            word, seconds = "caught" if is_caught else "LIVES", time.monotonic() - begun
            print(f"{number:>3}/{len(chosen)} {word:<7} {mutant.name} ({mutant.engine}), {seconds:.0f} s", flush=True)
            if not is_caught:
                lived.append(mutant.name)
    print(
        f"{len(chosen) - len(lived)} of {len(chosen)} mutants were caught."
        + (f" Alive: {', '.join(lived)}" if lived else "")
        + (f" Failed: {', '.join(failed)}" if failed else "")
    )
    return len(lived) + len(failed)


def _lasting() -> list[str]:
    """Run long what the ordinary suite runs short, on both databases; returns what failed."""
    begun = time.monotonic()
    env = {**os.environ, "NUANLIU_SOAK": "1"}
    failed = []
    for engine, tests, seconds in (
        ("sqlite", LONG, LONG_SECONDS_MAX),
        ("postgresql", LONG, LONG_SECONDS_MAX),
        ("sqlite", LONG_IN_BROWSER, BROWSER_SECONDS_MAX),
    ):
        command = [sys.executable, "manage.py", "test", "--engine", engine, *tests]
        done = subprocess.run(command, cwd=ROOT, env=env, timeout=seconds, check=False)
        failed += [f"{tests[0]} and more on {engine}"] * (done.returncode != 0)
    print(f"Long storms, deaths and walks: {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def _is_caught(copy: Path, mutant: Mutant, server: Server) -> bool:
    path = copy / mutant.path
    sound = path.read_text(encoding="utf-8")
    if sound.count(mutant.guard) < 1:
        raise SystemExit(f"The guard of {mutant.name!r} no longer stands in {mutant.path}.")
    path.write_text(sound.replace(mutant.guard, mutant.instead), encoding="utf-8")
    try:
        return _tests_fail(copy, mutant, server)
    finally:
        path.write_text(sound, encoding="utf-8")


def _tests_fail(copy: Path, mutant: Mutant, server: Server) -> bool:
    env = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "DJANGO_SETTINGS_MODULE": "logistics.settings"}
    if mutant.engine == "postgresql":
        _empty(server)
        env |= {"DATABASE_URL": server.role_url, "MIGRATION_DATABASE_URL": server.owner_url}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests.split()]
    try:
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{mutant.name}: no answer within {SECONDS_MAX} s, which proves nothing", flush=True)
        return False
    # 1: a test failed. Anything else that is not 0 means that nothing was tested, which proves nothing.
    if done.returncode not in (0, 1) and "error" not in done.stdout.lower():
        raise SystemExit(
            f"{mutant.name}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done.returncode != 0


def _empty(server: Server) -> None:
    """Give the next mutant an empty database: its triggers and grants are its own."""
    import psycopg

    with psycopg.connect(server.owner_url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as owner:
        name = server.owner_url.rsplit("/", 1)[1]
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {name}")


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
