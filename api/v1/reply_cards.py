"""Replies of families: recorded, screened by another person, released to the givers, kept back or withdrawn."""

import uuid
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.fields import MomentField
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.reply_card_forms import (
    STATES,
    BoxesInput,
    ReplyAnswer,
    ReplyInput,
    ReplyReasonInput,
    ReplyReleaseInput,
    ReplyTextsAnswer,
)
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.proofs import original_by_hash
from logistics.households.readings import note_reading
from logistics.replies.card_reads import (
    WAITING,
    ReplyView,
    get_reply,
    look_at_picture,
    replies_with_state,
    reply_view_for,
)
from logistics.replies.cards import (
    cover_picture,
    keep_back_reply,
    record_reply,
    release_reply,
    require_screener,
    withdraw_release,
)
from logistics.replies.models import ReplyCard
from logistics.replies.subjects import subject_behind
from logistics.storage.pictures import Box
from logistics.storage.rows import new_id

NEEDS = ("needs:write",)
_moment = MomentField().to_representation


class ReplyCards(Door):
    """Replies."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("state",)

    @documented(
        "List reply cards",
        "Newest first.",
        answers={200: paged(ReplyAnswer, "Reply")},
        tag="replies",
        query={"state": f"One of {', '.join(STATES)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        state = request.query_params.get("state")
        if state is not None and state not in STATES:
            raise QueryUnknown(parameter="state")
        rows = replies_with_state(self.actor.organisation, state=state or "").order_by("-id")
        return page_of(request, rows, lambda row: _said(row, row.last_kind or WAITING))  # type: ignore[attr-defined]  # -- an annotation

    @documented_step(
        "Record a reply card",
        "What a family said, typed or photographed; at most ten for one parcel or grant. Another person looks at it "
        "before any giver sees it.",
        request=ReplyInput,
        answer=ReplyAnswer,
        status=201,
        tag="replies",
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data, own = self.read(ReplyInput), self.actor.organisation
        subject = subject_behind(data["code"], within=own)
        photo = original_by_hash(organisation_id=own.id, sha256=data["photo"]) if "photo" in data else b""
        row = record_reply(
            actor=self.actor, subject=subject, text=data["text"], photo=photo, now=timezone.now(), token=new_id()
        )
        return Response(_said(row, WAITING), status=201)


class _ReplyDoor(Door):
    """A door of one reply."""

    scopes: ClassVar[dict[str, tuple[str, ...]]] = {"POST": NEEDS}

    def reply(self, reply_id: uuid.UUID) -> ReplyCard:
        """Return the reply. Refuses ReplyMissing, also for another organisation's."""
        return get_reply(reply_id=reply_id, organisation=self.actor.organisation)

    def to_screen(self, reply_id: uuid.UUID) -> ReplyCard:
        """Return the reply to who screens it. Refuses ReplyMissing, PersonNeeded."""
        row = self.reply(reply_id)
        self.require_person()
        return row

    def answer(self, reply_id: uuid.UUID) -> Response:
        """Answer how a reply stands after a step."""
        row = self.reply(reply_id)
        return Response(_said(row, reply_view_for(row).state))


class OneReplyCard(_ReplyDoor):
    """One reply."""

    scopes, query = {"GET": NEEDS}, tuple(UNMASKING)

    @documented(
        "Read a reply card",
        "With its decisions; for a signed-in person who screens it, with `unmask=true` and a `reason`, which is "
        "logged, its words, and marked in them what may give the family away.",
        answers={200: ReplyTextsAnswer},
        problems=(422,),
        tag="replies",
        query=UNMASKING,
    )
    def get(self, request: Request, reply_id: uuid.UUID) -> Response:
        """Read."""
        row, reason = self.reply(reply_id), reason_given(request)
        if reason is not None:
            self.require_person()
            require_screener(self.actor)
            families = [row.household] if row.household else []
            note_reading(actor=self.actor, households=families, fields=["replies"], reason=reason, now=timezone.now())
        view = reply_view_for(row)
        return Response({**_said(row, view.state), **_words(view, is_shown=reason is not None)})


