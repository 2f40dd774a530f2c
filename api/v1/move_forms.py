"""What a move asks and answers."""

from typing import Any

from rest_framework import serializers

from api.fields import CodeField, StrictSerializer, TextField
from api.v1.transit_forms import (
    GoodsLineInput,
    TransitLineAnswer,
    said_lines,
)
from logistics.stock.models import Move
from logistics.stock.moves import MOVE_LINES_MAX
from logistics.stock.transit_rows import TransitState


class MoveInput(StrictSerializer):
    """Goods of one fund from one warehouse to another of the same organisation."""

    from_warehouse = CodeField()
    to_warehouse = CodeField()
    fund = CodeField()
    lines = serializers.ListField(child=GoodsLineInput(), min_length=1, max_length=MOVE_LINES_MAX)
    note = TextField(required=False, allow_blank=True, default="")


class MoveAnswer(serializers.Serializer):
    """Goods on their way, and what came of them."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=TransitState.choices)
    from_warehouse = serializers.CharField()
    to_warehouse = serializers.CharField()
    fund = serializers.CharField()
    lines = serializers.ListField(child=TransitLineAnswer())
    note = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField()
    sent_by = serializers.UUIDField()
    received_at = serializers.DateTimeField(allow_null=True)
    received_by = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField()


def said(row: Move) -> dict[str, Any]:
    """Say a move with its lines."""
    return {
        "id": str(row.id),
        "state": row.state,
        "from_warehouse": row.origin.code,
        "to_warehouse": row.destination.code,
        "fund": row.fund.code,
        "lines": said_lines(row.lines.all()),
        "note": row.note,
        "sent_at": row.sent_at.isoformat(),
        "sent_by": str(row.sent_by_id),
        "received_at": row.received_at.isoformat() if row.received_at else None,
        "received_by": str(row.received_by_id) if row.received_by_id else None,
        "entry": str(row.entry_id),
    }
