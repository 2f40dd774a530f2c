"""How long a need of a programme may stay at each level, and until it must be confirmed again."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import documented
from api.fields import StrictSerializer, TextField, WholeField
from api.v1.applications import NEEDS, PROBLEMS
from api.v1.list_rules import ADMIN, OneProgrammeDoor
from logistics.journal.revisions import REASON_LENGTH_MAX
from logistics.needs.catalogue import DAYS_MAX, catalogue
from logistics.needs.timetables import Days, find_timetable, set_need_timetable


class NeedTimetableInput(StrictSerializer):
    """Days by level, such as `{"VILLAGE": 2, "TOWNSHIP": 5}`; at a level without days a need stays."""

    days_per_level = serializers.DictField()
    days_until_stale = WholeField(least=1, most=DAYS_MAX)
    reason = TextField(length=REASON_LENGTH_MAX)


class NeedTimetableAnswer(serializers.Serializer):
    """The days that count for a programme's needs."""

    programme = serializers.CharField()
    is_own = serializers.BooleanField(help_text="Whether the programme set them; otherwise they are the house's.")
    days_per_level = serializers.DictField(child=serializers.IntegerField())
    days_until_stale = serializers.IntegerField()


class ProgrammeTimetable(OneProgrammeDoor):
    """The days of a programme's needs."""

    scopes = {"GET": (*NEEDS, *ADMIN), "POST": ADMIN}

    @documented(
        "Read the days of a programme's needs",
        "Before a need goes up by itself, and before it must be confirmed again.",
        answers={200: NeedTimetableAnswer},
        tag="needs",
    )
    def get(self, request: Request, code: str) -> Response:
        """Read."""
        programme = self.programme(code)
        own = find_timetable(programme)
        return Response(_said(programme.code, own or catalogue(), is_own=own is not None))

    @documented(
        "Set the days of a programme's needs",
        "Whole, by the body that owns the programme, with its history; needs that stand go by them at once.",
        request=NeedTimetableInput,
        answers={200: NeedTimetableAnswer},
        problems=PROBLEMS,
        tag="needs",
        is_repeatable=True,
    )
    def post(self, request: Request, code: str) -> Response:
        """Set."""
        programme, data = self.programme(code), self.read(NeedTimetableInput)
        row = set_need_timetable(actor=self.actor, programme=programme, now=timezone.now(), **data)
        return Response(_said(programme.code, row, is_own=True))


def _said(code: str, days: Days, *, is_own: bool) -> dict[str, Any]:
    return {
        "programme": code,
        "is_own": is_own,
        "days_per_level": dict(days.days_per_level),
        "days_until_stale": days.days_until_stale,
    }
