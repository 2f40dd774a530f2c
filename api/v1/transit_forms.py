"""What moves and hand-downs ask and answer, line by line."""

from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework import serializers

from api.fields import CodeField, StrictSerializer, WholeField
from logistics.stock.arrivals import Arrival
from logistics.stock.models import Item, TransitLine
from logistics.stock.reads import get_item
from logistics.stock.transit import left_of

READ = ("stock:read", "stock:write")
WRITE = ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class GoodsLineInput(StrictSerializer):
    """How much of an item leaves, first expired first."""

    item = CodeField()
    quantity = WholeField(least=1)


class ArrivalInput(StrictSerializer):
    """What became of one line since it was last told; for money, in minor units."""

    received = WholeField(required=False, default=0)
    lost = WholeField(required=False, default=0)
    damaged = WholeField(required=False, default=0)
    returned = WholeField(required=False, default=0, help_text="Back where it came from; the sender's to tell.")


class ArrivalsInput(StrictSerializer):
    """What came, in the order of the lines; without `lines`, all that is still on the way."""

    lines = serializers.ListField(child=ArrivalInput(), max_length=100, required=False, allow_null=True, default=None)


class TransitLineAnswer(serializers.Serializer):
    """One line; `item` is null for money, in minor units. What is neither of the four is still under way."""

    item = serializers.CharField(allow_null=True)
    sent = serializers.IntegerField()
    received = serializers.IntegerField()
    lost = serializers.IntegerField()
    damaged = serializers.IntegerField()
    returned = serializers.IntegerField()
    under_way = serializers.IntegerField()


def goods_lines(lines: Sequence[dict[str, Any]]) -> list[tuple[Item, int]]:
    """Find the items of lines. Refuses ItemMissing."""
    return [
        (get_item(code=line["item"], pointer=f"/lines/{position}/item"), line["quantity"])
        for position, line in enumerate(lines)
    ]


def arrivals_of(data: dict[str, Any]) -> list[Arrival] | None:
    """Take what was told of the lines; None is all of it."""
    return None if data["lines"] is None else [Arrival(**line) for line in data["lines"]]


def said_lines(lines: Iterable[TransitLine]) -> list[dict[str, Any]]:
    """Say the lines in their order."""
    return [
        {
            "item": line.item.code if line.item else None,
            "sent": line.sent,
            "received": line.received,
            "lost": line.lost,
            "damaged": line.damaged,
            "returned": line.returned,
            "under_way": left_of(line),
        }
        for line in sorted(lines, key=lambda line: line.id)
    ]
