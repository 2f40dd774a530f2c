"""The register of goods without determinable value."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from logistics.stock.unvalued import unvalued_goods

READ, WRITE = ("stock:read", "stock:write"), ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class UnvaluedAnswer(serializers.Serializer):
    """The register: quantities, and no amount."""

    items = serializers.ListField(child=serializers.DictField())
    next_cursor = serializers.CharField(allow_null=True)


class UnvaluedGoods(Door):
    """The register of goods without determinable value."""

    scopes = {"GET": (*READ, "ledgers:read")}

    @documented(
        "Read goods without value",
        "A register of quantities alone: no value can be had of these goods, so no amount of them stands anywhere.",
        answers={200: UnvaluedAnswer},
        tag="stock",
    )
    def get(self, request: Request) -> Response:
        """Read."""
        items = [
            {
                "lot": str(row.lot_id),
                "item": row.item_code,
                "unit": row.unit,
                "fund": row.fund_code,
                "basis": row.basis,
                "value": None,
                "batch": row.batch,
                "expires_on": row.expires_on.isoformat() if row.expires_on else None,
                "received_on": row.received_on.isoformat(),
                "in_care": row.in_care,
                "given": row.given,
                "gone": row.gone,
            }
            for row in unvalued_goods(self.actor.organisation)
        ]
        return Response({"items": items, "next_cursor": None})
