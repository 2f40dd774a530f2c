"""Those who knit from our yarn."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import StrictSerializer, TextField
from api.pages import page_of
from logistics.stock.knitters import register_knitter, standing_knitters
from logistics.stock.models import Knitter

READ, WRITE = ("stock:read", "stock:write"), ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class KnitterInput(StrictSerializer):
    """A volunteer who knits. The name is shown to nobody but who registers it."""

    name = TextField(length=120)


class KnitterAnswer(serializers.Serializer):
    """A knitter by reference."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    organisation = serializers.CharField()


class Knitters(Door):
    """Knitters."""

    scopes = {"GET": READ, "POST": WRITE}
    is_list = True

    @documented(
        "List knitters", "By reference.", answers={200: paged(KnitterAnswer, "Knitter")}, tag="knitting", query=PAGING
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, standing_knitters(self.actor.organisation), _knitter)

    @documented(
        "Register a knitter",
        "A volunteer who knits from our yarn, known by a reference from then on.",
        request=KnitterInput,
        answers={201: KnitterAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        row = register_knitter(actor=self.actor, name=self.read(KnitterInput)["name"])
        return Response(_knitter(row), status=201)


def _knitter(row: Knitter) -> dict[str, Any]:
    return {"id": str(row.id), "reference": row.reference, "organisation": row.organisation.code}
