"""Record scans: store each once, answer each, and bring parcels and books to what they conclude together."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError

from logistics.deliveries.answers import message_for
from logistics.deliveries.conclusions import bring_along
from logistics.deliveries.desk import Desk, Judged, lay_out
from logistics.deliveries.inputs import ParcelSummary, ScanAnswer, ScanInput
from logistics.deliveries.models import ScanEvent
from logistics.deliveries.one_time_codes import count_tries
from logistics.deliveries.people import say_who_was_first
from logistics.deliveries.presence import tell_presence
from logistics.deliveries.proofs import proofs_of_scans
from logistics.deliveries.sealed import leaf_of_scan
from logistics.households.actions import ScanDetailInput, keep_scan_details
from logistics.journal.actions import post_entries
from logistics.journal.postings import Beside
from logistics.kernel.refusals import Refusal, Unacceptable
from logistics.outbox.actions import events_of
from logistics.parcels.actions import progress_to_note
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.rows import made
from logistics.storage.transactions import action

SCANS_PER_CALL_MAX = 1_000


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
    say_who_was_first(desk)
    count_tries(desk.evidence.wrong_tries())
    commitments = _keep_details(desk)
    brought = bring_along(desk.touched.values(), actor_id=actor.holder_id, avoid=avoid, now=now)
    events = [_event(desk, judged, commitments) for judged in desk.judged if judged.is_new]
    beside = Beside(
        [leaf_of_scan(event) for event in events],
        (events, events_of(brought.news), proofs_of_scans(actor=actor, judged=desk.judged, now=now)),
        progress_to_note(brought.progress),
    )
    post_entries(postings=brought.postings, now=now, beside=beside)
    return [_answer(judged) for judged in desk.judged]


def _keep_details(desk: Desk) -> Mapping[uuid.UUID, str]:
    details = [
        ScanDetailInput(judged.scan.scan_id, judged.scan.detail)
        for judged in desk.judged
        if judged.is_new and judged.scan.detail and not _is_erased(judged.parcel)
    ]
    return keep_scan_details(details=details) if details else {}


def _is_erased(parcel: Parcel | None) -> bool:
    """Tell whether whom a parcel was for was erased: what a late scan says of them is not kept."""
    if parcel is None or parcel.household is None:
        return False
    return bool(parcel.household.erased_at or (parcel.beneficiary and parcel.beneficiary.erased_at))


def _event(desk: Desk, judged: Judged, commitments: Mapping[uuid.UUID, str]) -> ScanEvent:
    scan = judged.scan
    return made(
        ScanEvent,
        id=scan.scan_id,
        parcel_id=judged.parcel.id if judged.parcel else None,
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
