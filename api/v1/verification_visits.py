"""Verification visits: whom to visit after a hand-over or a payment, what was found, how a difference was settled."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, documented_step, paged
from api.fields import DayField, MomentField
from api.pages import page_of
from api.problems import QueryUnknown
from api.v1.unmasking import UNMASKING, reason_given
from api.v1.verification_visit_forms import (
    DifferenceInput,
    VerificationVisitAnswer,
    VisitAskInput,
    VisitResultInput,
    VisitTextsAnswer,
)
from logistics.households.readings import note_reading
from logistics.replies.models import VerificationVisit, VisitResult
from logistics.replies.subjects import subject_behind
from logistics.replies.visit_reads import get_visit, texts_of_visit, visible_visits
from logistics.replies.visits import (
    DifferenceNotOpen,
    ask_for_visit,
    record_visit,
    settle_difference,
)
from logistics.storage.rows import new_id

NEEDS = ("needs:write",)
# What `?state=` may say, and which visits that names.
STATES: dict[str, dict[str, Any]] = {
    "TO_MAKE": {"result__isnull": True},
    "MADE": {"result__isnull": False},
    "DIFFERING": {"result__differs": True, "result__settled__isnull": True},
}
_moment, _day = MomentField().to_representation, DayField().to_representation


class VerificationVisits(Door):
    """Verification visits."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("state",)

    @documented(
        "List verification visits",
        "Newest first.",
        answers={200: paged(VerificationVisitAnswer, "VerificationVisit")},
        tag="verification",
        query={"state": f"One of {', '.join(STATES)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        state = request.query_params.get("state")
        if state is not None and state not in STATES:
            raise QueryUnknown(parameter="state")
        rows: QuerySet[VerificationVisit] = visible_visits(self.actor.organisation)
        rows = rows.select_related("organisation", "result__settled").filter(**STATES.get(state or "", {}))
        return page_of(request, rows, _said)

    @documented_step(
        "Ask for a verification visit",
        "By a signed-in officer, to a family that was given something. Somebody else than who brought it goes.",
        request=VisitAskInput,
        answer=VerificationVisitAnswer,
        status=201,
        tag="verification",
    )
    def post(self, request: Request) -> Response:
        """Ask."""
        data = self.read(VisitAskInput)
        subject = subject_behind(data.pop("code"), within=self.actor.organisation)
        self.require_person()
        row = ask_for_visit(actor=self.actor, subject=subject, now=timezone.now(), token=new_id(), **data)
        return Response(_said(row), status=201)


class OneVerificationVisit(Door):
    """One visit."""

    scopes, query = {"GET": NEEDS}, tuple(UNMASKING)

    @documented(
        "Read a verification visit",
        "With `unmask=true` and a `reason`, which is logged, also what was written.",
        answers={200: VisitTextsAnswer},
        problems=(422,),
        tag="verification",
        query=UNMASKING,
    )
    def get(self, request: Request, visit_id: uuid.UUID) -> Response:
        """Read."""
        row, reason = get_visit(visit_id=visit_id, organisation=self.actor.organisation), reason_given(request)
        texts: dict[str, str] = {}
        if reason is not None:
            fields, now = ["verification"], timezone.now()
            note_reading(actor=self.actor, households=[row.household], fields=fields, reason=reason, now=now)
            texts = texts_of_visit(row)
        written = {"why": texts.get("why"), "note": texts.get("note"), "settled": texts.get("text")}
        return Response({**_said(row), **written})


class VisitResults(Door):
    """What visits found."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Record what a verification visit found",
        "Once, by a signed-in person who had no hand in the delivery. What differs from the books stands on the "
        "officer's list until another settles it.",
        request=VisitResultInput,
        answer=VerificationVisitAnswer,
        status=201,
        tag="verification",
    )
    def post(self, request: Request, visit_id: uuid.UUID) -> Response:
        """Record."""
        row = get_visit(visit_id=visit_id, organisation=self.actor.organisation)
        self.require_person()
        record_visit(actor=self.actor, visit=row, now=timezone.now(), **self.read(VisitResultInput))
        return Response(_said(get_visit(visit_id=visit_id, organisation=self.actor.organisation)), status=201)


class SettledDifferences(Door):
    """Differences that were settled."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Settle what a verification visit found",
        "Says what was done about the difference; by a signed-in officer who did not find it.",
        request=DifferenceInput,
        answer=VerificationVisitAnswer,
        tag="verification",
    )
    def post(self, request: Request, visit_id: uuid.UUID) -> Response:
        """Settle."""
        row = get_visit(visit_id=visit_id, organisation=self.actor.organisation)
        self.require_person()
        result: VisitResult | None = getattr(row, "result", None)
        if result is None:
            raise DifferenceNotOpen
        settle_difference(actor=self.actor, result=result, now=timezone.now(), **self.read(DifferenceInput))
        return Response(_said(get_visit(visit_id=visit_id, organisation=self.actor.organisation)))


def _said(row: VerificationVisit) -> dict[str, Any]:
    result: VisitResult | None = getattr(row, "result", None)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "organisation": row.organisation.code,
        "programme": row.programme.code,
        "household": str(row.household_id),
        "parcel": row.parcel.code.text if row.parcel else None,
        "grant": str(row.grant_id) if row.grant_id else None,
        "due_on": _day(row.due_on),
        "result": _found(result) if result else None,
    }


def _found(row: VisitResult) -> dict[str, Any]:
    settled = getattr(row, "settled", None)
    return {
        "visited_on": _day(row.visited_on),
        "arrived": row.arrived,
        "content_right": row.content_right,
        "in_time": row.in_time,
        "helped": row.helped,
        "differs": row.differs,
        "settled_at": _moment(settled.settled_at) if settled else None,
    }
