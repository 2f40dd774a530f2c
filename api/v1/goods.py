"""Master data: what is given out and where it lies - items, kit recipes and warehouses."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import PAGING, Door, documented, paged
from api.fields import ChoiceTextField, CodeField, StrictSerializer, TextField, WholeField
from api.pages import page_of
from api.v1.masters import ADMIN, MasterAnswer, MasterInput, named, said
from logistics.parties.reads import get_programme, visible_programmes
from logistics.partners.reads import is_sandbox
from logistics.stock.access import visible_warehouses
from logistics.stock.actions import (
    RECIPE_LINES_MAX,
    register_item,
    register_kit_recipe,
    register_warehouse,
)
from logistics.stock.models import Item, KitRecipe, Unit, Warehouse
from logistics.stock.reads import get_item, listed_items

GRAMS_MAX = 10_000_000


class ItemInput(MasterInput):
    """A kind of goods."""

    unit = ChoiceTextField(choices=Unit.choices, required=False, default=Unit.PIECE)
    weight_grams = WholeField(least=1, most=GRAMS_MAX, required=False, allow_null=True, default=None)
    size = TextField(length=20, required=False, allow_blank=True, default="")
    barcode = TextField(length=14, required=False, allow_blank=True, default="")


class ItemAnswer(MasterAnswer):
    """A kind of goods."""

    unit = serializers.CharField()
    weight_grams = serializers.IntegerField(allow_null=True)
    size = serializers.CharField(allow_blank=True)
    is_kit = serializers.BooleanField()


class Items(Door):
    """Items."""

    scopes, is_list = ADMIN, True

    @documented(
        "List items",
        "Every kind of goods, kits included.",
        answers={200: paged(ItemAnswer, "Item")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, listed_items(with_tests=is_sandbox(self.actor.organisation)).order_by("id"), said_item)

    @documented(
        "Register an item",
        "Counted in pieces or in grams.",
        request=ItemInput,
        answers={201: ItemAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(ItemInput)
        row = register_item(
            **named(data),
            unit=data["unit"],
            weight_grams=data["weight_grams"],
            size=data["size"],
            barcode=data["barcode"],
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said_item(row), status=201)


def said_item(row: Item) -> dict[str, Any]:
    """Say an item."""
    return said(row, unit=row.unit, weight_grams=row.weight_grams, size=row.size, is_kit=row.is_kit)


class RecipeLineInput(StrictSerializer):
    """One item of a recipe."""

    item = CodeField()
    quantity = WholeField(least=1)


class KitRecipeInput(MasterInput):
    """What a pack holds."""

    programme = CodeField()
    lines = serializers.ListField(child=RecipeLineInput(), max_length=RECIPE_LINES_MAX)


class RecipeLineAnswer(serializers.Serializer):
    """One item of a recipe."""

    item = serializers.CharField()
    quantity = serializers.IntegerField()


class KitRecipeAnswer(MasterAnswer):
    """What a pack holds."""

    programme = serializers.CharField()
    lines = serializers.ListField(child=RecipeLineAnswer())


class KitRecipes(Door):
    """Kit recipes."""

    scopes, is_list = ADMIN, True

    @documented(
        "List kit recipes",
        "With their lines.",
        answers={200: paged(KitRecipeAnswer, "KitRecipe")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        rows: QuerySet[KitRecipe] = KitRecipe.objects.filter(
            programme__in=visible_programmes(self.actor.organisation).order_by().values("id")
        )
        return page_of(
            request, rows.select_related("programme").prefetch_related("lines__item").order_by("id"), said_recipe
        )

    @documented(
        "Register a kit recipe",
        "Makes the kit an item of the same code.",
        request=KitRecipeInput,
        answers={201: KitRecipeAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(KitRecipeInput)
        lines = [
            (get_item(code=line["item"], pointer=f"/lines/{position}/item"), line["quantity"])
            for position, line in enumerate(data["lines"])
        ]
        programme = get_programme(code=data["programme"], organisation=self.actor.organisation)
        row = register_kit_recipe(
            **named(data), programme=programme, lines=lines, cause=self.actor.cause(timezone.now())
        )
        return Response(said_recipe(row), status=201)


def said_recipe(row: KitRecipe) -> dict[str, Any]:
    """Say a kit recipe with its lines."""
    lines = [{"item": line.item.code, "quantity": line.quantity} for line in row.lines.all()]
    return said(row, programme=row.programme.code, lines=lines)


class WarehouseInput(MasterInput):
    """Where goods lie."""

    division_code = TextField(length=12, required=False, allow_blank=True, default="")


class Warehouses(Door):
    """Warehouses."""

    scopes, is_list = ADMIN, True

    @documented(
        "List warehouses",
        "Those of the caller's organisation and below.",
        answers={200: paged(MasterAnswer, "Warehouse")},
        tag="master data",
        query=PAGING,
    )
    def get(self, request: Request) -> Response:
        """List."""
        return page_of(request, visible_warehouses(self.actor.organisation), said)

    @documented(
        "Register a warehouse",
        "It belongs to the caller's organisation.",
        request=WarehouseInput,
        answers={201: MasterAnswer},
        problems=(409, 413, 415, 422),
        tag="master data",
        is_repeatable=True,
    )
    def post(self, request: Request) -> Response:
        """Register."""
        data = self.read(WarehouseInput)
        row: Warehouse = register_warehouse(
            organisation=self.actor.organisation,
            **named(data),
            division_code=data["division_code"],
            cause=self.actor.cause(timezone.now()),
        )
        return Response(said(row), status=201)
