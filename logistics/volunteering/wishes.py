"""Micro-wishes (微心愿): asked by a member, screened by another person, taken by a volunteer, fulfilled, thanked for.

What a stranger reads was looked at by a person: a text in which something still would give the child away is refused.
A claim that runs out gives the wish back to everybody, whoever looks or acts first.
"""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.households.known_names import names_known_of
from logistics.households.models import Member
from logistics.households.standing import require_unerased
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting, Missing, NotAllowed, Unacceptable
from logistics.kernel.screening import NAMES_MAX, Mark, marks_in
from logistics.parties.actions import new_reference
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.storage.transactions import action
from logistics.volunteering.access import visible_wishes
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import locked_volunteer
from logistics.volunteering.wish_models import MicroWish, WishClaim, WishState
from logistics.volunteering.wish_reads import late_claims, state_of

TEXT_LENGTH_MAX = 200
# Wishes of one member that are not at an end, and wishes in one volunteer's hands.
WISHES_OPEN_MAX = 3
CLAIMS_HELD_MAX = 3
CLAIM_DAYS = 21


class WishMissing(Missing):
    code = "micro_wish_missing"
    zh = "没有找到微心愿 {wish}。"
    en = "There is no wish {wish}."


class WishTextRefused(Unacceptable):
    code = "micro_wish_text_refused"
    zh = "请写 1 到 {most} 个字。"
    en = "Write 1 to {most} characters."


class WishRevealing(Unacceptable):
    code = "micro_wish_revealing"
    zh = "这段文字会让人认出孩子（{kinds}），请改写。"
    en = "This text would give the child away ({kinds}); write it otherwise."


class WishesExhausted(Conflicting):
    code = "micro_wishes_exhausted"
    zh = "同一人最多有 {most} 个未了的微心愿。"
    en = "One person has at most {most} wishes waiting."


class WishNotSo(Conflicting):
    code = "micro_wish_not_so"
    zh = "微心愿现在的状态是 {state}，不能这样做。"
    en = "The wish is {state} now; that cannot be done."


class WishScreenedByAsker(NotAllowed):
    code = "micro_wish_screened_by_asker"
    zh = "登记心愿的人不能自己公开它，请由另一人审核。"
    en = "Who records a wish does not release it: another person looks."


class ClaimsExhausted(Conflicting):
    code = "micro_wish_claims_exhausted"
    zh = "一名志愿者最多同时认领 {most} 个微心愿。"
    en = "One volunteer holds at most {most} wishes at a time."


@action
def report_wish(*, actor: Actor, member: Member, words: str, now: dt.datetime) -> MicroWish:
    """Write down a member's wish. Refuses WishTextRefused, WishesExhausted, PersonErased."""
    said = _bounded(words, "/words")
    require_unerased([member.household_id], [member.id])
    Member.objects.select_for_update(of=("self",)).get(id=member.id)
    ended = (WishState.FULFILLED, WishState.THANKED, WishState.WITHDRAWN)
    if MicroWish.objects.filter(member=member).exclude(state__in=ended).count() >= WISHES_OPEN_MAX:
        raise WishesExhausted(most=WISHES_OPEN_MAX)
    return MicroWish.objects.create(
        organisation=member.household.organisation,
        reference=new_reference("W"),
        member=member,
        words=said,
        asked_at=now,
        asked_by_id=actor.holder_id,
    )


@action
def release_wish(*, actor: Actor, wish: MicroWish, public_text: str, now: dt.datetime) -> MicroWish:
    """Show a wish to everybody in words that give nobody away.

    Refuses WishNotSo, WishScreenedByAsker, WishTextRefused, WishRevealing.
    """
    locked = _locked(wish, now, WishState.ASKED)
    if locked.asked_by_id == actor.holder_id:
        raise WishScreenedByAsker
    locked.public_text = _screened(locked, public_text, "/public_text")
    locked.state, locked.released_at, locked.released_by_id = WishState.OPEN, now, actor.holder_id
    locked.save(update_fields=["public_text", "state", "released_at", "released_by_id"])
    return locked


@action
def adopt_wish(*, wish: MicroWish, volunteer: Volunteer, now: dt.datetime) -> WishClaim:
    """Put an open wish into a volunteer's hands for CLAIM_DAYS.

    Refuses WishNotSo, ClaimsExhausted, VolunteerMissing.
    """
    expire_claims(now=now)
    # One lock for the volunteer: of two claims at once, one counts the other.
    locked_volunteer(volunteer)
    if WishClaim.objects.filter(volunteer=volunteer, ended_at__isnull=True).count() >= CLAIMS_HELD_MAX:
        raise ClaimsExhausted(most=CLAIMS_HELD_MAX)
    locked = _moved(_locked(wish, now, WishState.OPEN), WishState.ADOPTED)
    due_on = timezone.localdate(now) + dt.timedelta(days=CLAIM_DAYS)
    return WishClaim.objects.create(wish=locked, volunteer=volunteer, adopted_at=now, due_on=due_on)


