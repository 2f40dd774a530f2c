"""Settle what scans contradict: an officer says with a reason which hand-over stands, or that none does.

A settlement is one more fact in the set that the fold concludes from: it is sealed, never changed, and books and state
follow it whatever arrives later. A hand-over that it has not seen opens the dispute again, and is settled by another.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from logistics.deliveries.conclusions import bring_along
from logistics.deliveries.desk import conclusion_of, facts_of
from logistics.deliveries.models import ScanEvent, Settlement
from logistics.deliveries.sealed import leaf_of_settlement
from logistics.households.models import Household
from logistics.journal.actions import post_entries
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import leaves_of
from logistics.kernel.delivery_states import Settled
from logistics.kernel.refusals import Conflicting, NotAllowed, Refusal, Unacceptable
from logistics.outbox.actions import events_of
from logistics.parcels.actions import note_progress
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.storage.writes import add_together

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200
SETTLEMENTS_MAX = 20
# The steps whose people have a hand in what is settled.
_PACKING = ("PACK", "SEAL")


class NothingToSettle(Conflicting):
    code = "nothing_to_settle"
    zh = "包裹 {parcel} 没有需要裁定的矛盾。"
    en = "Nothing about parcel {parcel} is in dispute."


class SettledByParty(NotAllowed):
    code = "settled_by_party"
    zh = "装箱、封箱或经手发放的人不能裁定这个包裹，请由另一位经办人裁定。"
    en = "Who packed, sealed or handed this parcel over may not settle it; another officer does."


class SettledByNobody(NotAllowed):
    code = "settled_by_nobody"
    zh = "裁定须由登录的经办人本人作出。"
    en = "A person who is signed in settles; a key cannot."


class SettlementUnexplained(Unacceptable):
    code = "settlement_unexplained"
    zh = "请写明裁定的理由（{least} 到 {most} 个字）。"
    en = "Say why you settle it so ({least} to {most} characters)."


class SettlementStale(Conflicting):
    code = "settlement_stale"
    zh = "这期间又收到了新的扫码，请重新查看后再裁定。"
    en = "More scans have arrived meanwhile; look again, then settle."


class HandOverUnknown(Unacceptable):
    code = "hand_over_unknown"
    zh = "所选的发放扫码不属于这个包裹。"
    en = "The chosen hand-over is none of this parcel's."


class SettlementsExhausted(Conflicting):
    code = "settlements_exhausted"
    zh = "这个包裹已裁定 {most} 次，请联系管理员。"
    en = "This parcel has been settled {most} times; call the administrator."


@dataclass(frozen=True)
class Ruling:
    """What an officer says: which of the hand-overs seen is true (None: none), to whom, and whether it was packed."""

    judged: tuple[uuid.UUID, ...] = ()
    stands: uuid.UUID | None = None
    household: Household | None = None
    is_packed: bool = False


def settled_by(row: Settlement) -> Settled:
    """Say a settlement as the fold takes it."""
    return Settled(
        settlement_id=str(row.id),
        at_ms=int(row.settled_at.timestamp() * 1000),
        judged=tuple(row.judged),
        stands=str(row.stands_id) if row.stands_id else None,
        household=str(row.household_id) if row.household_id else None,
        is_packed=row.is_packed,
    )


def settle_dispute(*, actor: Actor, parcel: Parcel, ruling: Ruling, reason: str, now: dt.datetime) -> Settlement:
    """Settle what the scans of a parcel contradict.

    Refuses SettledByNobody, SettledByParty, SettlementUnexplained, NothingToSettle, SettlementStale, HandOverUnknown,
    SettlementsExhausted.
    """
    _require_person(actor)
    why = reason.strip()
    if not REASON_LENGTH_MIN <= len(why) <= REASON_LENGTH_MAX:
        raise SettlementUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    try:
        return _settle(actor=actor, parcel=parcel, ruling=ruling, reason=why, avoid="", now=now)
    except _BooksRefuse as refused:
        return _settle(actor=actor, parcel=parcel, ruling=ruling, reason=why, avoid=refused.reason, now=now)


class _BooksRefuse(Exception):
    """The database has refused the entries: the settlement stands all the same, and the parcel waits as Unposted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@action
