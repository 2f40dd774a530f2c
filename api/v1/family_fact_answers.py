"""What the API asks and says of a family's facts."""

from rest_framework import serializers

from api.fields import DayField, IdField, MomentField, StrictSerializer, TextField
from logistics.households.family_models import ConsentGiver, ConsentScope
from logistics.households.hardships import (
    EVIDENCE_LENGTH_MAX,
)

HARDSHIP_CODE_LENGTH_MAX = 24


class HardshipInput(StrictSerializer):
    """A hardship of a kind from `/hardship-kinds`: of one member, or of the whole family where none is named."""

    kind = TextField(length=HARDSHIP_CODE_LENGTH_MAX)
    member = IdField(required=False)
    since_on = DayField(required=False)
    until_on = DayField(required=False)
    evidence = TextField(length=EVIDENCE_LENGTH_MAX, required=False, allow_blank=True, default="")


class HardshipEndInput(StrictSerializer):
    """Until when a hardship stood; today unless it is said."""

    until_on = DayField(required=False)


class NotedAnswer(serializers.Serializer):
    """Which row was noted; the family's facts are read where they are needed."""

    id = serializers.UUIDField()


class HardshipAnswer(serializers.Serializer):
    """A hardship; `member` is null for the whole family's."""

    id = serializers.UUIDField()
    member = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField()
    since_on = DayField()
    until_on = DayField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)


class GuardianAnswer(serializers.Serializer):
    """Who answers for a member, masked unless a reason was given."""

    id = serializers.UUIDField()
    ward = serializers.UUIDField()
    member = serializers.UUIDField(allow_null=True, help_text="Where the guardian is a member too.")
    name = serializers.CharField()
    telephone = serializers.CharField(allow_blank=True)
    relation = serializers.CharField(allow_blank=True)
    since_on = DayField()


class MemberConsentAnswer(serializers.Serializer):
    """What a member agrees to now."""

    member = serializers.UUIDField()
    scope = serializers.ChoiceField(choices=ConsentScope.choices)
    given_by = serializers.ChoiceField(choices=ConsentGiver.choices)
    guardian = serializers.UUIDField(allow_null=True)
    given_on = DayField()


class PhotoAnswer(serializers.Serializer):
    """A photo; its bytes are asked for one by one, with a reason."""

    id = serializers.UUIDField()
    kept_at = MomentField()
    note = serializers.CharField(allow_blank=True)


class FactsAnswer(serializers.Serializer):
    """What the caller sees of a family's facts; `hidden` names the parts that are not shown."""

    household = serializers.UUIDField()
    hidden = serializers.ListField(child=serializers.CharField())
    hardships = serializers.ListField(child=HardshipAnswer())
    guardians = serializers.ListField(child=GuardianAnswer())
    consents = serializers.ListField(child=MemberConsentAnswer())
    photos = serializers.ListField(child=PhotoAnswer())


class HardshipKindAnswer(serializers.Serializer):
    """A kind of hardship."""

    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    is_of_person = serializers.BooleanField(help_text="Whether the member must be named.")


class HardshipKindsAnswer(serializers.Serializer):
    """Every kind in use."""

    items = serializers.ListField(child=HardshipKindAnswer())
