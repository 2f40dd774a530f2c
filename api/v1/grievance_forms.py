"""What the API asks and says of grievances."""

from rest_framework import serializers

from api.fields import ChoiceTextField, IdField, MomentField, StrictSerializer, TextField, TruthField
from logistics.replies.grievance_reads import OPEN
from logistics.replies.grievances import (
    CONTACT_LENGTH_MAX,
    TEXT_LENGTH_MAX,
)
from logistics.replies.models import Channel, StepKind

KIND_LENGTH_MAX, PARCEL_KEY_LENGTH_MAX = 24, 60
STATES = (OPEN, *StepKind.values)


class GrievanceInput(StrictSerializer):
    """What somebody complains of, as one of ours took it down. `about` is the one of our people whom it is of."""

    kind = TextField(length=KIND_LENGTH_MAX, help_text="A code of the installation's kinds of grievances.")
    text = TextField(length=TEXT_LENGTH_MAX)
    contact = TextField(length=CONTACT_LENGTH_MAX, required=False, allow_blank=True, default="")
    channel = ChoiceTextField(choices=[Channel.TELEPHONE, Channel.VISIT])
    parcel = TextField(length=PARCEL_KEY_LENGTH_MAX, required=False, help_text="The parcel's code or id.")
    about = IdField(required=False)


class GrievanceAnswerInput(StrictSerializer):
    """What the complainant reads by the receipt number."""

    text = TextField(length=TEXT_LENGTH_MAX)


class ReaderInput(StrictSerializer):
    """Who reads sensitive grievances, or no longer."""

    person = IdField()
    is_reader = TruthField()


class GrievanceAnswer(serializers.Serializer):
    """A grievance as it stands, without its words."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    organisation = serializers.CharField()
    kind = serializers.CharField()
    is_sensitive = serializers.BooleanField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    parcel = serializers.CharField(allow_null=True, help_text="The parcel's code.")
    state = serializers.ChoiceField(choices=STATES)
    due_at = MomentField()
    received_at = MomentField()


class ReceivedGrievanceAnswer(serializers.Serializer):
    """What was received. Who took it down may not be one of those who read it."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    receipt = serializers.CharField(help_text="For the complainant alone; shown once.")
    is_sensitive = serializers.BooleanField()


class GrievanceStepAnswer(serializers.Serializer):
    """One step."""

    kind = serializers.ChoiceField(choices=StepKind.choices)
    text = serializers.CharField(allow_blank=True)
    holder = serializers.CharField()
    noted_at = MomentField()


class GrievanceTextsAnswer(GrievanceAnswer):
    """A grievance with its words and steps."""

    text = serializers.CharField(allow_blank=True)
    contact = serializers.CharField(allow_blank=True)
    holder = serializers.CharField()
    steps = serializers.ListField(child=GrievanceStepAnswer())


class ReaderAnswer(serializers.Serializer):
    """Who was named."""

    person = serializers.UUIDField()
    is_reader = serializers.BooleanField()
    named_at = MomentField()


class GrievanceKindAnswer(serializers.Serializer):
    """A kind: its words, whether few read it, and in how many days it is answered."""

    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    is_sensitive = serializers.BooleanField()
    days = serializers.IntegerField()


class GrievanceKindsAnswer(serializers.Serializer):
    """Every kind."""

    items = serializers.ListField(child=GrievanceKindAnswer())
