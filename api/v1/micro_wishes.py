"""Micro-wishes: asked, worded for strangers by another person, taken by a volunteer, fulfilled, thanked for."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, documented, documented_step, paged
from api.fields import DayField, MomentField
from api.pages import page_of
from api.v1.helping import NEEDS, HelpingDoor, said_child
from api.v1.helping_forms import TakerInput
from api.v1.unmasking import UNMASKING, reason_given
from api.v1.wish_forms import WishAnswer, WishInput, WishReleaseInput, WishTextsAnswer, WishThanksInput
from logistics.households.readings import note_reading
from logistics.volunteering.access import visible_wishes
from logistics.volunteering.volunteers import get_volunteer
from logistics.volunteering.wish_models import MicroWish, WishState
from logistics.volunteering.wish_reads import as_they_stand, claim_of, in_state, state_of, with_claims
from logistics.volunteering.wishes import (
    adopt_wish,
    cancel_wish,
    confirm_wish,
    get_wish,
    record_thanks,
    release_claim,
    release_wish,
    report_wish,
)

_moment, _day = MomentField().to_representation, DayField().to_representation


class MicroWishes(HelpingDoor):
    """Wishes."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("state",)
    states = tuple(WishState.values)

    @documented(
        "List micro-wishes",
        "The longest waiting first. A claim that ran out gives its wish back to everybody.",
        answers={200: paged(WishAnswer, "Wish")},
        tag="wishes",
        query={"state": f"One of {', '.join(WishState.values)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows, now = visible_wishes(self.own), timezone.now()
        for state in self.filters(request).values():
            rows = in_state(rows, state, now)
        rows = as_they_stand(rows, now)
        return page_of(request, with_claims(rows), _said)

    @documented_step(
        "Report a micro-wish",
        "At most three of one person wait at a time. No stranger reads it before another has worded it for them.",
        request=WishInput,
        answer=WishAnswer,
        status=201,
        tag="wishes",
    )
    def post(self, request: Request) -> Response:
        """Report."""
        data, now = self.read(WishInput), timezone.now()
        row = report_wish(actor=self.actor, member=self.child(data), words=data["words"], now=now)
        return Response(_said(row), status=201)


class _WishDoor(HelpingDoor):
    """A door of one wish."""

    scopes = {"POST": NEEDS}

    def wish(self, wish_id: uuid.UUID) -> MicroWish:
        """Return the wish. Refuses WishMissing, also for another organisation's."""
        return get_wish(wish_id=wish_id, organisation=self.own)

    def answer(self, wish_id: uuid.UUID) -> Response:
        """Answer how a wish stands after a step."""
        return Response(_said(self.wish(wish_id)))


class OneMicroWish(_WishDoor):
    """One wish."""

    scopes, query = {"GET": NEEDS}, tuple(UNMASKING)

    @documented(
        "Read a micro-wish",
        "With the words for strangers; with `unmask=true` and a `reason`, which is logged, also the member's own.",
        answers={200: WishTextsAnswer},
        problems=(422,),
        tag="wishes",
        query=UNMASKING,
    )
    def get(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Read."""
        now, reason = timezone.now(), reason_given(request)
        row = self.wish(wish_id)
        if reason is not None:
            household = row.member.household
            note_reading(actor=self.actor, households=[household], fields=["wishes"], reason=reason, now=now)
        words = row.words if reason is not None else None
        return Response({**_said(row), "words": words, "public_text": row.public_text, "thanks": row.thanks})


class ReleasedWishes(_WishDoor):
    """Wishes that strangers may read."""

    @documented_step(
        "Release a micro-wish",
        "Shows it to everybody in words in which nothing gives the child away; by another than reported it.",
        request=WishReleaseInput,
        answer=WishAnswer,
        tag="wishes",
    )
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Release."""
        text, row = self.read(WishReleaseInput)["public_text"], self.wish(wish_id)
        release_wish(actor=self.actor, wish=row, public_text=text, now=timezone.now())
        return self.answer(wish_id)


class AdoptedWishes(_WishDoor):
    """Wishes in a volunteer's hands."""

    @documented_step(
        "Adopt a micro-wish",
        "Into a volunteer's hands for 21 days; at most three at a time.",
        request=TakerInput,
        answer=WishAnswer,
        tag="wishes",
    )
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Adopt."""
        reference, row = self.read(TakerInput)["volunteer"], self.wish(wish_id)
        helper = get_volunteer(reference=reference, organisation=self.own)
        adopt_wish(wish=row, volunteer=helper, now=timezone.now())
        return self.answer(wish_id)


class GivenBackWishes(_WishDoor):
    """Wishes that a volunteer cannot fulfil."""

    @documented_step("Give a micro-wish back", "It is open to everybody again.", answer=WishAnswer, tag="wishes")
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Give back."""
        release_claim(wish=self.wish(wish_id), now=timezone.now())
        return self.answer(wish_id)


class ConfirmedWishes(_WishDoor):
    """Wishes that came true."""

    @documented_step(
        "Confirm a micro-wish", "What was wished for is in the family's hands.", answer=WishAnswer, tag="wishes"
    )
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Confirm."""
        confirm_wish(wish=self.wish(wish_id), now=timezone.now())
        return self.answer(wish_id)


class ThankedWishes(_WishDoor):
    """Wishes that were thanked for."""

    @documented_step(
        "Thank for a micro-wish",
        "The member's thanks, refused while something in them would give the child away.",
        request=WishThanksInput,
        answer=WishAnswer,
        tag="wishes",
    )
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Thank."""
        record_thanks(wish=self.wish(wish_id), thanks=self.read(WishThanksInput)["thanks"])
        return self.answer(wish_id)


class CancelledWishes(_WishDoor):
    """Wishes that were taken back."""

    @documented_step("Cancel a micro-wish", "Of one that nobody holds.", answer=WishAnswer, tag="wishes")
    def post(self, request: Request, wish_id: uuid.UUID) -> Response:
        """Cancel."""
        cancel_wish(wish=self.wish(wish_id), now=timezone.now())
        return self.answer(wish_id)


def _said(row: MicroWish) -> dict[str, Any]:
    now = timezone.now()
    claim = claim_of(row, now)
    return {
        "id": str(row.id),
        "reference": row.reference,
        "organisation": row.organisation.code,
        **said_child(row.member),
        "state": getattr(row, "state_now", None) or state_of(row, now),
        "volunteer": claim.volunteer.reference if claim else None,
        "due_on": _day(claim.due_on) if claim else None,
        "asked_at": _moment(row.asked_at),
    }
