"""What a hold asks and answers."""

from typing import Any

from rest_framework import serializers

from api.fields import ChoiceTextField, CodeField, IdField, StrictSerializer, TextField, WholeField
from logistics.stock.care_reasons import CountReason
from logistics.stock.models import Hold


class HoldInput(StrictSerializer):
    """How many units of a lot are set aside, where and why."""

    warehouse = CodeField()
    lot = IdField()
    quantity = WholeField(least=1)
    reason = ChoiceTextField(choices=CountReason.choices)
    note = TextField(required=False, allow_blank=True, default="")


class HoldAnswer(serializers.Serializer):
    """Goods set aside; `left` of them still are."""

    id = serializers.UUIDField()
    warehouse = serializers.CharField()
    lot = serializers.UUIDField()
    item = serializers.CharField()
    batch = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    left = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=CountReason.choices)
    note = serializers.CharField(allow_blank=True)
    recall = serializers.UUIDField(allow_null=True)
    held_at = serializers.DateTimeField()
    held_by = serializers.UUIDField()
    released_at = serializers.DateTimeField(allow_null=True)
    released_by = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField()


def said(row: Hold) -> dict[str, Any]:
    """Say a hold."""
    return {
        "id": str(row.id),
        "warehouse": row.warehouse.code,
        "lot": str(row.lot_id),
        "item": row.item.code,
        "batch": row.lot.batch,
        "quantity": row.quantity,
        "left": row.left,
        "reason": row.reason,
        "note": row.note,
        "recall": str(row.recall_id) if row.recall_id else None,
        "held_at": row.held_at.isoformat(),
        "held_by": str(row.held_by_id),
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "released_by": str(row.released_by_id) if row.released_by_id else None,
        "entry": str(row.entry_id),
    }
