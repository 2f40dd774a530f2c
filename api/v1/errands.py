"""Errands for the old and the small: asked for, taken, done, and confirmed by whoever asked."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, documented, documented_step, paged
from api.fields import DayField, MomentField
from api.pages import page_of
from api.v1.errand_forms import ErrandAnswer, ErrandInput, ErrandTextAnswer
from api.v1.helping import NEEDS, HelpingDoor
from api.v1.helping_forms import TakerInput
from api.v1.unmasking import UNMASKING, reason_given
from logistics.households.readings import note_reading
from logistics.households.reads import get_recipient_household
from logistics.volunteering.access import visible_errands
from logistics.volunteering.errand_models import Errand, ErrandState
from logistics.volunteering.errands import (
    adopt_errand,
    cancel_errand,
    confirm_errand,
    get_errand,
    record_errand_done,
    refuse_errand,
    report_errand,
)
from logistics.volunteering.volunteers import get_volunteer

_moment, _day = MomentField().to_representation, DayField().to_representation


class Errands(HelpingDoor):
    """Errands."""

    scopes, is_list, query = {"GET": NEEDS, "POST": NEEDS}, True, ("state",)
    states = tuple(ErrandState.values)

    @documented(
        "List errands",
        "In the order in which they were asked for.",
        answers={200: paged(ErrandAnswer, "Errand")},
        tag="errands",
        query={"state": f"One of {', '.join(ErrandState.values)}.", **PAGING},
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_errands(self.own).filter(**self.filters(request)).order_by("id"), _said)

    @documented_step(
        "Report an errand",
        "Due from today within 90 days.",
        request=ErrandInput,
        answer=ErrandAnswer,
        status=201,
        tag="errands",
    )
    def post(self, request: Request) -> Response:
        """Report."""
        data = self.read(ErrandInput)
        household = get_recipient_household(household_id=data.pop("household"), organisation=self.own)
        return Response(
            _said(report_errand(actor=self.actor, household=household, now=timezone.now(), **data)), status=201
        )


class _ErrandDoor(HelpingDoor):
    """A door of one errand."""

    scopes = {"POST": NEEDS}

    def errand(self, errand_id: uuid.UUID) -> Errand:
        """Return the errand. Refuses ErrandMissing, also for another organisation's."""
        return get_errand(errand_id=errand_id, organisation=self.own)


class OneErrand(_ErrandDoor):
    """One errand."""

    scopes, query = {"GET": NEEDS}, tuple(UNMASKING)

    @documented(
        "Read an errand",
        "With `unmask=true` and a `reason`, which is logged, also what is to be done.",
        answers={200: ErrandTextAnswer},
        problems=(422,),
        tag="errands",
        query=UNMASKING,
    )
    def get(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Read."""
        row, reason = self.errand(errand_id), reason_given(request)
        if reason is not None:
            now = timezone.now()
            note_reading(actor=self.actor, households=[row.household], fields=["errands"], reason=reason, now=now)
        return Response({**_said(row), "what": row.what if reason is not None else None})


class TakenErrands(_ErrandDoor):
    """Errands in a volunteer's hands."""

    @documented_step(
        "Take an errand", "Into a volunteer's hands.", request=TakerInput, answer=ErrandAnswer, tag="errands"
    )
    def post(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Take."""
        reference, row = self.read(TakerInput)["volunteer"], self.errand(errand_id)
        helper = get_volunteer(reference=reference, organisation=self.own)
        return Response(_said(adopt_errand(errand=row, volunteer=helper, now=timezone.now())))


class DoneErrands(_ErrandDoor):
    """Errands that were done."""

    @documented_step("Record an errand as done", "The volunteer says so.", answer=ErrandAnswer, tag="errands")
    def post(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Note."""
        return Response(_said(record_errand_done(errand=self.errand(errand_id), now=timezone.now())))


class ConfirmedErrands(_ErrandDoor):
    """Errands that a family says were done."""

    @documented_step("Confirm an errand", "The family says so too.", answer=ErrandAnswer, tag="errands")
    def post(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Confirm."""
        row = confirm_errand(actor=self.actor, errand=self.errand(errand_id), now=timezone.now())
        return Response(_said(row))


class GivenBackErrands(_ErrandDoor):
    """Errands that wait for somebody again."""

    @documented_step(
        "Give an errand back", "It was not done, or its volunteer cannot.", answer=ErrandAnswer, tag="errands"
    )
    def post(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Give back."""
        return Response(_said(refuse_errand(errand=self.errand(errand_id))))


class CancelledErrands(_ErrandDoor):
    """Errands that were taken back."""

    @documented_step("Cancel an errand", "Of one that nobody has taken.", answer=ErrandAnswer, tag="errands")
    def post(self, request: Request, errand_id: uuid.UUID) -> Response:
        """Cancel."""
        return Response(_said(cancel_errand(errand=self.errand(errand_id))))


def _said(row: Errand) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "reference": row.reference,
        "household": str(row.household_id),
        "state": row.state,
        "due_on": _day(row.due_on),
        "volunteer": row.volunteer.reference if row.volunteer else None,
        "asked_at": _moment(row.asked_at),
    }
