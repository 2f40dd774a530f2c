"""What is said of gifts."""

from typing import Any

from rest_framework import serializers

from api.fields import MomentField
from logistics.donations.models import Donation, DonationKind
from logistics.donations.reads import state_of
from logistics.kernel.codes import grouped
from logistics.ledgers.traces import GiftShare, GiftTrace


class DonationAnswer(serializers.Serializer):
    """A gift received."""

    id = serializers.UUIDField()
    code = serializers.CharField(help_text="On the acknowledgement; the donor follows the gift by it.")
    kind = serializers.ChoiceField(choices=DonationKind.choices)
    state = serializers.CharField(help_text="RECORDED, PARTLY_RETURNED, RETURNED, or CANCELLED where it was a mistake.")
    returned = serializers.IntegerField(help_text="How much of its value went back to the donor.")
    programme = serializers.CharField()
    fund = serializers.CharField()
    donor = serializers.CharField(help_text="The donor's reference, never the name.")
    amount = serializers.IntegerField(allow_null=True, help_text="null where no value can be had of what was given.")
    currency = serializers.CharField()
    reference = serializers.CharField()
    received_at = serializers.DateTimeField()
    entry = serializers.UUIDField()
    lines = serializers.ListField(child=serializers.DictField())
    acknowledgement_url = serializers.CharField(
        help_text="The public page of this gift, as on the acknowledgement's QR."
    )
    trace_url = serializers.CharField()


class ShareAnswer(serializers.Serializer):
    """A share of a gift where it is now."""

    stage = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    quantity = serializers.IntegerField()
    parcel = serializers.CharField(allow_null=True)
    township = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class GiftTraceAnswer(serializers.Serializer):
    """What became of a gift; the shares' values sum to it."""

    total = serializers.IntegerField(allow_null=True, help_text="null where no value can be had of what was given.")
    stages = serializers.DictField(child=serializers.IntegerField())
    units = serializers.DictField(child=serializers.IntegerField(), help_text="How many units are at each stage.")
    purchases = serializers.ListField(child=serializers.DictField())
    shares = serializers.ListField(child=ShareAnswer())
    from_sales = serializers.ListField(
        child=ShareAnswer(), help_text="What became of the money that its sold goods brought in."
    )
    note = serializers.DictField()


def said(row: Donation) -> dict[str, Any]:
    """Say a gift."""
    state, returned = state_of(row)
    return {
        "id": str(row.id),
        "code": row.code.text,
        "kind": row.kind,
        "state": state,
        "returned": returned,
        "programme": row.programme.code,
        "fund": row.fund.code,
        "donor": row.donor.reference,
        "amount": row.amount_minor or None,
        "currency": row.currency,
        "reference": row.reference,
        "received_at": MomentField().to_representation(row.received_at),
        "entry": str(row.entry_id),
        "lines": [
            {
                "item": line.item.code,
                "quantity": line.quantity,
                "line_total": line.line_total_minor,
                "basis": line.basis,
                "expires_on": line.expires_on.isoformat() if line.expires_on else None,
                "batch": line.batch,
            }
            for line in (row.lines.all() if row.kind == DonationKind.GOODS else ())
        ],
        "acknowledgement_url": f"/Q/{row.code.text}",
        "trace_url": f"/api/v1/donations/{row.id}/trace",
    }


def said_trace(trace: GiftTrace) -> dict[str, Any]:
    """Say what became of a gift."""
    return {
        "total": trace.total_minor or None,
        "stages": trace.by_stage() if trace.total_minor else {},
        "units": trace.units_by_stage(),
        "purchases": [
            {
                "id": str(step.purchase_id),
                "invoice": step.invoice,
                "supplier": step.supplier_zh,
                "value": step.value_minor,
                "at": MomentField().to_representation(step.at),
            }
            for step in trace.purchases
        ],
        "shares": [_share(share, has_value=bool(trace.total_minor)) for share in trace.shares],
        "from_sales": [_share(share, has_value=True) for share in trace.from_sales],
        "note": {
            "zh": "按到账先后顺序对应，并非捐赠人指定。",
            "en": "Assigned in order of arrival, not the donor's choice.",
        },
    }


def _share(share: GiftShare, *, has_value: bool) -> dict[str, Any]:
    return {
        "stage": share.stage,
        "value": share.value_minor if has_value else None,
        "quantity": share.quantity,
        "parcel": grouped(share.parcel_code) if share.parcel_code else None,
        "township": share.township,
        "at": MomentField().to_representation(share.at) if share.at else None,
    }
