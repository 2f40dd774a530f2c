"""Reply cards: record one, cover what nobody is to see, release it to the donors, keep it back, withdraw it.

Marks in a text help whoever screens it; a person decides. Who recorded a reply does not release it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils import timezone

from logistics.donations.models import Donation
from logistics.households.consents import has_consent_for
from logistics.households.family_models import ConsentScope
from logistics.households.known_names import names_known_of
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import find_proof, keep_bytes, original_of
from logistics.journal.committed import keep_texts
from logistics.journal.leaves import append_leaves
from logistics.kernel.hidden_signs import without_hidden_signs
from logistics.kernel.refusals import Conflicting, NotAllowed, Unacceptable
from logistics.kernel.screening import NAMES_MAX, TEXT_LENGTH_MAX, Mark, marks_in
from logistics.outbox.actions import News, record_events
from logistics.parties.actors import Actor
from logistics.parties.models import Role
from logistics.replies.leaves import leaf_of_decision
from logistics.replies.models import CoveredPicture, DecisionKind, ReplyCard, ReplyDecision, ThankedGift
from logistics.replies.subjects import ReplySubject, gifts_behind
from logistics.storage.photos import Photo, read_photo
from logistics.storage.pictures import Box, redrawn
from logistics.storage.rows import derived_id, new_id
from logistics.storage.transactions import action

REPLIES_PER_SUBJECT_MAX = 10
DECISIONS_MAX = 50
BOXES_MAX = 20
REASON_LENGTH_MIN, REASON_LENGTH_MAX = 4, 200
GIFTS_PER_STATEMENT = 500
RECORDERS = (Role.LIAISON, Role.COURIER, Role.KEEPER, Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
SCREENERS = (Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR)
# After which decision each may come; "" is before the first.
_AFTER = {
    DecisionKind.RELEASED: {"", "KEPT_BACK", "WITHDRAWN"},
    DecisionKind.KEPT_BACK: {"", "WITHDRAWN"},
    DecisionKind.WITHDRAWN: {"RELEASED"},
}


class ReplyEmpty(Unacceptable):
    code = "reply_empty"
    zh = "请写下想说的话，或附上照片。"
    en = "Write what there is to say, or add a photo."


class ReplyTextTooLong(Unacceptable):
    code = "reply_text_too_long"
    zh = "最多 {most} 个字。"
    en = "At most {most} characters."


class RepliesTooMany(Conflicting):
    code = "replies_too_many"
    zh = "这个包裹或这笔发放已有 {most} 份回音，不能再添加。"
    en = "There are {most} replies for this already; no more are taken."


class ReplyPictureErased(Conflicting):
    code = "reply_picture_erased"
    zh = "这张照片已按规定删除，不能再用。"
    en = "This picture was erased and is not taken again."


class ReplyNotYours(NotAllowed):
    code = "reply_not_yours"
    zh = "您的角色不能录入或审核回音卡。"
    en = "Your role neither records nor screens replies."


class ReplyScreenedByRecorder(NotAllowed):
    code = "reply_screened_by_recorder"
    zh = "录入回音卡的人不能自己公开它，请由另一人审核。"
    en = "Who recorded a reply does not release it; let another person screen it."


class ReplyOutOfTurn(Conflicting):
    code = "reply_out_of_turn"
    zh = "这份回音现在不能这样操作（状态：{state}）。"
    en = "This cannot be done now; the reply is {state}."


class ReplyNotArrived(Conflicting):
    code = "reply_not_arrived"
    zh = "这个包裹或这笔发放还没有送达的记录，先核对再公开。"
    en = "There is no record yet that this arrived; look into it before you release thanks for it."


class ReplyConsentMissing(Conflicting):
    code = "reply_consent_missing"
    zh = "没有登记本人或监护人同意把孩子写的话交给捐赠人，请先登记同意。"
    en = "No consent is on record that what the child writes goes to donors; record it first."


class ReplyMarksUnseen(Unacceptable):
    code = "reply_marks_unseen"
    zh = "文字中还有 {count} 处可能暴露孩子身份，请修改，或看过后勾选确认。"
    en = "{count} places may still give the child away: change them, or look at each and say so."


class ReplyPictureUnseen(Unacceptable):
    code = "reply_picture_unseen"
    zh = "公开照片前，请看过照片并勾选确认。"
    en = "Look at the picture and say so before you release it."


class BoxesOutOfBounds(Unacceptable):
    code = "boxes_out_of_bounds"
    zh = "请画 1 到 {most} 个方框，都在照片之内。"
    en = "Draw 1 to {most} boxes, each within the picture."


class ReplyUnexplained(Unacceptable):
    code = "reply_unexplained"
    zh = "请写明理由（{least} 到 {most} 个字）。"
    en = "Say why ({least} to {most} characters)."


@action
def record_reply(
    *, actor: Actor, subject: ReplySubject, text: str, photo: bytes = b"", now: dt.datetime, token: uuid.UUID
) -> ReplyCard:
    """Record what a family said; the same token records it once. A caller that is no person is the family itself.

    Refuses ReplyNotYours, ReplyEmpty, ReplyTextTooLong, RepliesTooMany, PhotoUnreadable, PhotoTooLarge, PersonErased.
    """
    if actor.person is not None and not actor.person.has_role(*RECORDERS):
        raise ReplyNotYours
    reply_id = derived_id(token, 0)
    standing = ReplyCard.objects.filter(id=reply_id).first()
    if standing is not None:
        return standing
    subject.require_unerased()
    told = require_text(text)
    if not told and not photo:
        raise ReplyEmpty(pointer="/text")
    earlier = ReplyCard.objects.filter(parcel=subject.parcel, grant=subject.grant)
    if earlier.count() >= REPLIES_PER_SUBJECT_MAX:
        raise RepliesTooMany(most=REPLIES_PER_SUBJECT_MAX)
    commitments = keep_texts({reply_id: {"text": told}}) if told else {}
    return ReplyCard.objects.create(
        id=reply_id,
        organisation=subject.organisation,
        programme=subject.programme,
        household=subject.household,
        parcel=subject.parcel,
        grant=subject.grant,
        card=subject.card,
        text_commitment=commitments.get(reply_id, {}).get("text", ""),
        picture=_kept(subject, redrawn(read_photo(photo)), actor, now) if photo else None,
        recorded_by_id=actor.holder_id if actor.person else None,
        recorded_at=now,
    )


@action
def cover_picture(*, actor: Actor, reply: ReplyCard, boxes: Sequence[Box], now: dt.datetime) -> CoveredPicture:
    """Make a new picture of the newest one, black where the boxes lie; the one that came stays as it is.

    Refuses ReplyNotYours, ReplyOutOfTurn (released, or without a picture), BoxesOutOfBounds, ProofMissing,
    PersonErased.
    """
    ReplySubject(reply.parcel, reply.grant).require_unerased()
    locked = _locked(reply, actor)
    state = last_decision_kind(locked)
    if state == DecisionKind.RELEASED or locked.picture is None:
        raise ReplyOutOfTurn(state=state or "WAITING")
    if not 0 < len(boxes) <= BOXES_MAX or not all(box.is_inside for box in boxes):
        raise BoxesOutOfBounds(most=BOXES_MAX, pointer="/boxes")
    count = CoveredPicture.objects.filter(reply=locked).count()
    if count >= DECISIONS_MAX:
        raise ReplyOutOfTurn(state=state or "WAITING")
    made = redrawn(read_photo(original_of(newest_picture(locked) or locked.picture)), boxes)
    subject = ReplySubject(locked.parcel, locked.grant)
    return CoveredPicture.objects.create(
        reply=locked,
        position=count,
        picture=_kept(subject, made, actor, now),
        boxes=[[box.left, box.top, box.width, box.height] for box in boxes],
        covered_by_id=actor.holder_id,
        covered_at=now,
    )


@action
def release_reply(
    *, actor: Actor, reply: ReplyCard, text: str, with_picture: bool = False, has_looked: bool = False, now: dt.datetime
) -> ReplyDecision:
    """Release a reply to the givers of everything in what it thanks for, with the text as it is now written.

    `has_looked` says that somebody looked at every mark that is left, and at the picture.
    Refuses ReplyNotYours, ReplyScreenedByRecorder, ReplyOutOfTurn, ReplyNotArrived, ReplyConsentMissing (of whom it
    is for), ReplyEmpty, ReplyTextTooLong, ReplyMarksUnseen, ReplyPictureUnseen, PersonErased.
    """
    ReplySubject(reply.parcel, reply.grant).require_unerased()
    locked = _locked(reply, actor)
    if locked.recorded_by_id == actor.holder_id:
        raise ReplyScreenedByRecorder
    subject = ReplySubject(locked.parcel, locked.grant, locked.card)
    if not subject.has_arrived:
        raise ReplyNotArrived
    member = subject.beneficiary
    if member is not None and not has_consent_for(member, ConsentScope.LETTER, timezone.localdate(now)):
        raise ReplyConsentMissing
    told = require_text(text)
    picture = (newest_picture(locked) or locked.picture) if with_picture else None
    if not told and picture is None:
        raise ReplyEmpty(pointer="/text")
    left = len(marks_of(locked, told))
    if left and not has_looked:
        raise ReplyMarksUnseen(count=left, pointer="/has_looked")
    if picture is not None and not has_looked:
        raise ReplyPictureUnseen(pointer="/has_looked")
    texts = {"text": told} if told else {}
    decision = _decide(locked, DecisionKind.RELEASED, actor, texts, now, picture=picture, marks_left=left)
    gifts = gifts_behind(subject)
    ThankedGift.objects.bulk_create(
        [ThankedGift(decision=decision, donation=gift) for gift in gifts], batch_size=GIFTS_PER_STATEMENT
    )
    _tell("reply.released", locked, gifts, now)
    return decision


@action
def keep_back_reply(*, actor: Actor, reply: ReplyCard, reason: str, now: dt.datetime) -> ReplyDecision:
    """Keep a reply back: no donor sees it. Refuses ReplyNotYours, ReplyOutOfTurn, ReplyUnexplained."""
    return _decide(_locked(reply, actor), DecisionKind.KEPT_BACK, actor, {"reason": _reason(reason)}, now)


@action
def withdraw_release(*, actor: Actor, reply: ReplyCard, reason: str, now: dt.datetime) -> ReplyDecision:
    """Take a released reply from the donors' pages. Refuses ReplyNotYours, ReplyOutOfTurn, ReplyUnexplained."""
    locked = _locked(reply, actor)
    decision = _decide(locked, DecisionKind.WITHDRAWN, actor, {"reason": _reason(reason)}, now)
    _tell("reply.withdrawn", locked, (), now)
    return decision


