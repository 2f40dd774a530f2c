"""The forms about money beyond gifts, purchases and grants."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from logistics.donations.models import Donation
from logistics.donations.refunds import unused_of
from logistics.funds.cost_rules import PER_MILLE
from logistics.funds.money_models import CostCategory
from logistics.parties.models import Organisation
from logistics.stock.models import Item, Purchase
from logistics.web.fields import DayField, NamedChoice, YuanField
from logistics.web.forms import PageForm
from logistics.web.money_wording import COST_CATEGORIES
from logistics.web.templatetags.nuanliu import named

EVIDENCE_BYTES_MAX = 20_000_000


class EvidenceField(forms.FileField):
    """A document that proves something: read, hashed and given back to its owner. Gives the SHA-256."""

    def __init__(self, *, is_required: bool = True) -> None:
        super().__init__(
            required=is_required,
            label=_("The document that proves it"),
            help_text=_("Its fingerprint (SHA-256) is kept with the entry; the file itself stays with you."),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Hash the file. Refuses an empty and a too large one, and none where one is required."""
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return ""
        if (file.size or 0) > EVIDENCE_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        return digest.hexdigest()


class InterestForm(PageForm):
    """What a bank paid."""

    fund = NamedChoice(label=_("Fund"))
    amount = YuanField(label=_("Amount in yuan"))
    happened_on = DayField(label=_("Paid by the bank on"))
    reason = forms.CharField(label=_("Note"), max_length=500, required=False)
    evidence_sha256 = EvidenceField()


class CostForm(PageForm):
    """What a fund pays for."""

    fund = NamedChoice(label=_("Fund"))
    category = forms.ChoiceField(
        label=_("What it was for"), choices=[(name, COST_CATEGORIES[name]) for name in CostCategory.values]
    )
    amount = YuanField(label=_("Amount in yuan"))
    payee = forms.CharField(label=_("Paid to"), max_length=120, required=False)
    happened_on = DayField(label=_("Paid on"))
    reason = forms.CharField(label=_("Note"), max_length=500, required=False)
    evidence_sha256 = EvidenceField()


class OpeningForm(PageForm):
    """What a fund held when its books began here; goods stand in a set of lines beside it."""

    fund = NamedChoice(label=_("Fund"))
    amount = YuanField(label=_("Money in the bank, in yuan"), required=False)
    warehouse = NamedChoice(label=_("Warehouse of the goods"))
    happened_on = DayField(label=_("As of"))
    reason = forms.CharField(label=_("Note"), max_length=500, required=False)
    evidence_sha256 = EvidenceField()


class RefundForm(PageForm):
    """A gift given back: an amount of money, or so many of each line of goods."""

    happened_on = DayField(label=_("Given back on"))
    reason = forms.CharField(label=_("Why"), max_length=500)
    evidence_sha256 = EvidenceField()

    def __init__(self, *args: Any, gift: Donation, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        self.gift, unused = gift, unused_of(gift)
        self.lines = list(gift.lines.select_related("item").order_by("id"))
        if gift.kind == "MONEY":
            self.fields["amount"] = YuanField(label=_("Amount in yuan"))
        for line in self.lines:
            most = unused.get(str(line.lot_id), 0)
            self.fields[f"line-{line.id}"] = forms.IntegerField(
                label=_said(_("%(item)s (%(count)s unused)"), line.item, most),
                min_value=0,
                max_value=most,
                required=False,
            )
        self.order_fields(["once", "amount", *(f"line-{line.id}" for line in self.lines)])

    def wanted(self) -> "list[tuple[Any, int]]":
        """List the lines that go back, with how many of each."""
        found = [(line, self.cleaned_data.get(f"line-{line.id}") or 0) for line in self.lines]
        return [(line, quantity) for line, quantity in found if quantity]


class ReversalForm(PageForm):
    """An entry that was a mistake."""

    entry = forms.UUIDField(label=_("Number of the entry"))
    reason = forms.CharField(label=_("Why"), max_length=500)
    evidence_sha256 = EvidenceField()


class AgreementForm(PageForm):
    """What was signed about a fund."""

    fund = NamedChoice(label=_("Fund"))
    number = forms.CharField(label=_("Number of the agreement"), max_length=64)
    signed_on = DayField(label=_("Signed on"))
    purpose = forms.CharField(label=_("Purpose"), max_length=500, required=False)
    cap = forms.IntegerField(
        label=_("Most that management may cost, in thousandths of the gifts"),
        min_value=0,
        max_value=PER_MILLE,
        required=False,
    )
    document_sha256 = EvidenceField()


class ReceiptForm(PageForm):
    """Goods of a purchase that was paid first."""

    invoice = forms.CharField(label=_("Invoice number"), max_length=64)
    happened_on = DayField(label=_("Received on"))
    may_pay_more = forms.BooleanField(label=_("The fund pays the difference where prices rose"), required=False)

    def __init__(self, *args: Any, purchase: Purchase, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        rows = purchase.lines.select_related("item").order_by("id")
        self.lines = [line for line in rows if line.received < line.quantity]
        for line in self.lines:
            left = line.quantity - line.received
            self.fields[f"came-{line.id}"] = forms.IntegerField(
                label=_said(_("%(item)s (%(count)s to come)"), line.item, left),
                min_value=0,
                max_value=left,
                required=False,
            )
            self.fields[f"price-{line.id}"] = YuanField(
                label=_("Invoiced for it, in yuan"), required=False, help_text=_("Empty: the price that was ordered.")
            )

    def came(self) -> "Iterable[tuple[Any, int, int | None]]":
        """Yield what came: the line, how many, and the price where another was invoiced."""
        for line in self.lines:
            quantity = self.cleaned_data.get(f"came-{line.id}") or 0
            if quantity:
                yield line, quantity, self.cleaned_data.get(f"price-{line.id}")


class PriceRefundForm(PageForm):
    """What a supplier paid back."""

    amount = YuanField(
        label=_("Amount in yuan"),
        required=False,
        help_text=_("Empty: all that waits. The rest of the goods does not come."),
    )
    happened_on = DayField(label=_("Paid back on"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
    evidence_sha256 = EvidenceField()


def _said(words: Promise, item: Item, count: int) -> str:
    return str(words) % {"item": named(item), "count": count}
