"""The kinds of grievances, which are data: `grievance_kinds.json`, what is sensitive and how soon each is answered."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("grievance_kinds.json")


@dataclass(frozen=True)
class GrievanceKind:
    """One kind: its words, whether few may see it, and in how many days it is answered."""

    code: str
    zh: str
    en: str
    is_sensitive: bool
    days: int


@functools.cache
def grievance_kinds() -> dict[str, GrievanceKind]:
    """Return the kinds by their codes, in the order in which they are offered."""
    rows = [GrievanceKind(**row) for row in json.loads(_FILE.read_text(encoding="utf-8"))]
    return {row.code: row for row in rows}
