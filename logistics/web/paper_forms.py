"""The forms of bills and of paper."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.press.papers.kinds import PaperKind
from logistics.stock.count_models import StockTake, StockTakeState
from logistics.stock.count_reads import visible_stock_takes
from logistics.stock.models import Purchase
from logistics.stock.purchase_reads import visible_purchases
from logistics.web.fields import NamedChoice, RowChoice, YuanField, offer
from logistics.web.forms import QUANTITY_MAX, PageForm
from logistics.web.suggesting import suggest_places
from logistics.web.templatetags.nuanliu import named


class BillForm(PageForm):
    """An official bill as it stands on its paper."""

    code = forms.CharField(label=_("Code of the bill"), max_length=20)
    number = forms.CharField(label=_("Number of the bill"), max_length=20)
    issued_on = forms.DateField(
        label=_("Date on the bill"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    amount = YuanField(label=_("Amount in yuan"))
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, at most 10 MB and 20 megapixels"),
    )


class PlacedChoice(RowChoice):
    """A choice of things that have no code, each by where and when."""

    def label_from_instance(self, obj: Model) -> str:
        """Say the invoice and supplier of a purchase, or the warehouse of a stock-take, and the day."""
        if isinstance(obj, Purchase):
            return f"{obj.invoice} · {named(obj.supplier)} · {timezone.localdate(obj.purchased_at)}"
        assert isinstance(obj, StockTake)
        return f"{named(obj.warehouse)} · {timezone.localtime(obj.opened_at):%Y-%m-%d %H:%M}"


class PaperForm(PageForm):
    """What a kind of paper needs to be told; it shows only the fields of its kind."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=9999)
    programme = NamedChoice(label=_("Programme"))
    batch = forms.CharField(label=_("Batch"), max_length=24)
    township = forms.CharField(label=_("Township"), max_length=60)
    notice = forms.CharField(label=_("Number of the public notice"), max_length=12)
    household = forms.CharField(label=_("Only this family (reference)"), max_length=24)
    warehouse = NamedChoice(label=_("Warehouse"))
    recipe = NamedChoice(label=_("Kit"))
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=QUANTITY_MAX)
    gift = forms.CharField(label=_("Code of the gift"), max_length=60)
    parcel = forms.CharField(label=_("Parcel code"), max_length=60)
    purchase = PlacedChoice(label=_("Purchase"))
    stock_take = PlacedChoice(label=_("Stock-take"))
    names = forms.CharField(label=_("Names, one a line"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, kind: PaperKind, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        takes = visible_stock_takes(organisation).filter(state=StockTakeState.OPEN)
        offer(self, purchase=visible_purchases(organisation), stock_take=takes)
        self.asked = (*kind.needs, *kind.takes)
        for name in set(self.fields) - {"once", *self.asked}:
            del self.fields[name]
        for name in kind.takes:
            self.fields[name].required = False
        suggest_places(self, organisation)

    def request(self) -> dict[str, Any]:
        """Say what is asked for: codes and counts by name."""
        values = {name: self.cleaned_data.get(name) for name in self.asked}
        return {name: _key(value) for name, value in values.items() if value not in (None, "")}


def _key(value: Any) -> Any:
    """Say a chosen row by its code, or by its id where it has none."""
    if isinstance(value, Model):
        return vars(value).get("code") or str(value.pk)
    return value
