"""Bundles in tests: made from the books as they stand, and judged by the program that goes with them."""

import datetime as dt
import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from logistics.journal.sealing import log_verifier_key
from logistics.press.bundles import making, verify
from logistics.press.bundles.bundle import Asked
from logistics.press.bundles.making import VERIFIER, write_bundle
from tests.cast import World

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


class Verdict(NamedTuple):
    """What the program said: its exit code, and its words."""

    code: int
    words: str

    @property
    def fault(self) -> str:
        """The kind of fault that was found."""
        return self.words.partition("[")[2].partition("]")[0]


# What one draws is tested by itself, and the program does not read it: left out, a bundle takes a tenth of the time.
DRAWN = frozenset({"book.pdf"})
_QUICK = tuple(file for file in making.PEOPLE_FILES if file.name not in DRAWN)


def bundle_of(
    world: World, folder: Path, *, name: str = "bundle.zip", with_paper: bool = False, **asked: object
) -> Path:
    """Make a bundle of the county's books; the book on paper only where it is asked for."""
    path = folder / name
    wanted = {"organisation": world.county, "from_on": FIRST, "to_on": LAST, **asked}
    files = making.PEOPLE_FILES if with_paper else _QUICK
    with mock.patch.object(making, "PEOPLE_FILES", files):
        write_bundle(Asked(**wanted).checked(), path)  # type: ignore[arg-type] -- the test's own words
    return path


def judged(path: Path, *more: str) -> Verdict:
    """Judge a bundle in this process, with the log's key."""
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(output):
        code = verify.main([str(path), "--lang", "en", "--key", log_verifier_key(), *more])
    return Verdict(code, output.getvalue())


def judged_apart(path: Path, *more: str, python: str = sys.executable) -> Verdict:
    """Judge a bundle as an auditor does: with a Python that knows nothing of us."""
    command = [python, "-I", "-W", "error", str(VERIFIER), str(path), "--lang", "en", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    return Verdict(done.returncode, done.stdout + done.stderr)
