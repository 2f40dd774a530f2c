"""What the API asks and says of volunteers."""

from rest_framework import serializers

from api.fields import ChoiceTextField, DayField, StrictSerializer, TextField
from logistics.volunteering.models import CheckKind
from logistics.volunteering.volunteers import (
    DOCUMENT_LENGTH_MAX,
    NAME_LENGTH_MAX,
)


class VolunteerInput(StrictSerializer):
    """Who helps. The name is shown to nobody over the API."""

    name = TextField(length=NAME_LENGTH_MAX)
    telephone = TextField(length=24, required=False, allow_blank=True, default="")


class CheckInput(StrictSerializer):
    """A check whose paper was seen; without `expires_on` it counts as long as its kind may."""

    kind = ChoiceTextField(choices=CheckKind.choices)
    checked_on = DayField()
    expires_on = DayField(required=False, allow_null=True, default=None)
    document = TextField(length=DOCUMENT_LENGTH_MAX, required=False, allow_blank=True, default="")


class VolunteerAnswer(serializers.Serializer):
    """A volunteer by reference, and the kinds of checks that do not count today: with any, no child is met."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    organisation = serializers.CharField()
    checks_absent = serializers.ListField(child=serializers.ChoiceField(choices=CheckKind.choices))
