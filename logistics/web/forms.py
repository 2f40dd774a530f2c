"""The forms of the pages. They read and word; the action behind each decides."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from logistics.donations.models import Channel
from logistics.funds.reads import funds_at_hand, visible_funds
from logistics.parties.models import DonorKind, Organisation
from logistics.parties.reads import visible_programmes, visible_suppliers
from logistics.press.label_papers import printers_for, sheets_for
from logistics.stock.access import visible_warehouses
from logistics.stock.models import KitRecipe
from logistics.stock.reads import listed_items
from logistics.stock.valuation import ValueBasis
from logistics.web.fields import DayField, NamedChoice, OnceField, YuanField, offer, preselect

QUANTITY_MAX = 1_000_000
LINES_SHOWN = 4
_CHANNELS = {
    Channel.BANK: _("Bank"),
    Channel.WECHAT: _("WeChat"),
    Channel.ALIPAY: _("Alipay"),
    Channel.CASH: _("Cash"),
    Channel.POST: _("Post"),
    Channel.OTHER: _("Another way"),
}
_BASES = {
    ValueBasis.INVOICE: _("Invoice"),
    ValueBasis.CUSTOMS: _("Customs papers"),
    ValueBasis.AGREEMENT: _("Agreement"),
    ValueBasis.APPRAISAL: _("Appraisal"),
    ValueBasis.NONE: _("No value known"),
}
DONOR_KINDS = {DonorKind.PERSON: _("A person"), DonorKind.ORGANISATION: _("An organisation")}


class PageForm(forms.Form):
    """A form of one organisation: every choice is what the organisation sees."""

    once = OnceField()
    # A gift goes to a fund that is held here; what is spent or moved may also be of one that was handed down.
    is_gift = False

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        funds = visible_funds(organisation) if self.is_gift else funds_at_hand(organisation)
        choices: dict[str, QuerySet[Any]] = {
            "programme": visible_programmes(organisation).filter(is_open=True).order_by("code"),
            "fund": funds.filter(programme__is_open=True).order_by("code"),
            "warehouse": visible_warehouses(organisation).order_by("code"),
            "supplier": visible_suppliers(organisation).order_by("code"),
            "recipe": KitRecipe.objects.filter(programme__in=visible_programmes(organisation).order_by()),
        }
        for name in choices.keys() & self.fields.keys():
            offer(self, **{name: choices[name]})
            only = list(choices[name][:2])
            if len(only) == 1 and self.fields[name].required:
                preselect(self, name, only[0].code)


class MoneyGiftForm(PageForm):
    """A gift of money."""

    is_gift = True

    fund = NamedChoice(label=_("Fund"))
    donor_name = forms.CharField(label=_("Donor"), max_length=120)
    donor_kind = forms.ChoiceField(label=_("Who gives"), choices=list(DONOR_KINDS.items()))
    amount = YuanField(label=_("Amount in yuan"))
    received_on = DayField(label=_("Received on"))
    channel = forms.ChoiceField(label=_("How it came"), choices=list(_CHANNELS.items()))
    is_anonymous = forms.BooleanField(label=_("The donor stays anonymous"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ReceiveForm(PageForm):
    """Goods that cross our door as a gift; the lines stand in a set beside it."""

    is_gift = True

    fund = NamedChoice(label=_("Fund"))
    warehouse = NamedChoice(label=_("Warehouse"))
    donor_name = forms.CharField(label=_("Donor"), max_length=120)
    donor_kind = forms.ChoiceField(label=_("Who gives"), choices=list(DONOR_KINDS.items()))
    received_on = DayField(label=_("Received on"))
    counted_by = forms.CharField(label=_("Counted by"), max_length=120, required=False)


class PurchaseForm(PageForm):
    """Goods bought with the money of one fund; the lines stand in a set beside it."""

    fund = NamedChoice(label=_("Fund"))
    supplier = NamedChoice(label=_("Supplier"))
    warehouse = NamedChoice(label=_("Warehouse"))
    purchased_on = DayField(label=_("Bought on"))
    invoice = forms.CharField(label=_("Invoice number"), max_length=64)
    is_prepaid = forms.BooleanField(label=_("Paid first: the goods come later, perhaps in parts"), required=False)


class LineForm(forms.Form):
    """One line of goods; an empty one counts for nothing."""

    item = NamedChoice(label=_("Item"), required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=QUANTITY_MAX, required=False)
    line_total = YuanField(label=_("Value of the line in yuan"), required=False)
    basis = forms.ChoiceField(label=_("Basis of value"), choices=list(_BASES.items()), required=False)
    expires_on = forms.DateField(
        label=_("Expires on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    batch = forms.CharField(label=_("Batch"), max_length=64, required=False)

    def __init__(self, *args: Any, has_basis: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, item=listed_items().filter(is_kit=False).order_by("code"))
        if not has_basis:
            del self.fields["basis"]

    def clean(self) -> dict[str, Any]:
        """Refuse a line that is half filled in."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("item") and not values.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("How many?"))
        if values.get("quantity") and not values.get("item") and "item" not in self.errors:
            self.add_error("item", _("Of what?"))
        return values


LineForms = forms.formset_factory(LineForm, extra=LINES_SHOWN, max_num=LINES_SHOWN)


class AssembleForm(PageForm):
    """Kits made of items of one fund."""

    recipe = NamedChoice(label=_("Kit"))
    fund = NamedChoice(label=_("Fund"))
    warehouse = NamedChoice(label=_("Warehouse"))
    quantity = forms.IntegerField(label=_("How many kits"), min_value=1, max_value=QUANTITY_MAX)


class PlanForm(PageForm):
    """Parcels with one kit each, for chosen families or for a number still to be assigned."""

    recipe = NamedChoice(label=_("Kit"))
    warehouse = NamedChoice(label=_("Warehouse"))
    fund = NamedChoice(label=_("Fund"), required=False)
    whom = forms.MultipleChoiceField(label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple)
    count = forms.IntegerField(
        label=_("Or so many parcels without a family"), min_value=1, max_value=1000, required=False
    )
    township = forms.CharField(label=_("Township on the label"), max_length=60, required=False)
    batch = forms.CharField(label=_("Batch"), max_length=24, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse neither families nor a number, and both."""
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("whom")) == bool(values.get("count")) and not self.errors:
            self.add_error("count", _("Choose families, or write a number: one of the two."))
        return values


def offer_papers(form: PageForm, organisation: Organisation) -> None:
    """Offer the label papers and printers of an organisation."""
    papers = [(name, f"{name} · {sheet.product}") for name, sheet in sheets_for(organisation).items()]
    offer(form, sheet=papers, printer=printers_for(organisation))


class GrantForm(PageForm):
    """Money for one family."""

    fund = NamedChoice(label=_("Fund"))
    beneficiary = forms.CharField(
        label=_("Reference of the member or household"), max_length=24, help_text=_("Such as M-7K2M9QXR or H-3F8Q1ZTD")
    )
    amount = YuanField(label=_("Amount in yuan"))
    purpose = forms.CharField(label=_("Purpose"), max_length=60, required=False)
    payee = forms.CharField(label=_("Account holder"), max_length=60, required=False)
    payee_account = forms.CharField(
        label=_("Account number"),
        max_length=34,
        required=False,
        help_text=_("Needed where it is paid by a file for the bank. Kept encrypted."),
    )
    payee_bank = forms.CharField(label=_("Bank"), max_length=60, required=False)
