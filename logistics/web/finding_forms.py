"""The forms of findings."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.audits.findings import TEXT_LENGTH_MAX
from logistics.audits.models import Severity
from logistics.web.fields import OnceField
from logistics.web.organisation_forms import day_field

SEVERITIES = {
    Severity.NOTE: _("A note"),
    Severity.DEFICIENCY: _("A deficiency"),
    Severity.SERIOUS: _("Serious"),
}


class NoteForm(forms.Form):
    """What is said of a finding."""

    text = forms.CharField(
        label=_("Text"), max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )
    document_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label=_("SHA-256 of a supporting document"),
        required=False,
        strip=True,
        error_messages={"invalid": _("A SHA-256 is 64 digits and letters a to f.")},
    )


class FindingForm(NoteForm):
    """What an auditor found."""

    once = OnceField()
    severity = forms.ChoiceField(label=_("How serious"), choices=list(SEVERITIES.items()))
    due_on = day_field(_("Answer due on"), initial=lambda: timezone.localdate() + dt.timedelta(days=14))
    field_order = ("once", "severity", "text", "document_sha256", "due_on")
