"""The forms of payment batches and of pledges."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.donations.models import Donation
from logistics.funds.bank_layouts import PAYMENTS, bank_layouts
from logistics.grants.models import Grant
from logistics.parties.models import Organisation
from logistics.web.doors import language
from logistics.web.fields import DayField, NamedChoice, YuanField, offer
from logistics.web.forms import DONOR_KINDS, PageForm
from logistics.web.money_wording import RETURN_REASONS
from logistics.web.templatetags.nuanliu import code, money

REASON_LENGTH_MAX = 200


class BatchForm(PageForm):
    """Grants that go to the bank in one file."""

    grants = forms.MultipleChoiceField(label=_("Which grants"), widget=forms.CheckboxSelectMultiple)
    layout = forms.ChoiceField(label=_("How the bank wants its file"))
    pay_on = forms.DateField(
        label=_("To be paid on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, organisation: Organisation, ready: Sequence[Grant], **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        layouts = [(one.code, one.en if language() == "en" else one.zh) for one in bank_layouts(PAYMENTS)]
        offer(self, grants=[(str(grant.id), _said(grant)) for grant in ready], layout=layouts)

    def chosen(self) -> list[uuid.UUID]:
        """List the grants that were chosen."""
        return [uuid.UUID(text) for text in self.cleaned_data["grants"]]


class PaidForm(forms.Form):
    """When the bank paid."""

    paid_on = DayField(label=_("Paid by the bank on"))


class ReturnedForm(forms.Form):
    """Which payments of a page came back, and why: one choice a grant."""

    def __init__(self, *args: Any, grants: Sequence[Grant], **options: Any) -> None:
        super().__init__(*args, **options)
        for grant in grants:
            words = [("", "—"), *RETURN_REASONS.items()]
            self.fields[f"reason-{grant.id}"] = forms.ChoiceField(choices=words, required=False, label=_("Came back"))

    def reasons(self) -> Mapping[uuid.UUID, str]:
        """Say which grants came back, and why."""
        return {uuid.UUID(name.removeprefix("reason-")): reason for name, reason in self.cleaned_data.items() if reason}


class PledgeForm(PageForm):
    """A promise of money."""

    is_gift = True

    programme = NamedChoice(label=_("Programme"))
    fund = NamedChoice(label=_("Fund"), required=False)
    donor_name = forms.CharField(label=_("Donor"), max_length=120)
    donor_kind = forms.ChoiceField(label=_("Who gives"), choices=list(DONOR_KINDS.items()))
    amount = YuanField(label=_("Amount in yuan"))
    pledged_on = DayField(label=_("Promised on"))
    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def days(self) -> tuple[dt.date, dt.date | None]:
        """Say when it was made, and when it is due."""
        return self.cleaned_data["pledged_on"].date(), self.cleaned_data["due_on"]


class MatchForm(forms.Form):
    """Which gift keeps a promise."""

    donation = forms.ChoiceField(label=_("Gift"))

    def __init__(self, *args: Any, gifts: Sequence[Donation], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, donation=[(str(gift.id), _told(gift)) for gift in gifts])


class WithdrawForm(forms.Form):
    """Why a promise will not be kept any further."""

    reason = forms.CharField(label=_("Why"), max_length=REASON_LENGTH_MAX)


def _said(grant: Grant) -> str:
    whom = grant.beneficiary.reference if grant.beneficiary else grant.household.reference
    parts = [whom, grant.fund.code, money(grant.amount_minor, grant.currency), grant.purpose]
    return " · ".join(filter(None, parts))


def _told(gift: Donation) -> str:
    return f"{gift.received_at:%Y-%m-%d} · {money(gift.amount_minor, gift.currency)} · {code(gift.code.text)}"
