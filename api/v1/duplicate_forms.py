"""What the API asks and says of possible duplicates."""

from rest_framework import serializers

from api.fields import ChoiceTextField, MomentField, StrictSerializer, TextField
from api.v1.households import HouseholdAnswer
from logistics.households.duplicate_models import PairState
from logistics.households.duplicates import (
    DECISION_REASON_LENGTH_MAX,
    MERGED_FIELDS,
)

SIDES = ("FIRST", "SECOND")


class PairReasonInput(StrictSerializer):
    """Why."""

    reason = TextField(length=DECISION_REASON_LENGTH_MAX)


class SidesField(StrictSerializer):
    """Whose word stays of each field; where none is named, the survivor's, if it has one."""

    head_name, address, telephone, township = (ChoiceTextField(choices=SIDES, required=False) for _ in MERGED_FIELDS)


class MergeInput(PairReasonInput):
    """Which household stays, FIRST being the older, and whose words."""

    survivor = ChoiceTextField(choices=SIDES, required=False, default="FIRST")
    fields_kept = SidesField(required=False)


class LikenessAnswer(serializers.Serializer):
    """One reason why two may be one: in what they agree, how well, and what that adds to the score."""

    part = serializers.CharField()
    percent = serializers.IntegerField()
    points = serializers.IntegerField()


class PairAnswer(serializers.Serializer):
    """Two households that may be one, by ids and references."""

    id = serializers.UUIDField()
    organisation = serializers.CharField(help_text="The lowest body that sees both: it decides.")
    state = serializers.ChoiceField(choices=PairState.choices)
    score = serializers.IntegerField()
    agreements = serializers.ListField(child=LikenessAnswer())
    first = serializers.UUIDField()
    second = serializers.UUIDField()
    found_at = MomentField()
    decided_at = MomentField(allow_null=True)


class PairViewAnswer(PairAnswer):
    """A pair side by side, masked; what differs, and which members are in both."""

    households = serializers.ListField(child=HouseholdAnswer())
    differing = serializers.ListField(child=serializers.ChoiceField(choices=MERGED_FIELDS))
    same_persons = serializers.ListField(child=serializers.CharField())


class MergeAnswer(serializers.Serializer):
    """A merge: which household was taken into which."""

    id = serializers.UUIDField()
    pair = serializers.UUIDField()
    survivor = serializers.UUIDField()
    absorbed = serializers.UUIDField()
    merged_at = MomentField()
    undone_at = MomentField(allow_null=True)
