"""What a stock-take asks."""

from rest_framework import serializers

from api.fields import ChoiceTextField, CodeField, IdField, StrictSerializer, WholeField
from logistics.stock.care_reasons import CountReason
from logistics.stock.counts import (
    COUNT_LINES_MAX,
)


class StockTakeInput(StrictSerializer):
    """A warehouse, or one item there."""

    warehouse = CodeField()
    item = CodeField(required=False, allow_null=True, default=None)


class CountLineInput(StrictSerializer):
    """How much of a lot somebody found."""

    lot = IdField()
    quantity = WholeField()


class CountsInput(StrictSerializer):
    """What somebody counted."""

    lines = serializers.ListField(child=CountLineInput(), min_length=1, max_length=COUNT_LINES_MAX)


class LotsInput(StrictSerializer):
    """Lots that are counted anew."""

    lots = serializers.ListField(child=IdField(), min_length=1, max_length=COUNT_LINES_MAX)


class CountReasonInput(StrictSerializer):
    """Why a lot differs from the books."""

    lot = IdField()
    reason = ChoiceTextField(choices=CountReason.choices)


class CountApprovalInput(StrictSerializer):
    """A coded reason for each lot that differs."""

    reasons = serializers.ListField(child=CountReasonInput(), max_length=COUNT_LINES_MAX, required=False, default=list)
