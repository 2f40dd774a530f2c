"""The forms of knitting orders: a child's measures, yarn for whoever knits, the garment, its parcel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.stock.knitters import standing_knitters
from logistics.stock.reads import listed_items
from logistics.volunteering.knitted import MEASURES
from logistics.web.fields import DayField, NamedChoice, offer
from logistics.web.forms import QUANTITY_MAX, PageForm
from logistics.web.helping_wording import MEASURE_WORDS
from logistics.web.knitting_forms import KnitterChoice


class MeasuresForm(PageForm):
    """Whom it is for, which garment, and at least one measure in millimetres."""

    recipient = forms.CharField(label=_("Reference of the child"), max_length=24, help_text=_("Such as M-7K2M9QXR"))
    garment = NamedChoice(label=_("Garment in its size"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, garment=listed_items().filter(is_kit=False).order_by("code"))
        for name, (least, most) in MEASURES.items():
            self.fields[name] = forms.IntegerField(
                label=MEASURE_WORDS[name], min_value=least, max_value=most, required=False
            )

    def measures(self) -> dict[str, int]:
        """Return what was measured."""
        return {name: self.cleaned_data[name] for name in MEASURES if self.cleaned_data.get(name)}


class UsedYarnForm(PageForm):
    """Yarn of one fund that moves, out or as a garment."""

    fund = NamedChoice(label=_("Fund"))
    warehouse = NamedChoice(label=_("Warehouse"))
    yarn = NamedChoice(label=_("Yarn"))
    quantity = forms.IntegerField(label=_("How much yarn, in its unit"), min_value=1, max_value=QUANTITY_MAX)
    happened_on = DayField(label=_("On"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, yarn=listed_items().filter(is_kit=False).order_by("code"))


class YarnOutForm(UsedYarnForm):
    """Yarn, and who knits."""

    knitter = KnitterChoice(label=_("Volunteer"))
    field_order = ("knitter",)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, knitter=standing_knitters(organisation))


class OrderParcelForm(PageForm):
    """The parcel that brings the garment home."""

    parcel = forms.CharField(label=_("Parcel code"), max_length=60)
