"""Volunteers by reference, and what was checked before they meet a child."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, documented, documented_step, paged
from api.pages import page_of
from api.v1.helping import NEEDS, HelpingDoor
from api.v1.volunteer_forms import CheckInput, VolunteerAnswer, VolunteerInput
from logistics.volunteering.access import require_officer, visible_volunteers
from logistics.volunteering.models import Volunteer
from logistics.volunteering.volunteers import (
    checks_absent,
    get_volunteer,
    record_check,
    register_volunteer,
)


class Volunteers(HelpingDoor):
    """Volunteers."""

    scopes, is_list = {"GET": NEEDS, "POST": NEEDS}, True

    @documented(
        "List volunteers",
        "In the order in which they came, each with the checks that it lacks today.",
        answers={200: paged(VolunteerAnswer, "Volunteer")},
        tag="volunteers",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = visible_volunteers(self.own).select_related("organisation").prefetch_related("checks")
        return page_of(request, rows, _said)

    @documented_step(
        "Register a volunteer",
        "Known by a reference from then on.",
        request=VolunteerInput,
        answer=VolunteerAnswer,
        status=201,
        tag="volunteers",
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data, now = self.read(VolunteerInput), timezone.now()
        require_officer(self.actor)
        row = register_volunteer(actor=self.actor, now=now, **data)
        return Response(_said(row), status=201)


class OneVolunteer(HelpingDoor):
    """One volunteer."""

    scopes = {"GET": NEEDS}

    @documented(
        "Read a volunteer", "With the checks that are lacking.", answers={200: VolunteerAnswer}, tag="volunteers"
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read."""
        return Response(_said(get_volunteer(reference=reference, organisation=self.own)))


class VolunteerChecks(HelpingDoor):
    """Checks of a volunteer."""

    scopes = {"POST": NEEDS}

    @documented_step(
        "Record a volunteer's check",
        "IDENTITY, NO_RECORD (the police's certificate) or TRAINING; a newer one counts.",
        request=CheckInput,
        answer=VolunteerAnswer,
        status=201,
        tag="volunteers",
    )
    def post(self, request: Request, reference: str) -> Response:
        """Record."""
        data, now = self.read(CheckInput), timezone.now()
        row = get_volunteer(reference=reference, organisation=self.own)
        record_check(actor=self.actor, volunteer=row, now=now, **data)
        return Response(_said(row), status=201)


def _said(row: Volunteer) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "organisation": row.organisation.code,
        "checks_absent": checks_absent(row, timezone.localdate()),
    }
