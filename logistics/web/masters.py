"""Which master data the pages show and let correct: how its rows are found, named and changed."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import BooleanField, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logistics.funds.changes import FUND_FIELDS, change_fund
from logistics.funds.reads import visible_funds
from logistics.journal.history import MasterRow
from logistics.kernel.proofs import REQUIRED_KINDS
from logistics.kernel.refusals import Missing
from logistics.parties.changes import (
    DONOR_FIELDS,
    NAMES,
    ORGANISATION_FIELDS,
    PERSON_FIELDS,
    PROGRAMME_FIELDS,
    change_donor,
    change_organisation,
    change_person,
    change_programme,
    change_supplier,
)
from logistics.parties.models import Organisation, Role
from logistics.parties.reads import (
    visible_donors,
    visible_organisations,
    visible_people,
    visible_programmes,
    visible_suppliers,
)
from logistics.stock.access import visible_warehouses
from logistics.stock.changes import ITEM_FIELDS, WAREHOUSE_FIELDS, change_item, change_kit_recipe, change_warehouse
from logistics.stock.models import KitRecipe
from logistics.stock.reads import listed_items
from logistics.web.audit_forms import MasterChangeForm
from logistics.web.history_wording import FIELDS
from logistics.web.wording import PROOFS, ROLES

# Changed through the API alone: a mapping has no form of its own.
_WITHOUT_FORM = frozenset({"days_per_stage"})


class MasterMissing(Missing):
    code = "master_missing"
    zh = "没有找到这份资料。"
    en = "There is no such master data."


@dataclass(frozen=True)
class MasterPage:
    """One kind of master data for the pages. `key` is the field that people call a row by."""

    words: Promise
    key: str
    rows: Callable[[Organisation], "QuerySet[Any]"]
    fields: tuple[str, ...]
    change: Callable[..., MasterRow]


MASTERS: Mapping[str, MasterPage] = {
    "organisations": MasterPage(
        _("Organisations"),
        "code",
        visible_organisations,
        ORGANISATION_FIELDS,
        lambda row, **more: change_organisation(organisation=row, **more),
    ),
    "programmes": MasterPage(
        _("Programmes"),
        "code",
        visible_programmes,
        PROGRAMME_FIELDS,
        lambda row, **more: change_programme(programme=row, **more),
    ),
    "funds": MasterPage(
        _("Funds"), "code", visible_funds, FUND_FIELDS, lambda row, **more: change_fund(fund=row, **more)
    ),
    "people": MasterPage(
        _("People and their roles"),
        "username",
        visible_people,
        PERSON_FIELDS,
        lambda row, **more: change_person(person=row, **more),
    ),
    "donors": MasterPage(
        _("Donors"), "reference", visible_donors, DONOR_FIELDS, lambda row, **more: change_donor(donor=row, **more)
    ),
    "suppliers": MasterPage(
        _("Suppliers"), "code", visible_suppliers, NAMES, lambda row, **more: change_supplier(supplier=row, **more)
    ),
    "warehouses": MasterPage(
        _("Warehouses"),
        "code",
        visible_warehouses,
        WAREHOUSE_FIELDS,
        lambda row, **more: change_warehouse(warehouse=row, **more),
    ),
    "items": MasterPage(
        _("Items"),
        "code",
        lambda organisation: listed_items().order_by("code"),
        ITEM_FIELDS,
        lambda row, **more: change_item(item=row, **more),
    ),
    "kit-recipes": MasterPage(
        _("Kit recipes"),
        "code",
        lambda organisation: KitRecipe.objects.filter(
            programme__in=visible_programmes(organisation).order_by()
        ).order_by("code"),
        NAMES,
        lambda row, **more: change_kit_recipe(recipe=row, **more),
    ),
}


def find_master(kind: str, key: str, organisation: Organisation) -> tuple[MasterPage, MasterRow]:
    """Return a kind's page and its row. Refuses MasterMissing, also for another organisation's."""
    page = MASTERS.get(kind)
    found = page.rows(organisation).filter(**{page.key: key}).first() if page else None
    if page is None or found is None:
        raise MasterMissing
    return page, found


def kind_of_history(kind: str) -> str:
    """Say which pages show a kind of the history, or nothing where none do."""
    words = {"KIT_RECIPE": "kit-recipes", "PERSON": "people"}
    found = words.get(kind, f"{kind.lower()}s")
    return found if found in MASTERS else ""


def key_of(kind: str, subject_id: uuid.UUID) -> str:
    """Return what people call a row of the history, or nothing where no page shows it."""
    page = MASTERS.get(kind)
    if page is None:
        return ""
    model: type[Model] = page.rows(Organisation()).model
    return str(model._default_manager.filter(pk=subject_id).values_list(page.key, flat=True).first() or "")


def change_form(page: MasterPage, row: MasterRow, number: int, data: Any = None) -> MasterChangeForm:
    """Make the form that corrects a row: its changeable fields as they stand, and why."""
    initial = {name: getattr(row, name) for name in page.fields}
    form = MasterChangeForm(data, initial={**initial, "number": number})
    for name in page.fields:
        if name not in _WITHOUT_FORM:
            form.fields[name] = _field(row, name)
    form.order_fields([*page.fields, "reason", "number"])
    return form


def _field(row: MasterRow, name: str) -> forms.Field:
    label = FIELDS.get(name, name)
    if name == "roles":
        return forms.MultipleChoiceField(
            label=label, choices=[(role, ROLES[role]) for role in Role.values], widget=forms.CheckboxSelectMultiple
        )
    if name == "required_proofs":
        return forms.MultipleChoiceField(
            label=label,
            choices=[(kind, PROOFS[kind]) for kind in REQUIRED_KINDS],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    column = row._meta.get_field(name)
    if isinstance(column, BooleanField):
        return forms.BooleanField(label=label, required=False)
    field = column.formfield(label=label)  # type: ignore[union-attr]  # -- changeable fields are columns
    assert field is not None
    return field
