"""What a recall asks and answers."""

from rest_framework import serializers

from api.fields import CodeField, IdField, StrictSerializer, TextField
from logistics.kernel.delivery_states import STATES


class RecallInput(StrictSerializer):
    """An item, and where only a part of it is wrong, its batch or one lot."""

    item = CodeField()
    batch = TextField(length=64, required=False, allow_blank=True, default="")
    lot = IdField(required=False, allow_null=True, default=None)
    reason = TextField()


class RecallAnswer(serializers.Serializer):
    """A recall."""

    id = serializers.UUIDField()
    organisation = serializers.CharField()
    item = serializers.CharField()
    batch = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    recalled_at = serializers.DateTimeField()
    recalled_by = serializers.UUIDField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = serializers.UUIDField(allow_null=True)


class RecalledParcelAnswer(serializers.Serializer):
    """A parcel with recalled goods, and the family by reference. `handed_over_since_at` tells a hand-over that was
    scanned although the goods were recalled.
    """

    code = serializers.CharField()
    state = serializers.ChoiceField(choices=[(state, state) for state in STATES])
    quantity = serializers.IntegerField()
    township = serializers.CharField(allow_blank=True)
    household = serializers.CharField(allow_blank=True)
    is_with_family = serializers.BooleanField()
    handed_over_since_at = serializers.DateTimeField(allow_null=True)


class RecalledPlaceAnswer(serializers.Serializer):
    """How much of a recalled lot lies in one place outside parcels and families."""

    kind = serializers.CharField()
    reference = serializers.CharField()
    organisation = serializers.CharField()
    lot = serializers.UUIDField()
    batch = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()


class RecallWithGoods(RecallAnswer):
    """A recall and everything that has to be fetched, as far as the caller sees."""

    lots = serializers.ListField(child=serializers.UUIDField())
    parcels = serializers.ListField(child=RecalledParcelAnswer())
    places = serializers.ListField(child=RecalledPlaceAnswer())
