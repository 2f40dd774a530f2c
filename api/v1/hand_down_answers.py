"""What the API says of a hand-down."""

from typing import Any

from rest_framework import serializers

from api.v1.transit_forms import (
    TransitLineAnswer,
    said_lines,
)
from logistics.stock.models import HandDown
from logistics.stock.transit_rows import TransitState


class HandDownAnswer(serializers.Serializer):
    """Money or goods on their way down, and what came of them."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=TransitState.choices)
    organisation = serializers.CharField(help_text="Who sent it.")
    to = serializers.CharField()
    fund = serializers.CharField()
    amount = serializers.IntegerField(help_text="Minor units; 0 for goods.")
    currency = serializers.CharField()
    from_warehouse = serializers.CharField(allow_null=True)
    to_warehouse = serializers.CharField(allow_null=True)
    lines = serializers.ListField(child=TransitLineAnswer())
    note = serializers.CharField(allow_blank=True)
    reference = serializers.CharField()
    sent_at = serializers.DateTimeField()
    sent_by = serializers.UUIDField()
    received_at = serializers.DateTimeField(allow_null=True)
    received_by = serializers.UUIDField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmed_by = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField()


def said(row: HandDown) -> dict[str, Any]:
    """Say a hand-down with its lines."""
    return {
        "id": str(row.id),
        "state": row.state,
        "organisation": row.organisation.code,
        "to": row.receiver.code,
        "fund": row.fund.code,
        "amount": row.amount_minor,
        "currency": row.currency,
        "from_warehouse": row.origin.code if row.origin else None,
        "to_warehouse": row.destination.code if row.destination else None,
        "lines": said_lines(row.lines.all()),
        "note": row.note,
        "reference": row.reference,
        "sent_at": row.sent_at.isoformat(),
        "sent_by": str(row.sent_by_id),
        "received_at": row.received_at.isoformat() if row.received_at else None,
        "received_by": str(row.received_by_id) if row.received_by_id else None,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "confirmed_by": str(row.confirmed_by_id) if row.confirmed_by_id else None,
        "entry": str(row.entry_id),
    }
