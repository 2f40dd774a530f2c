"""docs/benchmarks.md: a section for each part, with its day and machine, so that one can be measured again alone."""

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Sequence

from tests.architecture.house import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`, or for one part by `python -m tests.bench PART`; each line is `name: value unit`.
Client, server and PostgreSQL share one machine, on which nothing else runs.
"""


def write_part(part: str, lines: Iterable[str], table: str, order: Sequence[str]) -> None:
    """Put what was measured of a part in its section; the others stay as they are."""
    machine = f"{dt.date.today()}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    sections = _sections()
    body = "".join(f"- {line}\n" for line in lines)
    sections[part] = f"## {part}\n\n{machine}\n\n{body}" + (f"\n{table.strip()}\n" if table else "")
    known = [sections[name] for name in order if name in sections]
    PAGE.write_text("\n".join([HEAD, *known]), encoding="utf-8")


def _sections() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].removeprefix("## "): part.rstrip() + "\n" for part in parts}
