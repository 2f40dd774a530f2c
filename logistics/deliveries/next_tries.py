"""Parcels that were tried in vain and wait for another try: the officer's list, soonest first."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from logistics.deliveries.desk import conclusion_of
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.people import names_of
from logistics.deliveries.round_models import RoundParcel
from logistics.deliveries.rounds import TO_HAND_OVER
from logistics.kernel.delivery_states import Conclusion
from logistics.kernel.next_tries import TRIES_IN_VAIN_MAX, next_try_on
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parties.models import Organisation

# The places of a remembered scan in `Parcel.scan_facts`; what the door agreed stands behind the answer.
_SCAN, _STEP, _AT, _DEVICE, _REASON, _UNDOES, _AGREED = 0, 1, 2, 3, 6, 7, 11


@dataclass(frozen=True)
class NextTry:
    """A parcel to try again: the last attempt, how many there were, and by whom the last was."""

    parcel: Parcel
    reason: str
    tried_at: dt.datetime
    tries: int
    by: str
    is_due: bool

    @property
    def is_in_vain(self) -> bool:
        """Whether it was tried so often that somebody should decide on another way."""
        return self.tries >= TRIES_IN_VAIN_MAX


def next_try_of(parcel: Parcel, conclusion: Conclusion) -> dt.date | None:
    """Say on which day a parcel is to be tried again, None where it was not tried or is over."""
    tried = _attempts(parcel.scan_facts, conclusion)
    if conclusion.state not in TO_HAND_OVER or not tried:
        return None
    last = tried[-1]
    agreed = str(last[_AGREED]) if len(last) > _AGREED else ""
    return next_try_on(reason=str(last[_REASON] or ""), tried_on=timezone.localdate(_moment(last)), agreed=agreed)


def parcels_to_try_again(organisation: Organisation) -> "QuerySet[Parcel]":
    """Return the parcels of an organisation and of those below it that wait for another try, soonest first."""
    rows = visible_parcels(organisation).filter(next_try_on__isnull=False)
    return rows.select_related("code", "programme", "household").order_by("next_try_on", "id")


def next_tries(parcels: Collection[Parcel], today: dt.date) -> list[NextTry]:
    """Tell of each parcel how its last attempt went, in three statements or fewer."""
    lasts = {parcel.id: _attempts(parcel.scan_facts, conclusion_of(parcel)) for parcel in parcels}
    ids = [uuid.UUID(str(rows[-1][_SCAN])) for rows in lasts.values() if rows]
    scans = {str(row.id): row for row in ScanEvent.objects.filter(id__in=ids)}
    names = names_of({one for row in scans.values() for one in (row.operator_id, row.device_id) if one})
    return [
        NextTry(
            parcel=parcel,
            reason=str(rows[-1][_REASON] or ""),
            tried_at=_moment(rows[-1]),
            tries=len(rows),
            by=_by(scans.get(str(rows[-1][_SCAN])), names),
            is_due=parcel.next_try_on is not None and parcel.next_try_on <= today,
        )
        for parcel in parcels
        if (rows := lasts[parcel.id])
    ]


def codes_free_and_due(tries: Sequence[NextTry]) -> list[str]:
    """List the codes of parcels whose day has come and that are on no round now."""
    due = [row.parcel for row in tries if row.is_due]
    live = RoundParcel.objects.filter(parcel__in=[parcel.id for parcel in due], is_live=True)
    taken = set(live.values_list("parcel_id", flat=True)) if due else set()
    return [parcel.code.text for parcel in due if parcel.id not in taken]


def _by(scan: ScanEvent | None, names: dict[uuid.UUID, str]) -> str:
    if scan is None:
        return ""
    return names.get(scan.operator_id or scan.device_id) or names.get(scan.device_id, "")


def _attempts(rows: Sequence[Sequence[Any]], conclusion: Conclusion) -> list[Sequence[Any]]:
    """List the attempts that count, oldest first: recorded, not taken back, and none from before it came back."""
    recorded = [row for row in rows if conclusion.outcomes.get(row[_SCAN]) == "RECORDED"]
    undone = {(row[_UNDOES], row[_DEVICE]) for row in recorded if row[_STEP] == "UNDO"}
    came_back = max((row[_AT] for row in recorded if row[_STEP] == "RETURN"), default=0)
    counting = [
        row
        for row in recorded
        if row[_STEP] == "ATTEMPT" and row[_AT] >= came_back and (row[_SCAN], row[_DEVICE]) not in undone
    ]
    return sorted(counting, key=lambda row: (row[_AT], row[_SCAN]))


def _moment(row: Sequence[Any]) -> dt.datetime:
    return dt.datetime.fromtimestamp(row[_AT] / 1000, dt.UTC)
