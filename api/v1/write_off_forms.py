"""What a write-off asks and answers."""

from typing import Any

from rest_framework import serializers

from api.fields import ChoiceTextField, CodeField, IdField, LineTotalField, StrictSerializer, TextField, WholeField
from logistics.stock.care_models import DisposalState
from logistics.stock.care_reasons import CountReason
from logistics.stock.models import Disposal


class WriteOffInput(StrictSerializer):
    """What leaves and why; with `proceeds` and `buyer`, a sale. The goods come off a hold where one is named."""

    warehouse = CodeField()
    lot = IdField()
    quantity = WholeField(least=1)
    reason = ChoiceTextField(choices=CountReason.choices)
    evidence_sha256 = TextField(length=64, help_text="SHA-256 of the paper that proves it, in hexadecimal.")
    hold = IdField(required=False, allow_null=True, default=None)
    proceeds = LineTotalField(required=False, allow_null=True, default=None)
    buyer = TextField(length=120, required=False, allow_blank=True, default="")
    note = TextField(required=False, allow_blank=True, default="")


class WriteOffAnswer(serializers.Serializer):
    """Goods written off or sold, or proposed to be."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=DisposalState.choices)
    warehouse = serializers.CharField()
    lot = serializers.UUIDField()
    item = serializers.CharField()
    quantity = serializers.IntegerField()
    reason = serializers.ChoiceField(choices=CountReason.choices)
    evidence_sha256 = serializers.CharField()
    hold = serializers.UUIDField(allow_null=True)
    proceeds = serializers.IntegerField(help_text="Minor units; 0 where the goods are destroyed.")
    buyer = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.UUIDField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField(allow_null=True)
    proceeds_entry = serializers.UUIDField(allow_null=True)


def said(row: Disposal) -> dict[str, Any]:
    """Say a write-off or sale."""
    return {
        "id": str(row.id),
        "state": row.state,
        "warehouse": row.warehouse.code,
        "lot": str(row.lot_id),
        "item": row.item.code,
        "quantity": row.quantity,
        "reason": row.reason,
        "evidence_sha256": row.evidence_sha256,
        "hold": str(row.hold_id) if row.hold_id else None,
        "proceeds": row.proceeds_minor,
        "buyer": row.buyer,
        "note": row.note,
        "proposed_at": row.proposed_at.isoformat(),
        "proposed_by": str(row.proposed_by_id),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decided_by": str(row.decided_by_id) if row.decided_by_id else None,
        "entry": str(row.entry_id) if row.entry_id else None,
        "proceeds_entry": str(row.proceeds_entry_id) if row.proceeds_entry_id else None,
    }
