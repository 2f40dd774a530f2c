"""What the API asks and says of whom something is for, and who takes it."""

from rest_framework import serializers

from api.fields import IdField, StrictSerializer, TextField

REFERENCE_LENGTH_MAX = 24


class ChildInput(StrictSerializer):
    """Whom it is for: a member of a household."""

    household = IdField()
    member = IdField()


class TakerInput(StrictSerializer):
    """Who takes it."""

    volunteer = TextField(length=REFERENCE_LENGTH_MAX, help_text="The volunteer's reference, such as U-7K2M9QXR.")


class ChildAnswer(serializers.Serializer):
    """Whom it is for, by ids."""

    household = serializers.UUIDField()
    member = serializers.UUIDField()