@action
def release_claim(*, wish: MicroWish, now: dt.datetime) -> MicroWish:
    """Give a wish back to everybody. Refuses WishNotSo."""
    locked = _locked(wish, now, WishState.ADOPTED)
    WishClaim.objects.filter(wish=locked, ended_at__isnull=True).update(ended_at=now)
    return _moved(locked, WishState.OPEN)


@action
def confirm_wish(*, wish: MicroWish, now: dt.datetime) -> MicroWish:
    """Note that what was wished for came into the family's hands. Refuses WishNotSo."""
    locked = _locked(wish, now, WishState.ADOPTED)
    WishClaim.objects.filter(wish=locked, ended_at__isnull=True).update(fulfilled_at=now, ended_at=now)
    locked.state, locked.ended_at = WishState.FULFILLED, now
    locked.save(update_fields=["state", "ended_at"])
    return locked


@action
def record_thanks(*, wish: MicroWish, thanks: str) -> MicroWish:
    """Write down the member's thanks, screened. Refuses WishNotSo, WishTextRefused, WishRevealing."""
    locked = _locked(wish, None, WishState.FULFILLED)
    locked.thanks, locked.state = _screened(locked, thanks, "/thanks"), WishState.THANKED
    locked.save(update_fields=["thanks", "state"])
    return locked


@action
def cancel_wish(*, wish: MicroWish, now: dt.datetime) -> MicroWish:
    """Take a wish back that nobody holds. Refuses WishNotSo."""
    locked = _locked(wish, now, WishState.ASKED, WishState.OPEN)
    locked.state, locked.ended_at = WishState.WITHDRAWN, now
    locked.save(update_fields=["state", "ended_at"])
    return locked


def expire_claims(*, now: dt.datetime) -> int:
    """Note that claims ran out; returns how many. Readers know already; where none did, nothing is locked."""
    late = late_claims(now)
    return _expire(late, now) if late.exists() else 0


@action
def _expire(late: "QuerySet[WishClaim]", now: dt.datetime) -> int:
    # Locked, then looked at again: meanwhile another may have expired a claim, and a third have taken the wish.
    wishes = MicroWish.objects.filter(state=WishState.ADOPTED, id__in=late.values("wish_id")).order_by("id")
    held = [row.id for row in wishes.select_for_update(of=("self",))]
    run_out = list(late.filter(wish_id__in=held).values_list("wish_id", flat=True))
    late.filter(wish_id__in=run_out).update(ended_at=now)
    return MicroWish.objects.filter(id__in=run_out).update(state=WishState.OPEN)


def marks_of_wish(wish: MicroWish, text: str, language: str = "zh") -> list[Mark]:
    """Mark in a text what would give the child away, by the names that the vault knows of the family."""
    names = names_known_of(wish.member.household)[:NAMES_MAX]
    return marks_in(text, names=names, language=language)


def get_wish(*, wish_id: uuid.UUID, organisation: Organisation) -> MicroWish:
    """Return the wish with this id. Refuses WishMissing, also for another organisation's."""
    found = visible_wishes(organisation).filter(id=wish_id).first()
    if found is None:
        raise WishMissing(wish=str(wish_id), pointer="/wish")
    return found


def _locked(wish: MicroWish, now: dt.datetime | None, *states: str) -> MicroWish:
    locked = MicroWish.objects.select_for_update(of=("self",)).get(id=wish.id)
    if now is not None and state_of(locked, now) != locked.state:
        late_claims(now).filter(wish=locked).update(ended_at=now)
        _moved(locked, WishState.OPEN)
    if locked.state not in states:
        raise WishNotSo(state=locked.state)
    return locked


def _moved(wish: MicroWish, state: str) -> MicroWish:
    wish.state = state
    wish.save(update_fields=["state"])
    return wish


def _bounded(text: str, pointer: str) -> str:
    said = without_hidden_signs(text).strip()
    if not 0 < len(said) <= TEXT_LENGTH_MAX:
        raise WishTextRefused(most=TEXT_LENGTH_MAX, pointer=pointer)
    return said


def _screened(wish: MicroWish, text: str, pointer: str) -> str:
    said = _bounded(text, pointer)
    marks = marks_of_wish(wish, said)
    if marks:
        raise WishRevealing(kinds="、".join(sorted({mark.replacement for mark in marks})), pointer=pointer)
    return said
