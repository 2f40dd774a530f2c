"""Change what is stocked and where: every change with its reason, noted and sealed."""

from collections.abc import Mapping

from logistics.journal.revisions import Cause, change_master
from logistics.kernel.eligibility import Terms, TermsUnreadable
from logistics.kernel.refusals import Unacceptable
from logistics.parties.changes import NAMES
from logistics.stock.models import Item, KitRecipe, Warehouse
from logistics.storage.transactions import action

ITEM_FIELDS = (*NAMES, "weight_grams", "size", "barcode", "fits")
# Whom goods fit is said by sex and age; the rest of the terms are for funds.
_FITTING = ("sexes", "age_from", "age_to")


class FittingUnreadable(Unacceptable):
    code = "fitting_unreadable"
    zh = "适用对象须写成性别和年龄范围。"
    en = "Whom it fits is said by sexes and ages."


WAREHOUSE_FIELDS = (*NAMES, "division_code")


@action
def change_item(*, item: Item, changes: Mapping[str, object], cause: Cause, number: int | None = None) -> Item:
    """Correct an item; its unit stays, for quantities are counted in it.

    Refuses FittingUnreadable and what `change_master` refuses.
    """
    if "fits" in changes:
        changes = {**changes, "fits": checked_fitting(changes["fits"])}
    return change_master(item, changes=changes, changeable=ITEM_FIELDS, cause=cause, number=number)


def checked_fitting(value: object) -> dict[str, object]:
    """Return whom goods fit in its stored form. Refuses FittingUnreadable."""
    if not isinstance(value, Mapping) or set(value) - set(_FITTING):
        raise FittingUnreadable(pointer="/fits")
    try:
        return Terms.from_json(value).to_json()
    except TermsUnreadable:
        raise FittingUnreadable(pointer="/fits") from None


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
