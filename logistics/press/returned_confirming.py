"""Confirm what returned sheets say: a person decides, then hand-overs are recorded with the cut-out box as proof."""

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence

from django.utils import timezone

from logistics.deliveries.actions import SCANS_PER_CALL_MAX, record_scans
from logistics.deliveries.inputs import ScanAnswer, ScanInput
from logistics.deliveries.models import ScanEvent, ScanProof
from logistics.deliveries.proofs import keep_proof
from logistics.households.proofs import erase_bytes
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.models import Role
from logistics.press.models import JobState, SheetRow
from logistics.press.reads import FileNotReady
from logistics.press.returned_looks import rows_looked_at
from logistics.press.returned_models import ReturnedPaper, ReturnedRow, RowDecision
from logistics.press.returned_reads import ReturnedRowMissing, packed_by, rows_of
from logistics.storage.rows import derived_id
from logistics.storage.transactions import action

CONFIRMERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
# Which of the rows that a sheet's row makes is its hand-over: the same row makes the same scan, however often it comes.
_HAND_OVER = 1
# The parcel was handed over by another scan: a second one would only make a dispute.
_DELIVERED = frozenset({"DELIVERED", "DISPUTED"})


class SheetNeedsPerson(NotAllowed):
    code = "sheet_needs_person"
    zh = "须由经办人、审批人或管理员登录后确认签收表。"
    en = "An officer, approver or administrator who is signed in confirms a sheet."


class SheetConfirmedByPacker(NotAllowed):
    code = "sheet_confirmed_by_packer"
    zh = "装箱的人不能确认签收：{rows}。请由另一人确认。"
    en = "Whoever packed may not confirm the delivery: {rows}. Another person does."


class RowDecidedAlready(Conflicting):
    code = "row_decided_already"
    zh = "第 {row} 行已由他人确认为 {decision}。"
    en = "Row {row} was decided as {decision} already."


class RowNotSeen(Unacceptable):
    code = "row_not_seen"
    zh = "第 {row} 行的方框没有拍全，请重拍这一页再确认。"
    en = "The box of row {row} is not whole on the photo; photograph the page again, then confirm."


class BoxNotLookedAt(Unacceptable):
    code = "box_not_looked_at"
    zh = "请先看方框再确认：第 {numbers} 行。"
    en = "Look at the boxes of these rows first: {numbers}."


class HandOverDayWrong(Unacceptable):
    code = "hand_over_day_wrong"
    zh = "发放日期须在 {first} 到 {last} 之间。"
    en = "The day of the hand-over is between {first} and {last}."


def confirm_returned_rows(
    *,
    actor: Actor,
    paper: ReturnedPaper,
    decisions: Mapping[uuid.UUID, str],
    handed_over_on: dt.date,
    now: dt.datetime,
) -> list[ReturnedRow]:
    """Decide rows as SIGNED or EMPTY, and record a hand-over for each signed one. Safe to repeat.

    Each part is its own transaction and each is idempotent: the decision by being the first, the proof by its hash,
    the scan by an id that its row makes. Whoever is interrupted confirms once more.

    Refuses SheetNeedsPerson, FileNotReady, ReturnedRowMissing, RowNotSeen, RowDecidedAlready, SheetConfirmedByPacker,
    BoxNotLookedAt, HandOverDayWrong, and what the keeping of proofs refuses.
    """
    rows = _checked(actor, paper, decisions, handed_over_on, now)
    _decide(actor=actor, rows=rows, decisions=decisions, now=now)
    signed = [row for row in rows if decisions[row.id] == RowDecision.SIGNED]
    outcomes = {row.id: _known_outcome(row) for row in signed}
    fresh = [row for row in signed if not outcomes[row.id]]
    proofs = {row.id: _proof(actor, row, now) for row in fresh}
    at = min(now, _end_of(handed_over_on))
    scans = [_scan(row.row, proofs[row.id], at, place) for place, row in enumerate(fresh)]
    for row, answer in zip(fresh, _recorded(actor, scans, now), strict=True):
        outcomes[row.id] = answer.outcome
    proofs |= {row.id: sha256 for row in signed if row not in fresh and (sha256 := _kept_proof(row))}
    return _conclude(rows=rows, outcomes=outcomes, proofs=proofs)


def hand_over_id(row: SheetRow) -> uuid.UUID:
    """Return the id of the scan that a row of a sheet makes when it is signed."""
    return derived_id(row.id, _HAND_OVER)


def _checked(
    actor: Actor, paper: ReturnedPaper, decisions: Mapping[uuid.UUID, str], day: dt.date, now: dt.datetime
) -> list[ReturnedRow]:
    if actor.person is None or not actor.person.has_role(*CONFIRMERS):
        raise SheetNeedsPerson
    if paper.state != JobState.DONE:
        raise FileNotReady(state=paper.state)
    known = {row.id: row for row in rows_of(paper)}
    if not decisions.keys() <= known.keys():
        raise ReturnedRowMissing
    for key, decision in decisions.items():
        row = known[key]
        if row.decision and row.decision != decision:
            raise RowDecidedAlready(row=row.row.position, decision=row.decision)
        if decision == RowDecision.SIGNED and not row.picture and not row.decision:
            raise RowNotSeen(row=row.row.position)
    rows = [known[key] for key in decisions if known[key].is_open]
    _require_no_packer(actor, rows)
    _require_looked(actor, paper, rows)
    _require_day(rows, day, now)
    return rows