def require_screener(actor: Actor) -> None:
    """Refuse ReplyNotYours to whoever does not screen replies."""
    if actor.person is None or not actor.person.has_role(*SCREENERS):
        raise ReplyNotYours


def marks_of(reply: ReplyCard, text: str, *, language: str = "zh") -> list[Mark]:
    """Mark in a text what would give the family away, by the names that the vault knows of it."""
    names = names_known_of(reply.household)[:NAMES_MAX] if reply.household else []
    return marks_in(text, names=names, language=language)


def last_decision_kind(reply: ReplyCard) -> str:
    """Say what was decided last of a reply; empty before the first."""
    rows = ReplyDecision.objects.filter(reply=reply).order_by("-position").values_list("kind", flat=True)
    return rows.first() or ""


def newest_picture(reply: ReplyCard) -> KeptProof | None:
    """Return the last picture that was covered, or None."""
    row = CoveredPicture.objects.filter(reply=reply).select_related("picture").order_by("-position").first()
    return row.picture if row else None


def require_text(text: str) -> str:
    """Return a text without the blanks around it and without signs that nobody sees, behind which a name could hide.

    Refuses ReplyTextTooLong.
    """
    told = without_hidden_signs(text).strip()
    if len(told) > TEXT_LENGTH_MAX:
        raise ReplyTextTooLong(most=TEXT_LENGTH_MAX, pointer="/text")
    return told


