"""What a hand-down asks and answers."""

from rest_framework import serializers

from api.fields import CodeField, MoneyField, StrictSerializer, TextField
from api.v1.transit_forms import (
    GoodsLineInput,
)
from logistics.stock.moves import MOVE_LINES_MAX

# SHA-256 in hexadecimal.
SHA256_LENGTH = 64


class HandDownInput(StrictSerializer):
    """Either `money`, or `lines` of goods with the warehouse that they leave and the receiver's that they come to."""

    fund = CodeField()
    to = CodeField(help_text="The receiving organisation's code; it stands below.")
    money = MoneyField(required=False, allow_null=True, default=None)
    from_warehouse = CodeField(required=False, allow_null=True, default=None)
    to_warehouse = CodeField(required=False, allow_null=True, default=None)
    lines = serializers.ListField(child=GoodsLineInput(), max_length=MOVE_LINES_MAX, required=False, default=list)
    evidence_sha256 = TextField(
        length=SHA256_LENGTH,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the decision or agreement behind it.",
    )
    note = TextField(required=False, allow_blank=True, default="")
    reference = TextField(length=120, help_text="The caller's own number, unique for ever.")
