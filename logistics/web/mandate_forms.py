"""The forms of those who look after auditors."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.web.fields import NamedChoice
from logistics.web.organisation_forms import OrganisationForm, PersonChoice, day_field


class MandateForm(OrganisationForm):
    """What an auditor may look at, and until when."""

    person = PersonChoice(label=_("Auditor"))
    over = NamedChoice(label=_("Books of"))
    from_on = day_field(_("Books from"), help_text=_("The first day of the books that may be looked at."))
    to_on = day_field(_("Books until"))
    expires_on = day_field(_("Account valid until"), initial=lambda: timezone.localdate() + dt.timedelta(days=30))
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Such as the number of the engagement letter.")
    )


class AuditorForm(OrganisationForm):
    """Somebody who audits."""

    name = forms.CharField(label=_("Name"), max_length=60)
    username = forms.CharField(label=_("Signs in as"), max_length=60)
    reason = forms.CharField(label=_("Why"), max_length=200)


class ExtendForm(forms.Form):
    """Until when a mandate runs on."""

    expires_on = day_field(_("Account valid until"))
    reason = forms.CharField(label=_("Why"), max_length=200)


class EndForm(forms.Form):
    """Why a mandate ends now."""

    reason = forms.CharField(label=_("Why"), max_length=200)
