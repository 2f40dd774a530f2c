"""What the API asks and says of draws of visits."""

from rest_framework import serializers

from api.fields import CodeField, DayField, MomentField, StrictSerializer, WholeField
from logistics.replies.visit_draws import DRAW_SIZE_MAX, DUE_DAYS_MAX


class VisitDrawInput(StrictSerializer):
    """Among what was handed over or paid on which days, how many are drawn, and in how many days they are visited."""

    programme = CodeField()
    from_on = DayField()
    to_on = DayField()
    size = WholeField(least=1, most=DRAW_SIZE_MAX)
    days = WholeField(least=1, most=DUE_DAYS_MAX)


class VisitDrawingAnswer(serializers.Serializer):
    """What came of a draw: whoever has it, the draw's id and the checkpoint draws the same."""

    checkpoint_size = serializers.IntegerField()
    checkpoint_root = serializers.CharField()
    population = serializers.IntegerField()
    drawn_at = MomentField()


class VisitDrawAnswer(serializers.Serializer):
    """A draw as it was announced; `drawing` once it was carried out."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    programme = serializers.CharField()
    from_on = DayField()
    to_on = DayField()
    size = serializers.IntegerField()
    days = serializers.IntegerField()
    announced_at = MomentField()
    drawing = VisitDrawingAnswer(allow_null=True)


class VerifiedShareAnswer(serializers.Serializer):
    """How much of what a programme handed over and paid was verified."""

    programme = serializers.CharField()
    delivered = serializers.IntegerField()
    asked = serializers.IntegerField()
    made = serializers.IntegerField()
    differing = serializers.IntegerField()
    per_mille = serializers.IntegerField()


class VerifiedSharesAnswer(serializers.Serializer):
    """Programme by programme."""

    items = serializers.ListField(child=VerifiedShareAnswer())
