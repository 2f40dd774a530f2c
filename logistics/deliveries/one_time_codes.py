"""One-time codes: six digits that a family is told and says at the door.

A device without a network cannot check one, and must not be able to: it takes the code down, and the code is judged
when the scan arrives. A wrong one is answered PROOF_MISSING then, the parcel is not delivered, and somebody goes again.
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Collection

from django.db.models import F

from logistics.deliveries.models import OneTimeCode
from logistics.kernel.refusals import Conflicting
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from logistics.storage.secrets import blind_index
from logistics.storage.transactions import action

DIGITS = 6
CODE_LIVES = dt.timedelta(days=7)
# A scan that was made in time may come late; who sets back the clock gains no more than this.
COMES_LATE_MAX = dt.timedelta(days=7)
WRONG_TRIES_MAX = 5
ISSUES_MAX = 10
_ENDED = frozenset({"DELIVERED", "DISPUTED", "CANCELLED", "LOST", "DAMAGED"})


class OneTimeCodeNeedless(Conflicting):
    code = "one_time_code_needless"
    zh = "包裹 {parcel} 已经是 {state} 状态，不再需要领取码。"
    en = "Parcel {parcel} is {state} and needs no code any more."


class OneTimeCodesExhausted(Conflicting):
    code = "one_time_codes_exhausted"
    zh = "这个包裹已发过 {most} 次领取码，请改用其他签收方式。"
    en = "{most} codes have been issued for this parcel; prove the hand-over in another way."


@action
def issue_one_time_code(*, actor: Actor, parcel: Parcel, now: dt.datetime) -> tuple[OneTimeCode, str]:
    """Issue a code for a parcel in place of earlier ones; its six digits are shown now and never again.

    Refuses OneTimeCodeNeedless, OneTimeCodesExhausted.
    """
    locked = Parcel.objects.select_for_update().get(id=parcel.id)
    if locked.state in _ENDED:
        raise OneTimeCodeNeedless(parcel=parcel.code.text, state=locked.state)
    if OneTimeCode.objects.filter(parcel=parcel).count() >= ISSUES_MAX:
        raise OneTimeCodesExhausted(most=ISSUES_MAX)
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = OneTimeCode.objects.create(
        id=new_id(),
        parcel=parcel,
        code_index=_index(parcel.id, digits),
        issued_at=now,
        issued_by_id=actor.holder_id,
        expires_at=now + CODE_LIVES,
    )
    return row, digits


def standing_codes(parcel_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, OneTimeCode]:
    """Return the code that counts for each parcel: the last that was issued."""
    rows = OneTimeCode.objects.filter(parcel_id__in=parcel_ids).order_by("issued_at", "id")
    return {row.parcel_id: row for row in rows}


def fault_of(code: OneTimeCode | None, digits: str, *, at: dt.datetime, now: dt.datetime) -> str:
    """Say what is wrong with digits that were taken down at a moment and came now; empty where they are right."""
    if code is None:
        return "one_time_code_not_issued"
    if code.tries >= WRONG_TRIES_MAX:
        return "one_time_code_locked"
    if at > code.expires_at or now > code.expires_at + COMES_LATE_MAX:
        return "one_time_code_expired"
    if code.code_index != _index(code.parcel_id, digits):
        code.tries += 1
        return "one_time_code_wrong"
    return ""


def count_tries(codes: Collection[tuple[uuid.UUID, int]]) -> None:
    """Count wrong tries, inside the caller's transaction."""
    for code_id, tries in codes:
        OneTimeCode.objects.filter(id=code_id).update(tries=F("tries") + tries)


def _index(parcel_id: uuid.UUID, digits: str) -> str:
    return blind_index(f"{parcel_id}:{digits}", "one-time-code")
