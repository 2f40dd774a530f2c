"""What follows from what the scans of parcels conclude: entries, Unposted rows, news and the parcels' own progress."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from logistics.deliveries.bookings import book
from logistics.deliveries.desk import conclusion_of
from logistics.deliveries.models import Unposted
from logistics.deliveries.next_tries import next_try_of
from logistics.journal.postings import Posting
from logistics.kernel.delivery_states import Conclusion
from logistics.outbox.actions import News
from logistics.parcels.models import Parcel
from logistics.storage.writes import Value

# What others hear of, by the state that a parcel comes into.
EVENTS = {
    "PACKED": "parcel.packed",
    "DISPATCHED": "parcel.dispatched",
    "DELIVERED": "delivery.confirmed",
    "DISPUTED": "delivery.disputed",
    "REFUSED": "delivery.refused",
    "RETURNED": "parcel.returned",
    "DAMAGED": "parcel.damaged",
    "LOST": "parcel.lost",
}


@dataclass
class Brought:
    """What is to be written for the parcels that were touched."""

    postings: list[Posting] = field(default_factory=list)
    progress: list[dict[str, Value]] = field(default_factory=list)
    news: list[News] = field(default_factory=list)


def bring_along(parcels: Iterable[Parcel], *, actor_id: uuid.UUID, avoid: str, now: dt.datetime) -> Brought:
    """Fold what is known of each locked parcel and tell what follows; Unposted rows are written here.

    `avoid` names a reason for which the database has refused the postings already.
    """
    brought = Brought()
    for parcel in parcels:
        conclusion = conclusion_of(parcel)
        booking = book(parcel, conclusion, actor_id=actor_id, now=now, avoid=avoid)
        brought.postings += booking.postings
        _note_unposted(parcel, booking.unposted_reason, now)
        brought.news += _news(parcel, conclusion, now)
        brought.progress.append(_progress(parcel, conclusion, booking.unposted_reason, now))
    return brought


def _note_unposted(parcel: Parcel, reason: str, now: dt.datetime) -> None:
    if reason == parcel.unposted_reason:
        return
    Unposted.objects.update_or_create(
        parcel=parcel,
        defaults={"reason": reason or parcel.unposted_reason, "settled_at": None if reason else now},
        create_defaults={"organisation_id": parcel.organisation_id, "reason": reason, "since": now},
    )


def _news(parcel: Parcel, conclusion: Conclusion, now: dt.datetime) -> list[News]:
    kind = EVENTS.get(conclusion.state)
    if kind is None or conclusion.state == parcel.state:
        return []
    payload = {"parcel": parcel.code.text, "programme": parcel.programme.code, "state": conclusion.state}
    return [News(kind, parcel.organisation_id, parcel.id, now, payload)]


def _progress(parcel: Parcel, conclusion: Conclusion, unposted_reason: str, now: dt.datetime) -> dict[str, Value]:
    moments = {row[1]: row[2] for row in parcel.scan_facts if row[8] is None}
    hand_over = next((row[2] for row in parcel.scan_facts if row[0] == conclusion.end_scan), None)
    parcel.state_since = parcel.state_since if parcel.state == conclusion.state else now
    parcel.state = conclusion.state
    return {
        "id": parcel.id,
        "state": conclusion.state,
        "state_since": parcel.state_since,
        "scan_facts": parcel.scan_facts,
        "postings": parcel.postings,
        "unposted_reason": unposted_reason,
        "next_try_on": next_try_of(parcel, conclusion),
        "packed_at": _moment(moments.get("PACK")) if conclusion.pack else None,
        "dispatched_at": _moment(moments.get("DISPATCH")),
        "delivered_at": _moment(hand_over) if conclusion.end == "HAND_OVER" else None,
    }


def _moment(at_ms: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC) if at_ms is not None else None
