"""Needs: what families lack, who holds each since when, and what became of it."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.need_forms import (
    SHOWN_STATES,
    NeedAnswer,
    NeedConfirmationInput,
    NeedMetInput,
    NeedMoveInput,
    NeedReasonInput,
    NeedReferralInput,
    NeedReportInput,
    NeedThreadAnswer,
    said,
    said_thread,
)
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.reads import get_household
from logistics.needs.actions import (
    By,
    answer_referral,
    confirm_need,
    meet_need,
    note_whether_it_helped,
    refer_need,
    reopen_need,
    report_need,
    withdraw_need,
)
from logistics.needs.holders import escalate_need, hand_back_need
from logistics.needs.inputs import NeedInput
from logistics.needs.models import URGENCY_MAX, Need
from logistics.needs.reads import NeedFilter, get_need, needs_found, state_of, thread_of
from logistics.needs.texts import read_need_texts
from logistics.needs.timetables import Timetables
from logistics.parties.reads import get_body_in_line, get_programme
from logistics.storage.rows import new_id


class Needs(Door):
    """Needs."""

    scopes = {"GET": ("needs:write",), "POST": ("needs:write",)}
    is_list = True
    query = ("state", "kind", "urgency", "holder", "household")

    @documented(
        "List needs",
        "Those of the families of one's own organisation and of those below it.",
        answers={200: paged(NeedAnswer, "Need")},
        tag="needs",
        query={
            "state": f"One of {', '.join(SHOWN_STATES)}.",
            "kind": "A kind of need.",
            "urgency": "0 to 3.",
            "holder": "Who holds it: an organisation's code.",
            "household": "A household's id.",
            **PAGING,
        },
    )
    def get(self, request: Request) -> Response:
        """List."""
        now = timezone.now()
        rows = needs_found(self.actor.organisation, self._filter(request), now)
        timetables = Timetables.now_standing()
        return page_of(request, rows, lambda row: said(state_of(row, now, timetables), row))

    @documented(
        "Report a need",
        "Without a visit. Repeated with the same `need_id`, nothing more happens.",
        request=NeedReportInput,
        answers={201: NeedAnswer},
        problems=(409, 413, 415, 422),
        tag="needs",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Report."""
        data, now = self.read(NeedReportInput), timezone.now()
        household = get_household(household_id=data.pop("household"), organisation=self.actor.organisation)
        code = data.pop("programme")
        programme = get_programme(code=code, organisation=self.actor.organisation) if code else None
        data.setdefault("need_id", new_id())
        need = NeedInput(member_id=data.pop("member", None), **data)
        row = report_need(actor=self.actor, household=household, need=need, programme=programme, now=now)
        return Response(said(row.state, row), status=201)

    def _filter(self, request: Request) -> NeedFilter:
        asked = request.query_params
        urgency = asked.get("urgency")
        if urgency is not None and urgency not in {str(number) for number in range(URGENCY_MAX + 1)}:
            raise QueryUnknown(parameter="urgency")
        if asked.get("state", "OPEN") not in SHOWN_STATES:
            raise QueryUnknown(parameter="state")
        own = self.actor.organisation
        return NeedFilter(
            state=asked.get("state", ""),
            kind=asked.get("kind", ""),
            urgency=int(urgency) if urgency is not None else None,
            holder=get_body_in_line(code=asked["holder"], organisation=own) if "holder" in asked else None,
            household=get_household(household_id=_id(asked["household"]), organisation=own)
            if "household" in asked
            else None,
        )


class _NeedDoor(Door):
    """A door of one need."""

    def need(self, need_id: uuid.UUID) -> Need:
        """Return the need. Refuses NeedMissing, also for another organisation's."""
        return get_need(need_id=need_id, organisation=self.actor.organisation)

    def answer(self, need: Need) -> Response:
        """Answer how a need stands after a step."""
        row = self.need(need.id)
        return Response(said_thread(thread_of(row, timezone.now())))


