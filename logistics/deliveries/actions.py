"""Record scans: store each once, answer each, and bring parcels and books to what they conclude together."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError

from logistics.deliveries.answers import message_for
from logistics.deliveries.bookings import book
from logistics.deliveries.desk import Desk, Judged, conclusion_of, lay_out
from logistics.deliveries.inputs import ParcelSummary, ScanAnswer, ScanInput
from logistics.deliveries.models import ScanEvent, Unposted
from logistics.deliveries.presence import tell_presence
from logistics.deliveries.proofs import proofs_of_scans
from logistics.deliveries.sealed import leaf_of_scan
from logistics.households.actions import ScanDetailInput, keep_scan_details
from logistics.journal.actions import post_entries
from logistics.journal.leaves import leaves_of
from logistics.journal.postings import Posting
from logistics.kernel.delivery_states import Conclusion
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.outbox.actions import News, events_of
from logistics.parcels.actions import note_progress
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.transactions import action
from logistics.storage.writes import Value, add_together

SCANS_PER_CALL_MAX = 1_000
SCANS_PER_PARCEL_MAX = 500
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


class ScansOutOfBounds(Unacceptable):
    code = "scans_out_of_bounds"
    zh = "一次可提交 1 到 {most} 条扫码。"
    en = "One call takes between 1 and {most} scans."


def record_scans(
    *, actor: Actor, scans: Sequence[ScanInput], device_time: dt.datetime | None = None, now: dt.datetime
) -> list[ScanAnswer]:
    """Record scans in the order given and answer each in the same order; a repeat changes nothing.

    Refuses ScansOutOfBounds. One scan that the books must refuse never sinks the rest: it is stored, and its parcel
    waits as Unposted.
    """
    if not 0 < len(scans) <= SCANS_PER_CALL_MAX:
        raise ScansOutOfBounds(most=SCANS_PER_CALL_MAX, pointer="/scans")
    skew_ms = int((device_time - now).total_seconds() * 1000) if device_time else 0
    try:
        return _record(actor=actor, scans=scans, skew_ms=skew_ms, known={}, avoid="", now=now)
    except (Refusal, IntegrityError):
        return [answer for part in _by_code(scans) for answer in _record_part(actor, part, skew_ms, now)]


def _by_code(scans: Sequence[ScanInput]) -> list[list[ScanInput]]:
    """Cut a batch at every change of code, so that the answers stay in order."""
    parts: list[list[ScanInput]] = []
    for scan in scans:
        if parts and parts[-1][-1].code == scan.code:
            parts[-1].append(scan)
        else:
            parts.append([scan])
    return parts


def _record_part(actor: Actor, scans: Sequence[ScanInput], skew_ms: int, now: dt.datetime) -> list[ScanAnswer]:
    """Record the scans of one parcel with care: what stands already is known, what the books refuse is avoided."""
    standing = ScanEvent.objects.filter(id__in=[scan.scan_id for scan in scans])
    known = dict(standing.values_list("id", "content_sha256"))
    try:
        return _record(actor=actor, scans=scans, skew_ms=skew_ms, known=known, avoid="", now=now)
    except Refusal as refusal:
        return _record(actor=actor, scans=scans, skew_ms=skew_ms, known=known, avoid=refusal.code, now=now)


@action
def _record(
    *,
    actor: Actor,
    scans: Sequence[ScanInput],
    skew_ms: int,
    known: Mapping[uuid.UUID, str],
    avoid: str,
    now: dt.datetime,
) -> list[ScanAnswer]:
    desk = lay_out(actor=actor, scans=scans, skew_ms=skew_ms, known=known, now=now)
    tell_presence(desk)
    commitments = _keep_details(desk)
    postings: list[Posting] = []
    progress: list[dict[str, Value]] = []
    news: list[News] = []
    for parcel in desk.touched.values():
        conclusion = conclusion_of(parcel)
        booking = book(parcel, conclusion, actor_id=actor.holder_id, now=now, avoid=avoid)
        postings += booking.postings
        _note_unposted(parcel, booking.unposted_reason, now)
        news += _news(parcel, conclusion, now)
        progress.append(_progress(parcel, conclusion, booking.unposted_reason, now))
    entry_leaves = post_entries(postings=postings, now=now).leaves if postings else []
    events = [_event(desk, judged, commitments) for judged in desk.judged if judged.is_new]
    leaves = leaves_of([*entry_leaves, *(leaf_of_scan(event) for event in events)])
    proofs = proofs_of_scans(actor=actor, judged=desk.judged, now=now)
    add_together(events, *leaves, events_of(news), proofs)
    if progress:
        note_progress(progress)
    return [_answer(judged) for judged in desk.judged]


def _keep_details(desk: Desk) -> Mapping[uuid.UUID, str]:
    details = [
        ScanDetailInput(judged.scan.scan_id, judged.scan.detail)
        for judged in desk.judged
        if judged.is_new and judged.scan.detail
    ]
    return keep_scan_details(details=details) if details else {}


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
        "packed_at": _moment(moments.get("PACK")) if conclusion.pack else None,
        "dispatched_at": _moment(moments.get("DISPATCH")),
        "delivered_at": _moment(hand_over) if conclusion.end == "HAND_OVER" else None,
    }


def _moment(at_ms: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC) if at_ms is not None else None


def _event(desk: Desk, judged: Judged, commitments: Mapping[uuid.UUID, str]) -> ScanEvent:
    scan = judged.scan
    return ScanEvent(
        id=scan.scan_id,
        parcel=judged.parcel,
        organisation_id=judged.parcel.organisation_id if judged.parcel else desk.actor.organisation.id,
        code_text=scan.code[:200],
        step=scan.step[:12],
        outcome=judged.outcome,
        content_sha256=judged.content_sha256,
        scanned_at=scan.scanned_at,
        offset_minutes=scan.offset_minutes,
        received_at=desk.now,
        skew_ms=desk.skew_ms,
        device_id=desk.actor.holder_id,
        sequence=scan.sequence,
        operator_id=scan.operator_id,
        witness_id=scan.witness_id,
        household_id=judged.household_id if scan.household_code else None,
        round_id=scan.round_id,
        undoes_id=scan.undoes,
        reason=scan.reason,
        proofs=[list(proof) for proof in scan.proofs],
        detail_commitment=commitments.get(scan.scan_id, ""),
    )


def _answer(judged: Judged) -> ScanAnswer:
    zh, en = message_for(judged.outcome)
    summary = _summary(judged.parcel) if judged.parcel else None
    return ScanAnswer(judged.scan.scan_id, judged.outcome, zh, en, summary, judged.facts)


def _summary(parcel: Parcel) -> ParcelSummary:
    return ParcelSummary(
        parcel_id=parcel.id,
        code=parcel.code.text,
        state=parcel.state,
        programme_zh=parcel.programme.name_zh,
        programme_en=parcel.programme.name_en or parcel.programme.name_zh,
        township=parcel.township,
        contents=parcel.contents_text,
    )