class ReplyPictures(_ReplyDoor):
    """The picture of a reply."""

    scopes = {"GET": NEEDS}

    @documented(
        "Download the picture of a reply card",
        "The newest, with what was covered, for a signed-in person who screens it; that they looked is logged.",
        answers={200: OpenApiTypes.BINARY},
        tag="replies",
    )
    def get(self, request: Request, reply_id: uuid.UUID) -> HttpResponse:
        """Download."""
        row = self.to_screen(reply_id)
        require_screener(self.actor)
        data = look_at_picture(actor=self.actor, reply=row, now=timezone.now())
        return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


class CoveredReplies(_ReplyDoor):
    """Pictures that were covered."""

    @documented_step(
        "Cover parts of a reply card's picture",
        "A new picture is made, black where the boxes lie; by a signed-in person.",
        request=BoxesInput,
        answer=ReplyAnswer,
        tag="replies",
    )
    def post(self, request: Request, reply_id: uuid.UUID) -> Response:
        """Cover."""
        row = self.to_screen(reply_id)
        boxes = [Box(**box) for box in self.read(BoxesInput)["boxes"]]
        cover_picture(actor=self.actor, reply=row, boxes=boxes, now=timezone.now())
        return self.answer(reply_id)


class ReleasedReplies(_ReplyDoor):
    """Replies that the givers see."""

    @documented_step(
        "Release a reply card",
        "To the givers of what it thanks for, in the words that are sent here; by a signed-in person who did not "
        "record it. Marks that are left and a picture need `has_looked`.",
        request=ReplyReleaseInput,
        answer=ReplyAnswer,
        tag="replies",
    )
    def post(self, request: Request, reply_id: uuid.UUID) -> Response:
        """Release."""
        row = self.to_screen(reply_id)
        release_reply(actor=self.actor, reply=row, now=timezone.now(), **self.read(ReplyReleaseInput))
        return self.answer(reply_id)


class KeptBackReplies(_ReplyDoor):
    """Replies that no giver sees."""

    @documented_step(
        "Keep a reply card back",
        "No giver sees it; by a signed-in person.",
        request=ReplyReasonInput,
        answer=ReplyAnswer,
        tag="replies",
    )
    def post(self, request: Request, reply_id: uuid.UUID) -> Response:
        """Keep back."""
        row = self.to_screen(reply_id)
        keep_back_reply(actor=self.actor, reply=row, now=timezone.now(), **self.read(ReplyReasonInput))
        return self.answer(reply_id)


class WithdrawnReplies(_ReplyDoor):
    """Replies that givers see no more."""

    @documented_step(
        "Withdraw a reply card",
        "Takes a released one from the givers' pages; by a signed-in person.",
        request=ReplyReasonInput,
        answer=ReplyAnswer,
        tag="replies",
    )
    def post(self, request: Request, reply_id: uuid.UUID) -> Response:
        """Withdraw."""
        row = self.to_screen(reply_id)
        withdraw_release(actor=self.actor, reply=row, now=timezone.now(), **self.read(ReplyReasonInput))
        return self.answer(reply_id)


def _said(row: ReplyCard, state: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "organisation": row.organisation.code,
        "programme": row.programme.code,
        "parcel": row.parcel.code.text if row.parcel else None,
        "grant": str(row.grant_id) if row.grant_id else None,
        "state": state,
        "has_picture": row.picture_id is not None,
        "recorded_at": _moment(row.recorded_at),
    }


def _words(view: ReplyView, *, is_shown: bool) -> dict[str, Any]:
    marks = [{"kind": mark.kind.value, "start": mark.start, "stop": mark.stop} for mark in view.marks]
    return {
        "text": view.text if is_shown else None,
        "marks": marks if is_shown else [],
        "is_covered": view.is_covered,
        "decisions": [
            {
                "kind": one.kind,
                "text": one.text if is_shown else None,
                "reason": one.reason if is_shown else None,
                "has_picture": one.has_picture,
                "decided_at": _moment(one.decided_at),
            }
            for one in view.decisions
        ],
    }
