"""Ask for replies: what waits for a look, one with its marks, and what a donor may see."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery

from logistics.donations.models import Donation
from logistics.households.proof_models import KeptProof
from logistics.households.proofs import look_at_proof, shown_bytes
from logistics.journal.committed import texts_of
from logistics.kernel.refusals import Missing
from logistics.kernel.screening import Mark
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.replies.access import visible_replies
from logistics.replies.cards import marks_of, newest_picture
from logistics.replies.models import DecisionKind, ReplyCard, ReplyDecision, ThankedGift

WAITING = "WAITING"
THANKS_SHOWN_MAX = 20


class ReplyMissing(Missing):
    code = "reply_missing"
    zh = "没有找到这份回音。"
    en = "There is no such reply."


@dataclass(frozen=True)
class DecisionView:
    """A decision for a door. Texts are empty where they were erased."""

    kind: str
    text: str
    reason: str
    has_picture: bool
    decided_by_id: uuid.UUID
    decided_at: dt.datetime


@dataclass(frozen=True)
class ReplyView:
    """A reply for whoever screens it: its text with marks, its newest picture, what was decided."""

    text: str
    marks: list[Mark]
    picture: KeptProof | None
    is_covered: bool
    decisions: list[DecisionView]

    @property
    def state(self) -> str:
        """Say WAITING, RELEASED, KEPT_BACK or WITHDRAWN."""
        return self.decisions[-1].kind if self.decisions else WAITING


@dataclass(frozen=True)
class Thanks:
    """A released reply as a donor sees it: words, whether there is a picture, when, from which township."""

    reply_id: uuid.UUID
    text: str
    has_picture: bool
    released_at: dt.datetime
    township: str


def replies_with_state(organisation: Organisation, *, state: str = "") -> "QuerySet[ReplyCard]":
    """Return replies with `last_kind`, the kind of the last decision or null: those that wait first, oldest first.

    With `state`, those that stand so: WAITING or the kind of the last decision.
    """
    last = ReplyDecision.objects.filter(reply=OuterRef("pk")).order_by("-position").values("kind")[:1]
    rows = visible_replies(organisation).annotate(last_kind=Subquery(last))
    rows = rows.annotate(is_decided=Q(last_kind__isnull=False))
    if state:
        rows = rows.filter(is_decided=False) if state == WAITING else rows.filter(last_kind=state)
    return rows.select_related("parcel__code", "programme", "organisation").order_by("is_decided", "recorded_at", "id")


def replies_waiting(organisation: Organisation) -> "QuerySet[ReplyCard]":
    """Return the replies that nobody has decided about yet, oldest first; of who was erased none is released."""
    rows = visible_replies(organisation).filter(decisions__isnull=True, household__erased_at=None)
    of_nobody_erased = Q(parcel__beneficiary__erased_at=None, grant__beneficiary__erased_at=None)
    return rows.filter(of_nobody_erased).order_by("recorded_at", "id")


def get_reply(*, reply_id: uuid.UUID, organisation: Organisation) -> ReplyCard:
    """Return the reply with this id. Refuses ReplyMissing, also for another organisation's."""
    rows = visible_replies(organisation).select_related("organisation", "programme", "household", "picture", "grant")
    found = rows.select_related("parcel__code").filter(id=reply_id).first()
    if found is None:
        raise ReplyMissing
    return found


def reply_view_for(reply: ReplyCard, *, language: str = "zh") -> ReplyView:
    """Say a reply for whoever screens it."""
    decisions = list(ReplyDecision.objects.filter(reply=reply).order_by("position"))
    texts = texts_of([reply.id, *(row.id for row in decisions)])
    text, covered = texts.get(reply.id, {}).get("text", ""), newest_picture(reply)
    return ReplyView(
        text=text,
        marks=marks_of(reply, text, language=language),
        picture=covered or reply.picture,
        is_covered=covered is not None,
        decisions=[
            DecisionView(
                kind=row.kind,
                text=texts.get(row.id, {}).get("text", ""),
                reason=texts.get(row.id, {}).get("reason", ""),
                has_picture=row.picture_id is not None,
                decided_by_id=row.decided_by_id,
                decided_at=row.decided_at,
            )
            for row in decisions
        ],
    )


def look_at_picture(*, actor: Actor, reply: ReplyCard, now: dt.datetime) -> bytes:
    """Return a reply's newest picture to whoever screens it, and note that they looked. Refuses ProofMissing."""
    kept = newest_picture(reply) or reply.picture
    if kept is None:
        raise ReplyMissing
    data = shown_bytes(kept)
    look_at_proof(proof=kept, actor=actor, reason=f"回音卡审核 {reply.id}", now=now)
    return data


def thanks_for(donation: Donation) -> list[Thanks]:
    """Return what families said to the giver of a gift, as it was released and not withdrawn, newest first."""
    rows = list(_standing(donation).select_related("reply__parcel", "reply__household")[:THANKS_SHOWN_MAX])
    texts = texts_of(row.id for row in rows)
    found = []
    for row in rows:
        text = texts.get(row.id, {}).get("text", "")
        has_picture = row.picture is not None and row.picture.erased_at is None
        if text or has_picture:
            place = row.reply.parcel or row.reply.household
            found.append(Thanks(row.reply_id, text, has_picture, row.decided_at, place.township if place else ""))
    return found


def thanks_picture(*, donation: Donation, reply_id: uuid.UUID) -> bytes:
    """Return the picture of a released reply to the giver of a gift. Refuses ReplyMissing, ProofMissing."""
    row = _standing(donation).filter(reply=reply_id, picture__isnull=False).first()
    if row is None or row.picture is None:
        raise ReplyMissing
    return shown_bytes(row.picture)


def _standing(donation: Donation) -> "QuerySet[ReplyDecision]":
    later = ReplyDecision.objects.filter(reply=OuterRef("reply")).order_by("-position").values("id")[:1]
    thanked = ThankedGift.objects.filter(donation=donation).values("decision")
    rows = ReplyDecision.objects.filter(id__in=thanked, kind=DecisionKind.RELEASED, id=Subquery(later))
    return rows.select_related("picture", "reply").order_by("-decided_at", "-id")
