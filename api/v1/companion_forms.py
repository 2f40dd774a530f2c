"""What the API asks and says of companions."""

from rest_framework import serializers

from api.fields import ChoiceTextField, DayField, MomentField, StrictSerializer, TextField
from api.v1.helping_forms import ChildAnswer, ChildInput, TakerInput
from logistics.volunteering.companion_models import CompanionKind
from logistics.volunteering.companions import (
    NOTE_LENGTH_MAX,
    REASON_LENGTH_MAX,
)

VISITS_SHOWN_MAX = 100


class CompanionshipInput(ChildInput, TakerInput):
    """Who accompanies which child."""

    kind = ChoiceTextField(choices=CompanionKind.choices)


class CompanionVisitInput(StrictSerializer):
    """What a companion says of a visit."""

    visited_on = DayField()
    note = TextField(length=NOTE_LENGTH_MAX)


class CompanionshipEndInput(StrictSerializer):
    """Why it ends."""

    reason = TextField(length=REASON_LENGTH_MAX)


class CompanionshipAnswer(ChildAnswer):
    """Who accompanies which child, by ids and a reference."""

    id = serializers.UUIDField()
    volunteer = serializers.CharField()
    kind = serializers.ChoiceField(choices=CompanionKind.choices)
    assigned_at = MomentField()
    ended_at = MomentField(allow_null=True)


class CompanionVisitAnswer(serializers.Serializer):
    """A visit; the note is there for who said why they need it."""

    id = serializers.UUIDField()
    visited_on = DayField()
    note = serializers.CharField(allow_null=True)


class CompanionVisitsAnswer(CompanionshipAnswer):
    """A companionship with its newest visits."""

    visits = serializers.ListField(child=CompanionVisitAnswer(), max_length=VISITS_SHOWN_MAX)
