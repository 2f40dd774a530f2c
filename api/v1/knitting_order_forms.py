"""What the API asks and says of knitting orders."""

from rest_framework import serializers

from api.fields import CodeField, MomentField, StrictSerializer, TextField, WholeField
from api.v1.helping_forms import REFERENCE_LENGTH_MAX, ChildInput
from logistics.volunteering.knitted import (
    MEASURES,
)
from logistics.volunteering.knitting_models import KnittingState

PARCEL_KEY_LENGTH_MAX = 60


class MeasuresField(StrictSerializer):
    """A child's measures in millimetres; at least one."""

    height, chest, sleeve, head, foot = (
        WholeField(least=MEASURES[name][0], most=MEASURES[name][1], required=False)
        for name in ("height", "chest", "sleeve", "head", "foot")
    )


class KnittingOrderInput(ChildInput):
    """A garment for one child's size."""

    garment = CodeField(help_text="The item that is the garment in its size.")
    measures = MeasuresField()


class OrderYarnInput(StrictSerializer):
    """Yarn of one fund that went into the garment."""

    fund = CodeField()
    yarn = CodeField(help_text="The item that is the yarn.")
    quantity = WholeField(least=1, help_text="In the yarn's base unit, mostly grams.")
    warehouse = CodeField()
    happened_at = MomentField()


class OrderYarnOutInput(OrderYarnInput):
    """Yarn of one fund, and who knits."""

    knitter = TextField(length=REFERENCE_LENGTH_MAX, help_text="The knitter's reference, such as V-7K2M9QXR.")


class OrderParcelInput(StrictSerializer):
    """The parcel that brings the garment to its child."""

    parcel = TextField(length=PARCEL_KEY_LENGTH_MAX, help_text="The parcel's code or id.")


class KnittingOrderAnswer(serializers.Serializer):
    """An order as the knitter and the warehouse know it: a number and measures in millimetres, nobody's name or id."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    garment = serializers.CharField()
    measures = serializers.DictField(child=serializers.IntegerField())
    state = serializers.ChoiceField(choices=KnittingState.choices)
    knitter = serializers.CharField(allow_null=True)
    asked_at = MomentField()


class ChildOrderAnswer(KnittingOrderAnswer):
    """An order as those know it who look after the child."""

    household = serializers.UUIDField()
    member = serializers.UUIDField()
    parcel = serializers.UUIDField(allow_null=True)
