"""Knit with Love: yarn to volunteers, garments of a size back."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import CodeField, MomentField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from logistics.funds.reads import get_fund_at_hand
from logistics.parties.access import organisation_ids_below
from logistics.stock.knitters import get_knitter, yarn_held
from logistics.stock.knitting import (
    GARMENTS_MAX,
    YarnInput,
    move_yarn_out,
    receive_garments,
    receive_yarn_back,
    record_yarn_lost,
)
from logistics.stock.money_models import YarnMove, YarnMoveKind
from logistics.stock.reads import get_item, get_warehouse

READ, WRITE = ("stock:read", "stock:write"), ("stock:write",)
PROBLEMS = (409, 413, 415, 422)


class LostYarnInput(StrictSerializer):
    """Yarn of one fund in a knitter's hands."""

    knitter = TextField(length=24, help_text="The knitter's reference, such as V-7K2M9QXR.")
    fund = CodeField()
    yarn = CodeField(help_text="The item that is the yarn.")
    quantity = WholeField(least=1, help_text="In the yarn's base unit, mostly grams.")
    happened_at = MomentField()
    reference = TextField(length=120)
    note = TextField(length=200, required=False, allow_blank=True, default="")


class YarnMoveInput(LostYarnInput):
    """Yarn of one fund that goes to a knitter or comes back."""

    warehouse = CodeField()


class GarmentsInput(YarnMoveInput):
    """Garments of a size, and the yarn that went into them."""

    garment = CodeField(help_text="The item that is the garment in its size.")
    garments = WholeField(least=1, most=GARMENTS_MAX)


class YarnMoveAnswer(serializers.Serializer):
    """A move of yarn."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=YarnMoveKind.choices)
    knitter = serializers.CharField()
    fund = serializers.CharField()
    warehouse = serializers.CharField(allow_null=True)
    yarn = serializers.CharField()
    quantity = serializers.IntegerField()
    garment = serializers.CharField(allow_null=True)
    garments = serializers.IntegerField()
    happened_at = serializers.DateTimeField()
    reference = serializers.CharField()
    entry = serializers.UUIDField()


class YarnHeldAnswer(serializers.Serializer):
    """Who holds how much yarn now."""

    items = serializers.ListField(child=serializers.DictField())
    next_cursor = serializers.CharField(allow_null=True)


class YarnMoves(Door):
    """Every move of yarn."""

    scopes = {"GET": READ}
    is_list = True

    @documented(
        "List moves of yarn",
        "Newest first.",
        answers={200: paged(YarnMoveAnswer, "YarnMove")},
        tag="knitting",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        below = organisation_ids_below(self.actor.organisation)
        rows = YarnMove.objects.filter(knitter__organisation__in=below)
        rows = rows.select_related("knitter", "fund", "warehouse", "yarn", "garment")
        return page_of(request, rows.order_by("-id"), _move)


class YarnHolders(Door):
    """Who holds how much yarn."""

    scopes = {"GET": READ}

    @documented(
        "Read who holds yarn", "Knitter by knitter, by item and fund.", answers={200: YarnHeldAnswer}, tag="knitting"
    )
    def get(self, request: Request) -> Response:
        """Read."""
        rows = yarn_held(self.actor.organisation)
        items = [
            {"knitter": row.knitter.reference, "yarn": row.item.code, "fund": row.fund_code, "quantity": row.quantity}
            for row in rows
        ]
        return Response({"items": items, "next_cursor": None})


class _YarnDoor(Door):
    """One way of yarn."""

    scopes = {"POST": WRITE}
    posts_to_books = True

    def yarn(self, form: type[StrictSerializer]) -> YarnInput:
        """Read what moves."""
        data, own = self.read(form), self.actor.organisation
        has_place, has_garment = "warehouse" in data, "garment" in data
        return YarnInput(
            knitter=get_knitter(reference=data["knitter"], organisation=own),
            fund=get_fund_at_hand(code=data["fund"], organisation=own),
            yarn=get_item(code=data["yarn"], pointer="/yarn"),
            quantity=data["quantity"],
            happened_at=data["happened_at"],
            reference=data["reference"],
            note=data["note"],
            warehouse=get_warehouse(code=data["warehouse"], organisation=own) if has_place else None,
            garment=get_item(code=data["garment"], pointer="/garment") if has_garment else None,
            garments=data.get("garments", 0),
        )


class YarnOut(_YarnDoor):
    """Yarn to a knitter."""

    @documented(
        "Give yarn out",
        "Off the shelf into a knitter's hands, first expired first.",
        request=YarnMoveInput,
        answers={201: YarnMoveAnswer, 200: YarnMoveAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Give out."""
        return _moved(*move_yarn_out(actor=self.actor, yarn=self.yarn(YarnMoveInput), now=timezone.now()))


class Garments(_YarnDoor):
    """Garments of a knitter."""

    @documented(
        "Receive garments",
        "A new lot made of the yarn that was used, worth what that was worth; its givers are in every trace.",
        request=GarmentsInput,
        answers={201: YarnMoveAnswer, 200: YarnMoveAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Receive."""
        return _moved(*receive_garments(actor=self.actor, yarn=self.yarn(GarmentsInput), now=timezone.now()))


class YarnBack(_YarnDoor):
    """Yarn that was left."""

    @documented(
        "Receive yarn back",
        "What a knitter did not need.",
        request=YarnMoveInput,
        answers={201: YarnMoveAnswer, 200: YarnMoveAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Receive."""
        return _moved(*receive_yarn_back(actor=self.actor, yarn=self.yarn(YarnMoveInput), now=timezone.now()))


class YarnLost(_YarnDoor):
    """Yarn that is gone."""

    @documented(
        "Record lost yarn",
        "What a knitter no longer has and made nothing of.",
        request=LostYarnInput,
        answers={201: YarnMoveAnswer, 200: YarnMoveAnswer},
        problems=PROBLEMS,
        tag="knitting",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Record."""
        return _moved(*record_yarn_lost(actor=self.actor, yarn=self.yarn(LostYarnInput), now=timezone.now()))


def _moved(row: YarnMove, is_new: bool) -> Response:
    return Response(_move(row), status=201 if is_new else 200)


def _move(row: YarnMove) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "knitter": row.knitter.reference,
        "fund": row.fund.code,
        "warehouse": row.warehouse.code if row.warehouse else None,
        "yarn": row.yarn.code,
        "quantity": row.yarn_quantity,
        "garment": row.garment.code if row.garment else None,
        "garments": row.garment_quantity,
        "happened_at": MomentField().to_representation(row.happened_at),
        "reference": row.reference,
        "entry": str(row.entry_id),
    }
