"""Which master data may be changed through the API, and in what."""

import uuid

from rest_framework import serializers

from api.fields import ChoiceTextField, TextField, TruthField, WholeField
from api.v1 import funds, goods, masters
from api.v1.changes import ChangeInput, Master, NamesPatch, doors_of
from logistics.funds.changes import change_fund
from logistics.funds.reads import get_fund
from logistics.kernel.delivery_states import STATES
from logistics.kernel.proofs import REQUIRED_KINDS
from logistics.parties.actors import Actor
from logistics.parties.changes import change_donor, change_organisation, change_programme, change_supplier
from logistics.parties.models import Donor, LabelTemplate, Level, OrganisationKind
from logistics.parties.reads import (
    DonorMissing,
    get_donor,
    get_organisation,
    get_programme,
    get_supplier,
)
from logistics.stock.changes import change_item, change_kit_recipe, change_warehouse
from logistics.stock.models import KitRecipe
from logistics.stock.reads import get_item, get_kit_recipe, get_warehouse

DAYS_PER_STAGE_MAX = 365


class NamedChangeInput(ChangeInput):
    """The name of a row of master data."""

    name = NamesPatch()


class OrganisationChangeInput(NamedChangeInput):
    """What may be corrected of a body; its place in the tree stays."""

    kind = ChoiceTextField(choices=OrganisationKind.choices)
    level = ChoiceTextField(choices=Level.choices)
    division_code = TextField(length=12, allow_blank=True, allow_null=True)
    telephone = TextField(length=24, allow_blank=True, allow_null=True)
    is_demonstration = TruthField()


class ProgrammeChangeInput(NamedChangeInput):
    """What may change of a programme; `is_open` closes and reopens it."""

    is_open = TruthField()
    required_proofs = serializers.ListField(
        child=ChoiceTextField(choices=REQUIRED_KINDS), allow_null=True, max_length=len(REQUIRED_KINDS)
    )
    days_per_stage = serializers.DictField(
        child=WholeField(least=1, most=DAYS_PER_STAGE_MAX),
        allow_null=True,
        help_text=f"Days that a parcel may stay in a state before it is late, by state: {', '.join(STATES)}.",
    )
    thanks = TextField(length=60, allow_blank=True, allow_null=True)
    label_template = ChoiceTextField(choices=LabelTemplate.choices)


class DonorChangeInput(ChangeInput):
    """What may be corrected of a donor."""

    name = TextField(length=120)
    may_be_named = TruthField()


class ItemChangeInput(NamedChangeInput):
    """What may be corrected of an item; its unit stays."""

    weight_grams = WholeField(least=1, most=goods.GRAMS_MAX, allow_null=True)
    size = TextField(length=20, allow_blank=True, allow_null=True)
    barcode = TextField(length=14, allow_blank=True, allow_null=True)


class WarehouseChangeInput(NamedChangeInput):
    """What may be corrected of a warehouse, and where it is."""

    division_code = TextField(length=12, allow_blank=True, allow_null=True)


class FundChangeInput(NamedChangeInput):
    """What may be corrected of a fund; its terms have revisions of their own."""

    filing_number = TextField(length=64, allow_blank=True, allow_null=True)


def _recipe(actor: Actor, key: str) -> KitRecipe:
    return get_kit_recipe(code=key, organisation=actor.organisation)


def _donor(actor: Actor, key: str) -> Donor:
    try:
        donor_id = uuid.UUID(key)
    except ValueError:
        raise DonorMissing(donor=key[:40]) from None
    return get_donor(donor_id=donor_id, organisation=actor.organisation)


MASTERS = {
    "organisations": Master(
        "an organisation",
        lambda actor, key: get_organisation(code=key, within=actor.organisation),
        lambda row, **more: change_organisation(organisation=row, **more),
        masters.said_organisation,
        OrganisationChangeInput,
        masters.OrganisationAnswer,
        {},
    ),
    "programmes": Master(
        "a programme",
        lambda actor, key: get_programme(code=key, organisation=actor.organisation),
        lambda row, **more: change_programme(programme=row, **more),
        masters.said_programme,
        ProgrammeChangeInput,
        masters.ProgrammeAnswer,
        {"required_proofs": [], "days_per_stage": {}},
    ),
    "donors": Master(
        "a donor",
        _donor,
        lambda row, **more: change_donor(donor=row, **more),
        masters.said_donor,
        DonorChangeInput,
        masters.DonorAnswer,
        {},
        ("donations:read", "donations:write", "admin"),
    ),
    "suppliers": Master(
        "a supplier",
        lambda actor, key: get_supplier(code=key, organisation=actor.organisation),
        lambda row, **more: change_supplier(supplier=row, **more),
        masters.said,
        NamedChangeInput,
        masters.MasterAnswer,
        {},
    ),
    "items": Master(
        "an item",
        lambda actor, key: get_item(code=key),
        lambda row, **more: change_item(item=row, **more),
        goods.said_item,
        ItemChangeInput,
        goods.ItemAnswer,
        {"weight_grams": None},
    ),
    "kit-recipes": Master(
        "a kit recipe",
        _recipe,
        lambda row, **more: change_kit_recipe(recipe=row, **more),
        goods.said_recipe,
        NamedChangeInput,
        goods.KitRecipeAnswer,
        {},
    ),
    "warehouses": Master(
        "a warehouse",
        lambda actor, key: get_warehouse(code=key, organisation=actor.organisation),
        lambda row, **more: change_warehouse(warehouse=row, **more),
        masters.said,
        WarehouseChangeInput,
        masters.MasterAnswer,
        {},
    ),
    "funds": Master(
        "a fund",
        lambda actor, key: get_fund(code=key, organisation=actor.organisation),
        lambda row, **more: change_fund(fund=row, **more),
        funds.said_fund,
        FundChangeInput,
        funds.FundAnswer,
        {},
        ("admin", "ledgers:read", "donations:read", "donations:write", "stock:read", "stock:write"),
    ),
}
DOORS = {name: doors_of(master) for name, master in MASTERS.items()}