def _require_no_packer(actor: Actor, rows: Sequence[ReturnedRow]) -> None:
    packed = packed_by(actor.holder_id, [row.row.parcel_id for row in rows])
    own = [row.row.position for row in rows if row.row.parcel_id in packed]
    if own:
        raise SheetConfirmedByPacker(rows=own)


def _require_looked(actor: Actor, paper: ReturnedPaper, rows: Sequence[ReturnedRow]) -> None:
    """Nobody decides on a box unseen; where another one decided and was interrupted, there is nothing to decide."""
    looked = rows_looked_at(paper=paper, actor=actor)
    unseen = [row.row.position for row in rows if row.needs_look and row.id not in looked]
    if unseen:
        raise BoxNotLookedAt(rows=unseen, numbers=", ".join(map(str, unseen)), pointer="/rows")


def _require_day(rows: Sequence[ReturnedRow], day: dt.date, now: dt.datetime) -> None:
    """Nobody signs a sheet before it is printed, or tomorrow."""
    if not rows:
        return
    printed = [row.row.job.asked_at for row in rows]
    first, last = timezone.localdate(max(printed)), timezone.localdate(now)
    if not first <= day <= last:
        raise HandOverDayWrong(first=str(first), last=str(last), pointer="/handed_over_on")


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59)))


def _known_outcome(row: ReturnedRow) -> str:
    """Return the outcome of a row whose parcel is handed over already, or nothing."""
    if ScanEvent.objects.filter(id=hand_over_id(row.row)).exists():
        return "REPEATED"
    return "ALREADY_DELIVERED" if row.row.parcel.state in _DELIVERED else ""


def _proof(actor: Actor, row: ReturnedRow, now: dt.datetime) -> str:
    if not row.picture:
        raise RowNotSeen(row=row.row.position)
    data = base64.b64decode(row.picture)
    sha256 = hashlib.sha256(data).hexdigest()
    kept, _is_new = keep_proof(actor=actor, sha256=sha256, data=data, now=now)
    if _is_erased(row):
        erase_bytes(proofs=[kept], now=now)
        raise RowNotSeen(row=row.row.position)
    return sha256


@action
def _is_erased(row: ReturnedRow) -> bool:
    """Tell whether the family has had the box erased since it was read: then its proof goes again.

    Under the row's lock: an erasure either sees the proof that was just kept, or is seen here.
    """
    now = ReturnedRow.objects.select_for_update().get(id=row.id)
    return not now.picture and not now.outcome


def _kept_proof(row: ReturnedRow) -> str:
    """Return the hash of a row's box if its hand-over names it: then somebody was interrupted after recording it."""
    sha256 = hashlib.sha256(base64.b64decode(row.picture)).hexdigest()
    named = ScanProof.objects.filter(scan_id=hand_over_id(row.row), sha256=sha256)
    return sha256 if named.exists() else ""


def _scan(row: SheetRow, sha256: str, at: dt.datetime, place: int) -> ScanInput:
    local = timezone.localtime(at).utcoffset() or dt.timedelta()
    return ScanInput(
        scan_id=hand_over_id(row),
        code=row.parcel.code.text,
        step="HAND_OVER",
        scanned_at=at,
        offset_minutes=int(local.total_seconds() // 60),
        sequence=int(at.timestamp() * 1000) + place,
        proofs=(("SIGNED_SHEET", sha256),),
    )


def _recorded(actor: Actor, scans: Sequence[ScanInput], now: dt.datetime) -> list[ScanAnswer]:
    parts = [scans[start : start + SCANS_PER_CALL_MAX] for start in range(0, len(scans), SCANS_PER_CALL_MAX)]
    return [answer for part in parts for answer in record_scans(actor=actor, scans=part, now=now)]


@action
def _decide(*, actor: Actor, rows: Sequence[ReturnedRow], decisions: Mapping[uuid.UUID, str], now: dt.datetime) -> None:
    """Write down what a person says before anything follows from it: of two people the first one decides."""
    known = {row.id: row for row in rows}
    locked = ReturnedRow.objects.select_for_update().filter(id__in=list(known)).order_by("id")
    for key, decision in list(locked.values_list("id", "decision")):
        if decision and decision != decisions[key]:
            raise RowDecidedAlready(row=known[key].row.position, decision=decision)
    for decision in RowDecision:
        said = [key for key in known if decisions[key] == decision]
        ReturnedRow.objects.filter(id__in=said, decision="").update(
            decision=decision, decided_at=now, decided_by_id=actor.holder_id
        )
    for row in rows:
        row.decision = decisions[row.id]


@action
def _conclude(
    *, rows: Sequence[ReturnedRow], outcomes: Mapping[uuid.UUID, str], proofs: Mapping[uuid.UUID, str]
) -> list[ReturnedRow]:
    """Write down what followed, once; a picture goes where the vault has it, or where there is nothing on it."""
    for row in rows:
        row.outcome, row.proof_sha256 = outcomes.get(row.id, ""), proofs.get(row.id, "")
        told = {"outcome": row.outcome, "proof_sha256": row.proof_sha256}
        if row.id in proofs or row.decision == RowDecision.EMPTY:
            row.picture = told["picture"] = ""
        ReturnedRow.objects.filter(id=row.id, outcome="").update(**told)
    return list(rows)
