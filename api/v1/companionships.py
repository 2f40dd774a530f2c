"""Companions (爱心妈妈, 干警妈妈): who accompanies which child, what came of each visit, and its end."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, documented, documented_step, paged
from api.fields import DayField, MomentField
from api.pages import page_of
from api.v1.companion_forms import (
    VISITS_SHOWN_MAX,
    CompanionshipAnswer,
    CompanionshipEndInput,
    CompanionshipInput,
    CompanionVisitAnswer,
    CompanionVisitInput,
    CompanionVisitsAnswer,
)
from api.v1.helping import NEEDS, HelpingDoor, said_child
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.readings import note_reading
from logistics.volunteering.access import visible_companionships
from logistics.volunteering.companion_models import Companionship, CompanionVisit
from logistics.volunteering.companions import (
    assign_companion,
    close_companionship,
    get_companionship,
    record_companion_visit,
)
from logistics.volunteering.volunteers import get_volunteer

_moment, _day = MomentField().to_representation, DayField().to_representation


class Companionships(HelpingDoor):
    """Who accompanies whom."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("volunteer",)

    @documented(
        "List companionships",
        "The oldest first.",
        answers={200: paged(CompanionshipAnswer, "Companionship")},
        tag="volunteers",
        query={"volunteer": "A volunteer's reference.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows, named = visible_companionships(self.own), request.query_params.get("volunteer")
        if named is not None:
            rows = rows.filter(volunteer=get_volunteer(reference=named, organisation=self.own))
        return page_of(request, rows, _said)

    @documented_step(
        "Assign a companion",
        "To a child under eighteen, while every check of the volunteer counts; at most three children each.",
        request=CompanionshipInput,
        answer=CompanionshipAnswer,
        status=201,
        tag="volunteers",
    )
    def post(self, request: Request) -> Response:
        """Assign."""
        data, now = self.read(CompanionshipInput), timezone.now()
        child = self.child(data)
        helper = get_volunteer(reference=data["volunteer"], organisation=self.own)
        row = assign_companion(actor=self.actor, volunteer=helper, member=child, kind=data["kind"], now=now)
        return Response(_said(row), status=201)


class OneCompanionship(HelpingDoor):
    """One companionship."""

    scopes, query = {"GET": NEEDS}, tuple(UNMASKING)

    @documented(
        "Read a companionship",
        f"With its newest {VISITS_SHOWN_MAX} visits; with `unmask=true` and a `reason`, which is logged, their notes.",
        answers={200: CompanionVisitsAnswer},
        problems=(422,),
        tag="volunteers",
        query=UNMASKING,
    )
    def get(self, request: Request, companionship_id: uuid.UUID) -> Response:
        """Read."""
        row, reason = get_companionship(companionship_id=companionship_id, organisation=self.own), reason_given(request)
        if reason is not None:
            household, now = row.member.household, timezone.now()
            note_reading(actor=self.actor, households=[household], fields=["companion_visits"], reason=reason, now=now)
        visits = row.visits.order_by("-visited_on", "-id")[:VISITS_SHOWN_MAX]
        return Response({**_said(row), "visits": [_visit(one, shows_note=reason is not None) for one in visits]})


class CompanionVisits(HelpingDoor):
    """Visits of a companion."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Record a companion's visit",
        "On a day on which every check of the volunteer counted.",
        request=CompanionVisitInput,
        answer=CompanionVisitAnswer,
        status=201,
        tag="volunteers",
    )
    def post(self, request: Request, companionship_id: uuid.UUID) -> Response:
        """Record."""
        data, now = self.read(CompanionVisitInput), timezone.now()
        row = get_companionship(companionship_id=companionship_id, organisation=self.own)
        made = record_companion_visit(actor=self.actor, companionship=row, now=now, **data)
        return Response(_visit(made, shows_note=False), status=201)


class EndedCompanionships(HelpingDoor):
    """Companionships that have ended."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "End a companionship",
        "With the reason.",
        request=CompanionshipEndInput,
        answer=CompanionshipAnswer,
        tag="volunteers",
    )
    def post(self, request: Request, companionship_id: uuid.UUID) -> Response:
        """End."""
        row = get_companionship(companionship_id=companionship_id, organisation=self.own)
        reason = self.read(CompanionshipEndInput)["reason"]
        close_companionship(actor=self.actor, companionship=row, reason=reason, now=timezone.now())
        return Response(_said(get_companionship(companionship_id=companionship_id, organisation=self.own)))


def _said(row: Companionship) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "volunteer": row.volunteer.reference,
        **said_child(row.member),
        "kind": row.kind,
        "assigned_at": _moment(row.assigned_at),
        "ended_at": _moment(row.ended_at) if row.ended_at else None,
    }


def _visit(row: CompanionVisit, *, shows_note: bool) -> dict[str, Any]:
    return {"id": str(row.id), "visited_on": _day(row.visited_on), "note": row.note if shows_note else None}
