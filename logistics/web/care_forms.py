"""The forms of goods in care and on the way."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.hold_reads import visible_holds
from logistics.stock.models import Warehouse
from logistics.stock.reads import listed_items, stock_rows
from logistics.web.care_wording import CARE_REASONS
from logistics.web.fields import NamedChoice, YuanField, offer
from logistics.web.forms import QUANTITY_MAX, PageForm
from logistics.web.money_forms import EvidenceField

LINES_SHOWN = 4
# Free goods to choose from on one page.
PLACES_SHOWN_MAX = 300


class GoodsLineForm(forms.Form):
    """One line of goods that leave; an empty one counts for nothing."""

    item = NamedChoice(label=_("Item"), required=False)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=QUANTITY_MAX, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, item=listed_items().order_by("code"))

    def clean(self) -> dict[str, Any]:
        """Refuse a line that is half filled in."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("item") and not values.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("How many?"))
        if values.get("quantity") and not values.get("item") and "item" not in self.errors:
            self.add_error("item", _("Of what?"))
        return values


GoodsLineForms = forms.formset_factory(GoodsLineForm, extra=LINES_SHOWN, max_num=LINES_SHOWN)


class MoveForm(PageForm):
    """Goods from one warehouse to another; the lines stand in a set beside it."""

    fund = NamedChoice(label=_("Fund"))
    warehouse = NamedChoice(label=_("From warehouse"))
    to = NamedChoice(label=_("To warehouse"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        below = organisation_ids_below(organisation)
        offer(self, to=Warehouse.objects.filter(organisation__in=below).order_by("code"))


class GoodsDownForm(MoveForm):
    """Goods to a body below: the warehouse that they come to says to whom."""

    evidence_sha256 = EvidenceField(is_required=False)


class MoneyDownForm(PageForm):
    """Money to a body below."""

    fund = NamedChoice(label=_("Fund"))
    to = NamedChoice(label=_("To"))
    amount = YuanField(label=_("Amount in yuan"))
    evidence_sha256 = EvidenceField(is_required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        below = Organisation.objects.filter(path__startswith=organisation.path).exclude(id=organisation.id)
        offer(self, to=below.order_by("path"))


class StockTakeForm(PageForm):
    """A count of a warehouse, or of one item there."""

    warehouse = NamedChoice(label=_("Warehouse"))
    item = NamedChoice(label=_("Only this item"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, item=listed_items().order_by("code"))


class HoldForm(PageForm):
    """Goods to set aside."""

    goods = forms.ChoiceField(label=_("Goods"))
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=QUANTITY_MAX)
    reason = forms.ChoiceField(label=_("Reason"), choices=list(CARE_REASONS.items()))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, goods=self.places(organisation))

    def places(self, organisation: Organisation) -> list[tuple[str, str]]:
        """List what lies free: `warehouse/lot` and its words."""
        rows = [row for row in stock_rows(organisation=organisation) if row.on_hand][:PLACES_SHOWN_MAX]
        return [(f"{row.warehouse_code}/{row.lot_id}", _said(row)) for row in rows]

    def chosen(self) -> tuple[str, uuid.UUID]:
        """Return the warehouse's code and the lot that were chosen."""
        place, _, lot = self.cleaned_data["goods"].rpartition("/")
        return place, uuid.UUID(lot)


class WriteOffForm(HoldForm):
    """Goods to write off or to sell: off the shelf, or off a hold."""

    evidence_sha256 = EvidenceField()
    buyer = forms.CharField(label=_("Buyer, where the goods are sold"), max_length=120, required=False)
    proceeds = YuanField(label=_("Proceeds in yuan"), required=False)
    field_order = ("goods", "quantity", "reason", "evidence_sha256", "buyer", "proceeds", "note")

    def places(self, organisation: Organisation) -> list[tuple[str, str]]:
        """List what is set aside first, then what lies free."""
        held = visible_holds(organisation).filter(left__gt=0)[:PLACES_SHOWN_MAX]
        aside = [(f"hold/{row.id}", f"⊘ {row.item.name_zh} · {row.warehouse.code} · {row.left}") for row in held]
        return [*aside, *super().places(organisation)]


class RecallForm(PageForm):
    """Goods to call back."""

    item = NamedChoice(label=_("Item"))
    batch = forms.CharField(label=_("Batch"), max_length=64, required=False, help_text=_("Empty: every batch."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer(self, item=listed_items().order_by("code"))


def _said(row: Any) -> str:
    parts = [row.item_name_zh, row.batch, row.expires_on.isoformat() if row.expires_on else "", row.warehouse_code]
    return " · ".join(filter(None, [*parts, str(row.on_hand)]))
