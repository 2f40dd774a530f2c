"""What was known of master data at a moment: today's values, with everything undone that was noted later."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from logistics.journal.history import MasterRow, Revision
from logistics.kernel.canonical import CanonicalValue

Known = Mapping[str, CanonicalValue]


def facts_known(
    rows: Sequence[MasterRow], names: Sequence[str], known_at: dt.datetime | None
) -> dict[uuid.UUID, Known]:
    """Say these fields of rows of one kind as they were known at a moment (None: now), in one statement.

    A row that was registered later says what it was registered with.
    """
    found = {row.pk: {name: getattr(row, name) for name in names} for row in rows}
    if known_at is not None and rows:
        later = Revision.objects.filter(kind=rows[0].history_kind(), subject_id__in=list(found), noted_at__gt=known_at)
        for subject_id, before in later.order_by("-number").values_list("subject_id", "before"):
            found[subject_id].update({name: value for name, value in before.items() if name in names})
    return dict(found)
