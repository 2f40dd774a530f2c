"""Change what is stocked and where: every change with its reason, noted and sealed."""

from collections.abc import Mapping

from logistics.journal.revisions import Cause, change_master
from logistics.parties.changes import NAMES
from logistics.stock.models import Item, KitRecipe, Warehouse
from logistics.storage.transactions import action

ITEM_FIELDS = (*NAMES, "weight_grams", "size", "barcode")
WAREHOUSE_FIELDS = (*NAMES, "division_code")


@action
def change_item(*, item: Item, changes: Mapping[str, object], cause: Cause, number: int | None = None) -> Item:
    """Correct an item; its unit stays, for quantities are counted in it. Refuses what `change_master` refuses."""
    return change_master(item, changes=changes, changeable=ITEM_FIELDS, cause=cause, number=number)


@action
def change_kit_recipe(
    *, recipe: KitRecipe, changes: Mapping[str, object], cause: Cause, number: int | None = None
) -> KitRecipe:
    """Correct a recipe's name; another content is another recipe. Refuses what `change_master` refuses."""
    return change_master(recipe, changes=changes, changeable=NAMES, cause=cause, number=number)


@action
def change_warehouse(
    *, warehouse: Warehouse, changes: Mapping[str, object], cause: Cause, number: int | None = None
) -> Warehouse:
    """Correct a warehouse's name, or say to which place it has moved. Refuses what `change_master` refuses."""
    return change_master(warehouse, changes=changes, changeable=WAREHOUSE_FIELDS, cause=cause, number=number)