def _settle(*, actor: Actor, parcel: Parcel, ruling: Ruling, reason: str, avoid: str, now: dt.datetime) -> Settlement:
    locked = locked_parcel(parcel)
    _require_open(locked, ruling)
    _require_stranger(actor, locked, ruling)
    return note_settlement(actor=actor, parcel=locked, ruling=ruling, reason=reason, avoid=avoid, now=now)


def locked_parcel(parcel: Parcel) -> Parcel:
    """Lock a parcel's row and fetch what its books need, inside the caller's transaction."""
    rows = Parcel.objects.select_for_update(of=("self",)).select_related(
        "code",
        "programme",
        "organisation",
        "warehouse",
        "fund__purse",
        "fund__programme",
        "permit",
        "household",
        "beneficiary",
    )
    return rows.get(id=parcel.id)


def note_settlement(
    *, actor: Actor, parcel: Parcel, ruling: Ruling, reason: str, avoid: str = "", now: dt.datetime
) -> Settlement:
    """Store a settlement of a locked parcel and bring state and books along, inside the caller's transaction."""
    row_id = new_id()
    row = Settlement(
        id=row_id,
        parcel=parcel,
        organisation_id=parcel.organisation_id,
        judged=sorted(str(scan_id) for scan_id in ruling.judged),
        stands_id=ruling.stands,
        household_id=ruling.household.id if ruling.household else None,
        is_packed=ruling.is_packed,
        reason_commitment=keep_texts({row_id: {"reason": reason}})[row_id]["reason"],
        settled_by_id=actor.holder_id,
        settled_at=now,
    )
    told = settled_by(row)
    parcel.settled = [
        *parcel.settled,
        [told.settlement_id, told.at_ms, list(told.judged), told.stands, told.household, told.is_packed],
    ]
    brought = bring_along([parcel], actor_id=actor.holder_id, avoid=avoid, now=now)
    try:
        if brought.postings:
            post_entries(postings=brought.postings, now=now)
    except Refusal as refusal:
        raise _BooksRefuse(refusal.code) from refusal
    leaves = leaves_of([leaf_of_settlement(row)])
    add_together([row], *leaves, events_of(brought.news))
    note_progress([{**one, "settled": parcel.settled} for one in brought.progress])
    return row


def hand_overs_of(parcel: Parcel) -> set[str]:
    """Name the hand-overs that may be true: neither refused at arrival nor taken back by their device."""
    facts = facts_of(parcel)
    undone = {(fact.undoes, fact.device) for fact in facts if fact.step == "UNDO"}
    return {
        fact.scan_id
        for fact in facts
        if fact.step == "HAND_OVER" and fact.refused is None and (fact.scan_id, fact.device) not in undone
    }


def parties_to(parcel: Parcel, judged: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Name who packed and sealed a parcel and who made or witnessed the hand-overs: none of them may settle it."""
    rows = ScanEvent.objects.filter(parcel=parcel, step__in=_PACKING) | ScanEvent.objects.filter(id__in=list(judged))
    people = rows.values_list("operator_id", "witness_id", "device_id")
    return {person for scan in people for person in scan if person is not None}


def _require_person(actor: Actor) -> None:
    if not isinstance(actor.person, Person):
        raise SettledByNobody


def _require_stranger(actor: Actor, parcel: Parcel, ruling: Ruling) -> None:
    if actor.holder_id in parties_to(parcel, ruling.judged):
        raise SettledByParty


def _require_open(parcel: Parcel, ruling: Ruling) -> None:
    if conclusion_of(parcel).state != "DISPUTED" and not parcel.unposted_reason:
        raise NothingToSettle(parcel=parcel.code.text)
    known, judged = hand_overs_of(parcel), {str(scan_id) for scan_id in ruling.judged}
    if not judged <= known or (ruling.stands and ruling.stands not in ruling.judged):
        raise HandOverUnknown(pointer="/stands")
    if judged != known:
        raise SettlementStale
    if len(parcel.settled) >= SETTLEMENTS_MAX:
        raise SettlementsExhausted(most=SETTLEMENTS_MAX)
