"""Volunteers' hours: a memo."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, DayField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from logistics.parties.access import organisation_ids_below
from logistics.parties.reads import get_programme
from logistics.stock.hours import MINUTES_MAX, VOLUNTEERS_MAX, record_volunteer_hours
from logistics.stock.models import VolunteerHours

READ, WRITE = ("stock:read", "stock:write"), ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class HoursInput(StrictSerializer):
    """The time that volunteers gave, all together."""

    programme = CodeField()
    served_on = DayField()
    volunteers = WholeField(least=1, most=VOLUNTEERS_MAX)
    minutes = WholeField(least=1, most=MINUTES_MAX, help_text="Of all of them together.")
    activity = TextField(length=120)


class HoursAnswer(serializers.Serializer):
    """A memo, in no amount."""

    id = serializers.UUIDField()
    programme = serializers.CharField()
    served_on = serializers.DateField()
    volunteers = serializers.IntegerField()
    minutes = serializers.IntegerField()
    activity = serializers.CharField()


class Hours(Door):
    """Volunteers' hours."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List volunteers' hours",
        "Newest first.",
        answers={200: paged(HoursAnswer, "Hours")},
        tag="knitting",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows = VolunteerHours.objects.filter(organisation__in=organisation_ids_below(self.actor.organisation))
        return page_of(request, rows.select_related("programme").order_by("-id"), _hours)

    @documented(
        "Record volunteers' hours",
        "A memo for the yearly report, in no amount and no total of money.",
        request=HoursInput,
        answers={201: HoursAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        data = self.read(HoursInput)
        row = record_volunteer_hours(
            actor=self.actor,
            programme=get_programme(code=data["programme"], organisation=self.actor.organisation),
            served_on=data["served_on"],
            volunteers=data["volunteers"],
            minutes=data["minutes"],
            activity=data["activity"],
            now=timezone.now(),
        )
        return Response(_hours(row), status=201)


def _hours(row: VolunteerHours) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "programme": row.programme.code,
        "served_on": row.served_on.isoformat(),
        "volunteers": row.volunteers,
        "minutes": row.minutes,
        "activity": row.activity,
    }
