"""The forms about yarn and those who knit."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.stock.knitters import standing_knitters
from logistics.stock.money_models import YarnMoveKind
from logistics.stock.reads import listed_items
from logistics.web.fields import DayField, NamedChoice, RowChoice, offer
from logistics.web.forms import QUANTITY_MAX, PageForm
from logistics.web.money_wording import YARN_MOVES


class KnitterForm(PageForm):
    """A volunteer who knits."""

    name = forms.CharField(label=_("Name"), max_length=120)


class KnitterChoice(RowChoice):
    """A choice of those who knit, each by name and reference."""

    def __init__(self, **options: Any) -> None:
        super().__init__(to_field_name="reference", **options)

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the reference."""
        return f"{vars(obj)['name']} ({vars(obj)['reference']})"


class YarnForm(PageForm):
    """Yarn that goes to a volunteer, and what comes of it."""

    kind = forms.ChoiceField(
        label=_("What happens"), choices=[(name, YARN_MOVES[name]) for name in YarnMoveKind.values]
    )
    knitter = KnitterChoice(label=_("Volunteer"))
    fund = NamedChoice(label=_("Fund"))
    warehouse = NamedChoice(label=_("Warehouse"))
    yarn = NamedChoice(label=_("Yarn"))
    quantity = forms.IntegerField(label=_("How much yarn, in its unit"), min_value=1, max_value=QUANTITY_MAX)
    garment = NamedChoice(label=_("Garment"), required=False)
    garments = forms.IntegerField(label=_("How many garments"), min_value=1, max_value=QUANTITY_MAX, required=False)
    happened_on = DayField(label=_("On"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        items = listed_items().filter(is_kit=False).order_by("code")
        offer(self, knitter=standing_knitters(organisation), yarn=items, garment=items)

    def clean(self) -> dict[str, Any]:
        """Refuse garments without their kind and number."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") == YarnMoveKind.GARMENTS:
            for name in ("garment", "garments"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Which garment, and how many?"))
        return values
