"""What the API asks and says of guardians and consents."""

from rest_framework import serializers

from api.fields import ChoiceTextField, DayField, IdField, StrictSerializer, TextField
from logistics.households.consents import NOTE_LENGTH_MAX
from logistics.households.family_models import ConsentScope
from logistics.households.guardians import (
    NAME_LENGTH_MAX,
    RELATION_LENGTH_MAX,
)

REASON_LENGTH_MAX = 200


class GuardianInput(StrictSerializer):
    """Who answers for the member: another `member`, or somebody outside by `name`."""

    member = IdField(required=False)
    name = TextField(length=NAME_LENGTH_MAX, required=False, allow_blank=True, default="")
    telephone = TextField(length=24, required=False, allow_blank=True, default="")
    identity_number = TextField(length=18, required=False, allow_blank=True, default="")
    relation = TextField(length=RELATION_LENGTH_MAX, required=False, allow_blank=True, default="")
    since_on = DayField(required=False)


class PaperEndInput(StrictSerializer):
    """Why it ends."""

    reason = TextField(length=REASON_LENGTH_MAX, required=False, allow_blank=True, default="")


class MemberConsentInput(StrictSerializer):
    """What the member agrees to, and the guardian who signed; under fourteen one must."""

    scopes = serializers.ListField(
        child=ChoiceTextField(choices=ConsentScope.choices), min_length=1, max_length=len(ConsentScope)
    )
    given_on = DayField(required=False)
    guardian = IdField(required=False)
    note = TextField(length=NOTE_LENGTH_MAX, required=False, allow_blank=True, default="")


class ConsentsNotedAnswer(serializers.Serializer):
    """What the member agrees to now, of what was asked."""

    member = serializers.UUIDField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=ConsentScope.choices))
