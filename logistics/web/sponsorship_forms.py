"""The forms of sponsorships and of letters."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.funds.reads import funds_at_hand
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.parties.models import Organisation
from logistics.parties.reads import visible_donors
from logistics.sponsorships.actions import ALIAS_LENGTH_MAX
from logistics.sponsorships.withdrawals import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.web.fields import NamedChoice, OnceField, RowChoice, YuanField, offer
from logistics.web.organisation_forms import day_field
from logistics.web.sponsorship_wording import DIRECTIONS, END_REASONS, SCHOOL_STAGES

REFERENCE_LENGTH_MAX = 24


def letter_field(label: Any, *, required: bool = True) -> forms.CharField:
    """Make a field for a letter."""
    widget = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(label=label, max_length=TEXT_LENGTH_MAX, required=required, strip=True, widget=widget)


class DonorChoice(RowChoice):
    """A choice of donors by name and reference."""

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the reference."""
        return f"{vars(obj)['name']} ({vars(obj)['reference']})"


class SponsorshipForm(forms.Form):
    """A sponsorship to begin."""

    once = OnceField()
    donor = DonorChoice(label=_("Sponsor"))
    fund = NamedChoice(label=_("Fund"))
    child = forms.CharField(
        label=_("The child's reference"), max_length=REFERENCE_LENGTH_MAX, help_text=_("It begins with M-.")
    )
    alias = forms.CharField(
        label=_("Alias"), max_length=ALIAS_LENGTH_MAX, help_text=_("What the sponsor calls the child: no name of hers.")
    )
    stage = forms.ChoiceField(label=_("At school"), choices=list(SCHOOL_STAGES.items()))
    yearly = YuanField(label=_("Each year, in yuan"))
    started_on = day_field(_("Begins on"), initial=timezone.localdate)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, donor=visible_donors(organisation), fund=funds_at_hand(organisation).order_by("code"))


class StageForm(forms.Form):
    """How far the child is now."""

    stage = forms.ChoiceField(label=_("At school"), choices=list(SCHOOL_STAGES.items()))


class EndForm(forms.Form):
    """Why it ends, with thanks."""

    reason = forms.ChoiceField(label=_("Why it ends"), choices=list(END_REASONS.items()))
    thanks = letter_field(_("Thanks to the sponsor"))


class LetterForm(forms.Form):
    """A letter to take down."""

    once = OnceField()
    direction = forms.ChoiceField(label=_("Which way"), choices=list(DIRECTIONS.items()))
    text = letter_field(_("Letter"))


class OwnLetterForm(forms.Form):
    """A letter that the sponsor writes."""

    once = OnceField()
    text = letter_field(_("Your letter"))


class ReleaseLetterForm(forms.Form):
    """What is released of a letter."""

    text = letter_field(_("What will be read"))
    has_looked = forms.BooleanField(label=_("I looked at every mark: nothing here tells who or where"), required=False)


class WithdrawLetterForm(forms.Form):
    """Why a letter that was released is taken back."""

    withdraw_reason = forms.CharField(label=_("Reason"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)
