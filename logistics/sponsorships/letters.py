"""Letters both ways: written down or sent from the sponsor's page, looked at by another person, released in words that
tell nobody who the child is.
"""

import datetime as dt
import uuid

from django.utils import timezone

from logistics.households.consents import has_consent_for
from logistics.households.family_models import ConsentScope
from logistics.households.standing import require_unerased
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.parties.actors import Actor
from logistics.parties.models import Role
from logistics.sponsorships.actions import (
    OFFICERS,
    SponsorshipNotYours,
    marks_about,
    require_consent,
    require_officer,
    require_running,
)
from logistics.sponsorships.models import Direction, Letter, LetterDecision, Sponsorship
from logistics.sponsorships.sealed import leaf_of_letter
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

TEXT_LENGTH_MIN = 2
# As many may wait to be looked at.
WAITING_MAX = 5
RECORDERS = (*OFFICERS, Role.LIAISON)


class LetterTextOutOfBounds(Unacceptable):
    code = "letter_text_out_of_bounds"
    zh = "请写 {least} 到 {most} 个字。"
    en = "Write {least} to {most} characters."


class LettersWaiting(Conflicting):
    code = "letters_waiting"
    zh = "已有 {most} 封信等待审核，请过些时候再写。"
    en = "{most} letters wait to be looked at; write again a little later."


class LetterDecided(Conflicting):
    code = "letter_decided"
    zh = "这封信已经审核过。"
    en = "This letter was decided about already."


class LetterReleasedByRecorder(NotAllowed):
    code = "letter_released_by_recorder"
    zh = "录入信件的人不能自己审核，请由另一人审核。"
    en = "Who recorded a letter does not decide about it; let another person do so."


class LetterConsentMissing(Conflicting):
    code = "letter_consent_missing"
    zh = "没有登记同意把孩子写的话转给捐赠人，请先登记。"
    en = "No consent is on record that what the child writes is handed on; record it first."


class LetterMarksUnseen(Unacceptable):
    code = "letter_marks_unseen"
    zh = "信中还有 {count} 处可能暴露身份或联系方式，请修改，或看过后勾选确认。"
    en = "{count} places may give somebody away or let them be reached: change them, or look at each and say so."


@action
def record_letter(
    *, actor: Actor | None, sponsorship: Sponsorship, direction: str, text: str, now: dt.datetime, token: uuid.UUID
) -> Letter:
    """Take a letter down; without an actor the sponsor writes it at their page. The same token takes it once.

    Refuses SponsorshipNotYours, SponsorshipOver, SponsorshipConsentMissing (withdrawn since), LetterTextOutOfBounds,
    LettersWaiting.
    """
    if actor is not None and (actor.person is None or not actor.person.has_role(*RECORDERS)):
        raise SponsorshipNotYours
    letter_id = derived_id(token, 0)
    standing = Letter.objects.filter(id=letter_id).first()
    if standing is not None:
        return standing
    locked = require_running(sponsorship)
    require_consent(locked.member, timezone.localdate(now))
    told = _text(text)
    if Letter.objects.filter(sponsorship=locked, decision__isnull=True).count() >= WAITING_MAX:
        raise LettersWaiting(most=WAITING_MAX)
    return Letter.objects.create(
        id=letter_id,
        sponsorship=locked,
        direction=Direction.TO_CHILD if actor is None else Direction(direction),
        text_commitment=keep_texts({letter_id: {"text": told}})[letter_id]["text"],
        recorded_by_id=actor.holder_id if actor else None,
        recorded_at=now,
    )


@action
def release_letter(
    *, actor: Actor, letter: Letter, text: str, has_looked: bool = False, now: dt.datetime
) -> LetterDecision:
    """Release a letter in the words that were left standing.

    Refuses SponsorshipNotYours, LetterReleasedByRecorder, LetterDecided, LetterConsentMissing (of the child who
    writes), LetterTextOutOfBounds, LetterMarksUnseen, PersonErased.
    """
    child = letter.sponsorship.member
    require_unerased([child.household_id], [child.id])
    locked = _locked(letter, actor)
    member = locked.sponsorship.member
    is_from_child = locked.direction == Direction.TO_SPONSOR
    if is_from_child and not has_consent_for(member, ConsentScope.LETTER, timezone.localdate(now)):
        raise LetterConsentMissing
    told = _text(text)
    left = len(marks_about(member, told))
    if left and not has_looked:
        raise LetterMarksUnseen(count=left, pointer="/has_looked")
    return _decide(locked, actor, told, now, is_released=True, marks_left=left)


@action
def keep_back_letter(*, actor: Actor, letter: Letter, reason: str, now: dt.datetime) -> LetterDecision:
    """Keep a letter back, with the reason.

    Refuses SponsorshipNotYours, LetterReleasedByRecorder, LetterDecided, LetterTextOutOfBounds.
    """
    return _decide(_locked(letter, actor), actor, _text(reason), now, is_released=False)


def _locked(letter: Letter, actor: Actor) -> Letter:
    require_officer(actor)
    Letter.objects.select_for_update().get(id=letter.id)
    locked = Letter.objects.select_related("sponsorship__member__household").get(id=letter.id)
    if locked.recorded_by_id == actor.holder_id:
        raise LetterReleasedByRecorder
    if LetterDecision.objects.filter(letter=locked).exists():
        raise LetterDecided
    return locked


def _decide(
    letter: Letter, actor: Actor, text: str, now: dt.datetime, *, is_released: bool, marks_left: int = 0
) -> LetterDecision:
    decision_id = new_id()
    row = LetterDecision.objects.create(
        id=decision_id,
        letter=letter,
        is_released=is_released,
        text_commitment=keep_texts({decision_id: {"text": text}})[decision_id]["text"],
        marks_left=marks_left,
        recorded_by_id=letter.recorded_by_id,
        decided_by_id=actor.holder_id,
        decided_at=now,
    )
    append_leaves([leaf_of_letter(row)])
    return row


def _text(text: str) -> str:
    told = without_hidden_signs(text).strip()
    if not TEXT_LENGTH_MIN <= len(told) <= TEXT_LENGTH_MAX:
        raise LetterTextOutOfBounds(least=TEXT_LENGTH_MIN, most=TEXT_LENGTH_MAX, pointer="/text")
    return told
