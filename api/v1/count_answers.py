"""What the API says of a stock-take: blind while it is open."""

from rest_framework import serializers

from logistics.stock.count_models import StockTakeState


class CountAnswer(serializers.Serializer):
    """What one person found."""

    quantity = serializers.IntegerField()
    by = serializers.UUIDField()
    at = serializers.DateTimeField()


class CountLineAnswer(serializers.Serializer):
    """One lot. While the stock-take is open neither the books nor anybody's count is told."""

    lot = serializers.UUIDField()
    item = serializers.CharField()
    batch = serializers.CharField(allow_blank=True)
    expires_on = serializers.DateField(allow_null=True)
    is_settled = serializers.BooleanField()
    is_yours_to_count = serializers.BooleanField()
    expected = serializers.IntegerField(allow_null=True)
    counts = serializers.ListField(child=CountAnswer())
    reason = serializers.CharField(allow_blank=True)
    entry = serializers.UUIDField(allow_null=True)


class StockTakeAnswer(serializers.Serializer):
    """A stock-take and how far it has come."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=StockTakeState.choices)
    warehouse = serializers.CharField()
    opened_at = serializers.DateTimeField()
    opened_by = serializers.UUIDField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.UUIDField(allow_null=True)


class StockTakeWithLines(StockTakeAnswer):
    """A stock-take with its lines."""

    lots = serializers.IntegerField()
    counted = serializers.IntegerField()
    settled = serializers.IntegerField()
    lines = serializers.ListField(child=CountLineAnswer())
