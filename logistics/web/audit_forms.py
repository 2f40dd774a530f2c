"""The forms of the auditor's pages and of those who look after auditors."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.audits.findings import TEXT_LENGTH_MAX
from logistics.audits.models import Severity
from logistics.kernel.sampling import SEED_LENGTH_MAX
from logistics.parties.models import Organisation, Person, Role
from logistics.parties.reads import visible_organisations, visible_people
from logistics.web.fields import NamedChoice, OnceField

SAMPLE_SHOWN_MAX = 500
SEVERITIES = {
    Severity.NOTE: _("A note"),
    Severity.DEFICIENCY: _("A deficiency"),
    Severity.SERIOUS: _("Serious"),
}


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day, past or to come."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # -- people alone
    """A choice among people, by name and the name that they sign in with."""

    def label_from_instance(self, obj: Any) -> str:
        """Say both names."""
        return f"{obj.name} ({obj.username})"


class OrganisationForm(forms.Form):
    """A form of one organisation: the bodies below it and the people who only audit."""

    once = OnceField()

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        if "over" in self.fields:
            field = cast(NamedChoice, self.fields["over"])
            field.queryset = visible_organisations(organisation)
            field.initial, field.empty_label = organisation.code, None
        if "person" in self.fields:
            people = visible_people(organisation).filter(roles=[Role.AUDITOR.value], is_active=True)
            cast(PersonChoice, self.fields["person"]).queryset = people


class MandateForm(OrganisationForm):
    """What an auditor may look at, and until when."""

    person = PersonChoice(label=_("Auditor"), queryset=Person.objects.none())
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
