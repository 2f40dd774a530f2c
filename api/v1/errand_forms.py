"""What the API asks and says of errands."""

from rest_framework import serializers

from api.fields import DayField, IdField, MomentField, StrictSerializer, TextField
from logistics.volunteering.errand_models import ErrandState
from logistics.volunteering.errands import (
    TEXT_LENGTH_MAX,
)


class ErrandInput(StrictSerializer):
    """What a family asks for, and by when."""

    household = IdField()
    what = TextField(length=TEXT_LENGTH_MAX)
    due_on = DayField()


class ErrandAnswer(serializers.Serializer):
    """An errand as it stands, without its words."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    household = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ErrandState.choices)
    due_on = DayField()
    volunteer = serializers.CharField(allow_null=True)
    asked_at = MomentField()


class ErrandTextAnswer(ErrandAnswer):
    """An errand; `what` is there for who said why they need it."""

    what = serializers.CharField(allow_null=True)