def _reason(text: str) -> str:
    told = text.strip()
    if not REASON_LENGTH_MIN <= len(told) <= REASON_LENGTH_MAX:
        raise ReplyUnexplained(least=REASON_LENGTH_MIN, most=REASON_LENGTH_MAX, pointer="/reason")
    return told


def _locked(reply: ReplyCard, actor: Actor) -> ReplyCard:
    """Lock a reply for whoever screens it. Refuses ReplyNotYours."""
    require_screener(actor)
    ReplyCard.objects.select_for_update().get(id=reply.id)
    rows = ReplyCard.objects.select_related(
        "organisation", "household", "picture", "card", "parcel__programme", "parcel__organisation", "programme"
    )
    return rows.select_related("grant__organisation", "grant__entry", "grant__fund__programme").get(id=reply.id)


def _decide(
    reply: ReplyCard,
    kind: DecisionKind,
    actor: Actor,
    texts: dict[str, str],
    now: dt.datetime,
    *,
    picture: KeptProof | None = None,
    marks_left: int = 0,
) -> ReplyDecision:
    last = ReplyDecision.objects.filter(reply=reply).order_by("-position").first()
    position = last.position + 1 if last else 0
    if (last.kind if last else "") not in _AFTER[kind] or position >= DECISIONS_MAX:
        raise ReplyOutOfTurn(state=last.kind if last else "WAITING")
    decision_id = new_id()
    commitments = keep_texts({decision_id: texts}).get(decision_id, {})
    row = ReplyDecision.objects.create(
        id=decision_id,
        reply=reply,
        position=position,
        kind=kind,
        text_commitment=commitments.get("text", ""),
        reason_commitment=commitments.get("reason", ""),
        picture=picture,
        marks_left=marks_left,
        recorded_by_id=reply.recorded_by_id,
        decided_by_id=actor.holder_id,
        decided_at=now,
    )
    append_leaves([leaf_of_decision(row)])
    return row


def _kept(subject: ReplySubject, photo: Photo, actor: Actor, now: dt.datetime) -> KeptProof:
    """Lock a picture away with the body whose family it is of; the same picture is kept once."""
    found = find_proof(organisation_id=subject.organisation.id, sha256=photo.sha256)
    if found is not None and found.erased_at is not None:
        raise ReplyPictureErased
    keeper = Actor(subject.organisation, actor.holder_id, actor.person)
    return found or keep_bytes(actor=keeper, photo=photo, is_claimed=True, now=now)


def _tell(kind: str, reply: ReplyCard, gifts: Sequence[Donation], now: dt.datetime) -> None:
    subject = reply.parcel_id or reply.grant_id
    payload: dict[str, str | int | None] = {
        "reply": str(reply.id),
        "subject_kind": "PARCEL" if reply.parcel_id else "GRANT",
        "subject": str(subject),
        "programme": reply.programme.code,
        "gifts": len(gifts),
    }
    record_events([News(kind, reply.organisation_id, reply.id, now, payload)])
