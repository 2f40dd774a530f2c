"""The forms of the auditor's pages: periods, samples, corrections of master data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.kernel.sampling import SEED_LENGTH_MAX
from logistics.web.fields import NamedChoice
from logistics.web.organisation_forms import OrganisationForm, day_field

SAMPLE_SHOWN_MAX = 500


class PeriodForm(OrganisationForm):
    """The last day of a period that is to close."""

    over = NamedChoice(label=_("Books of"))
    ends_on = day_field(_("Last day of the period"))


class SampleForm(forms.Form):
    """What a sample is drawn from, and the seed that decides it."""

    of = forms.ChoiceField(
        label=_("Sample of"),
        choices=[
            ("parcels", _("Parcels handed over")),
            ("gifts", _("Gifts received")),
            ("entries", _("Entries with a voucher")),
        ],
    )
    seed = forms.CharField(
        label=_("Seed"),
        max_length=SEED_LENGTH_MAX,
        help_text=_("Anything: today's lottery numbers, or what somebody else says. The same seed draws the same."),
    )
    size = forms.IntegerField(label=_("How many draws"), min_value=1, max_value=SAMPLE_SHOWN_MAX, initial=25)
    begin = day_field(_("From"), required=False)
    end = day_field(_("Until"), required=False)


class MasterChangeForm(forms.Form):
    """A correction of master data: the fields of its kind are added to it, and why."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Stays in the history for ever. Name no family here.")
    )
