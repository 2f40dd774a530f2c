"""Take back a letter that was released by mistake: from then on it is shown to nobody."""

import datetime as dt

from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting
from logistics.parties.actors import Actor
from logistics.sponsorships.actions import require_officer
from logistics.sponsorships.letters import LetterTextOutOfBounds
from logistics.sponsorships.models import Letter, LetterDecision, LetterWithdrawal
from logistics.sponsorships.sealed import leaf_of_withdrawal
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200


class LetterNotReleased(Conflicting):
    code = "letter_not_released"
    zh = "这封信没有放行，或已经撤回。"
    en = "This letter was not released, or was taken back already."


@action
def withdraw_letter(*, actor: Actor, letter: Letter, reason: str, now: dt.datetime) -> LetterWithdrawal:
    """Take a released letter back, with the reason; by any officer, also whoever released it.

    Refuses SponsorshipNotYours, LetterNotReleased, LetterTextOutOfBounds, PersonErased.
    """
    require_officer(actor)
    child = letter.sponsorship.member
    require_unerased([child.household_id], [child.id])
    Letter.objects.select_for_update().get(id=letter.id)
    is_released = LetterDecision.objects.filter(letter=letter, is_released=True).exists()
    if not is_released or LetterWithdrawal.objects.filter(letter=letter).exists():
        raise LetterNotReleased
    withdrawal_id = new_id()
    row = LetterWithdrawal.objects.create(
        id=withdrawal_id,
        letter=letter,
        reason_commitment=keep_texts({withdrawal_id: {"reason": _reason(reason)}})[withdrawal_id]["reason"],
        withdrawn_by_id=actor.holder_id,
        withdrawn_at=now,
    )
    append_leaves([leaf_of_withdrawal(row)])
    return row


def _reason(text: str) -> str:
    told = without_hidden_signs(text).strip()
    if not REASON_LENGTH_MIN <= len(told) <= REASON_LENGTH_MAX:
        raise LetterTextOutOfBounds(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    return told