class OneNeed(_NeedDoor):
    """One need."""

    scopes = {"GET": ("needs:write",)}
    query = tuple(UNMASKING)

    @documented(
        "Read a need",
        "With its whole thread; with `unmask=true` and a `reason`, which is logged, also what was written.",
        answers={200: NeedThreadAnswer},
        problems=(422,),
        tag="needs",
        query=UNMASKING,
    )
    def get(self, request: Request, need_id: uuid.UUID) -> Response:
        """Read."""
        row, now = self.need(need_id), timezone.now()
        reason = reason_given(request)
        if reason is None:
            return Response(said_thread(thread_of(row, now)))
        return Response(said_thread(read_need_texts(actor=self.actor, need=row, reason=reason, now=now)))


class EscalatedNeeds(_NeedDoor):
    """Needs that are handed up."""

    scopes = {"POST": ("needs:write",)}

    @documented_step(
        "Escalate a need",
        "To the next body above its holder; with `back`, to the one below it on the way to the family.",
        request=NeedMoveInput,
        answer=NeedThreadAnswer,
        tag="needs",
    )
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Move."""
        data = self.read(NeedMoveInput)
        move = hand_back_need if data["back"] else escalate_need
        return self.answer(move(actor=self.actor, need=self.need(need_id), reason=data["reason"], now=timezone.now()))


class ConfirmedNeeds(_NeedDoor):
    """Needs that somebody has asked after."""

    scopes = {"POST": ("needs:write",)}

    @documented_step(
        "Confirm a need",
        "It still stands; or, with `helped`, whether what met it has helped: one that was not helped is open again.",
        request=NeedConfirmationInput,
        answer=NeedThreadAnswer,
        tag="needs",
    )
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Confirm."""
        data, need, now = self.read(NeedConfirmationInput), self.need(need_id), timezone.now()
        if "helped" in data:
            helped = data["helped"]
            row = note_whether_it_helped(actor=self.actor, need=need, has_helped=helped, reason=data["reason"], now=now)
            return self.answer(row)
        return self.answer(confirm_need(actor=self.actor, need=need, urgency=data["urgency"], now=now))


class ReferredNeeds(_NeedDoor):
    """Needs that other bodies are asked to meet."""

    scopes = {"POST": ("needs:write",)}

    @documented_step(
        "Refer a need",
        "To a `body`; or note its `answer` to the last referral: SERVED meets the need, DECLINED opens it again.",
        request=NeedReferralInput,
        answer=NeedThreadAnswer,
        tag="needs",
    )
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Refer."""
        data, need, now = self.read(NeedReferralInput), self.need(need_id), timezone.now()
        if "answer" in data:
            row = answer_referral(
                actor=self.actor,
                need=need,
                answer=data["answer"],
                answered_on=data.get("answered_on") or timezone.localdate(now),
                text=data["reason"],
                now=now,
            )
            return self.answer(row)
        body = data.get("body", "")
        return self.answer(refer_need(actor=self.actor, need=need, body=body, reason=data["reason"], now=now))


class MetNeeds(_NeedDoor):
    """Needs that were met."""

    scopes = {"POST": ("needs:write",)}

    @documented_step("Meet a need", "Says what met it.", request=NeedMetInput, answer=NeedThreadAnswer, tag="needs")
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Meet."""
        data = self.read(NeedMetInput)
        by = By(data["by"]["kind"], data["by"].get("id"), data["by"]["code"])
        need = self.need(need_id)
        return self.answer(meet_need(actor=self.actor, need=need, by=by, reason=data["reason"], now=timezone.now()))


class WithdrawnNeeds(_NeedDoor):
    """Needs that are there no more."""

    scopes = {"POST": ("needs:write",)}

    @documented_step(
        "Withdraw a need", "With the reason.", request=NeedReasonInput, answer=NeedThreadAnswer, tag="needs"
    )
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Withdraw."""
        reason = self.read(NeedReasonInput)["reason"]
        need = self.need(need_id)
        return self.answer(withdraw_need(actor=self.actor, need=need, reason=reason, now=timezone.now()))


class ReopenedNeeds(_NeedDoor):
    """Needs that are open again."""

    scopes = {"POST": ("needs:write",)}

    @documented_step("Reopen a need", "With the reason.", request=NeedReasonInput, answer=NeedThreadAnswer, tag="needs")
    def post(self, request: Request, need_id: uuid.UUID) -> Response:
        """Reopen."""
        reason = self.read(NeedReasonInput)["reason"]
        need = self.need(need_id)
        return self.answer(reopen_need(actor=self.actor, need=need, reason=reason, now=timezone.now()))


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise QueryUnknown(parameter="household") from None
