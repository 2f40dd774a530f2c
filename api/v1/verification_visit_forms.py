"""What the API asks and says of verification visits."""

from rest_framework import serializers

from api.fields import ChoiceTextField, DayField, MomentField, StrictSerializer, TextField
from logistics.replies.models import Arrived, Said, VisitKind
from logistics.replies.visits import (
    NOTE_LENGTH_MAX,
)

CODE_LENGTH_MAX = 60


class VisitAskInput(StrictSerializer):
    """Whom to visit, by the code of a parcel or reply card, why, and by when."""

    code = TextField(length=CODE_LENGTH_MAX)
    why = TextField(length=NOTE_LENGTH_MAX)
    due_on = DayField()


class VisitResultInput(StrictSerializer):
    """What the family says. Where it is not what the books say, `note` says what differs."""

    visited_on = DayField()
    arrived = ChoiceTextField(choices=Arrived.choices)
    content_right = ChoiceTextField(choices=Said.choices)
    in_time = ChoiceTextField(choices=Said.choices)
    helped = ChoiceTextField(choices=Said.choices)
    note = TextField(length=NOTE_LENGTH_MAX, required=False, allow_blank=True, default="")


class DifferenceInput(StrictSerializer):
    """What was done about a difference."""

    text = TextField(length=NOTE_LENGTH_MAX)


class VisitResultAnswer(serializers.Serializer):
    """What a visit found."""

    visited_on = DayField()
    arrived = serializers.ChoiceField(choices=Arrived.choices)
    content_right = serializers.ChoiceField(choices=Said.choices)
    in_time = serializers.ChoiceField(choices=Said.choices)
    helped = serializers.ChoiceField(choices=Said.choices)
    differs = serializers.BooleanField()
    settled_at = MomentField(allow_null=True)


class VerificationVisitAnswer(serializers.Serializer):
    """A visit by ids; `result` once it was made."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=VisitKind.choices)
    organisation = serializers.CharField()
    programme = serializers.CharField()
    household = serializers.UUIDField()
    parcel = serializers.CharField(allow_null=True, help_text="The parcel's code.")
    grant = serializers.UUIDField(allow_null=True)
    due_on = DayField()
    result = VisitResultAnswer(allow_null=True)


class VisitTextsAnswer(VerificationVisitAnswer):
    """A visit with what was written, for who said why they need it."""

    why = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_null=True)
    settled = serializers.CharField(allow_null=True, help_text="What was done about a difference.")
