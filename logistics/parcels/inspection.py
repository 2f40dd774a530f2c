"""Whether a parcel that came back was looked at."""

from collections.abc import Sequence
from typing import Any

# By these steps a parcel is back in our hands.
COMES_BACK = frozenset({"RETURN", "FIND"})


def was_inspected(scan_facts: Sequence[Sequence[Any]]) -> bool:
    """Tell whether a parcel was inspected after it last came back, by the scans that stand."""
    undone = {row[7] for row in scan_facts if row[1] == "UNDO"}
    standing = [row for row in scan_facts if not row[8] and row[0] not in undone]
    back = max((row[2] for row in standing if row[1] in COMES_BACK), default=None)
    return back is not None and any(row[1] == "INSPECT" and row[2] >= back for row in standing)
