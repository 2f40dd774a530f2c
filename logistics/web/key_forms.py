"""The forms of keys: issue, bound to networks, replace, revoke."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.journal.revisions import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.partners.keys import KEY_DAYS_MAX, OVERLAP_DAYS_MAX, OVERLAP_HOURS
from logistics.partners.models import NAME_LENGTH_MAX, KeyKind
from logistics.partners.networks import NETWORK_LENGTH_MAX, NETWORKS_MAX
from logistics.web.fields import NamedChoice, OnceField
from logistics.web.key_wording import SCOPE_WORDS
from logistics.web.organisation_forms import OrganisationForm

_KINDS = {KeyKind.PARTNER: _("For the real books"), KeyKind.TEST: _("For tests, on a sandbox of its own")}
_DAYS = {30: _("30 days"), 90: _("90 days"), 365: _("a year"), KEY_DAYS_MAX: _("two years")}
_OVERLAPS = {
    0: _("not at all"),
    1: _("an hour"),
    OVERLAP_HOURS: _("a day"),
    7 * 24: _("a week"),
    OVERLAP_DAYS_MAX * 24: _("30 days"),
}


class NetworksField(forms.CharField):
    """Networks, one a line; gives them as a list."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "203.0.113.0/24", "spellcheck": "false"})

    def __init__(self) -> None:
        super().__init__(
            label=_("Networks that it may be used from, one a line"),
            required=False,
            max_length=NETWORKS_MAX * (NETWORK_LENGTH_MAX + 2),
            help_text=_("IPv4 or IPv6, such as 203.0.113.0/24 or 2001:db8::/48. Empty: from everywhere."),
        )

    def prepare_value(self, value: Any) -> Any:
        """Write one a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Read the lines."""
        return str(super().clean(value)).replace(",", " ").split()


class KeyForm(OrganisationForm):
    """Whose program, for what, how long, from where."""

    name = forms.CharField(label=_("Whose program"), max_length=NAME_LENGTH_MAX)
    over = NamedChoice(label=_("Sees the books of"))
    kind = forms.ChoiceField(label=_("What it works on"), choices=list(_KINDS.items()))
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        choices=[(scope, words) for scope, words in SCOPE_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, choices=list(_DAYS.items()), initial=365)
    networks = NetworksField()


class MandateKeyForm(forms.Form):
    """Whose program reads under a mandate, how long, from where; the mandate says the rest."""

    name = forms.CharField(label=_("Whose program"), max_length=NAME_LENGTH_MAX)
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int, choices=list(_DAYS.items()), initial=30)
    networks = NetworksField()
    once = OnceField()


class RotateForm(forms.Form):
    """How long both open."""

    overlap_hours = forms.TypedChoiceField(
        label=_("The old key opens too for"), coerce=int, choices=list(_OVERLAPS.items()), initial=OVERLAP_HOURS
    )
    days = forms.TypedChoiceField(
        label=_("The new one is valid for"), coerce=int, choices=list(_DAYS.items()), initial=365
    )


class KeyChangeForm(forms.Form):
    """What may change of a key, and why."""

    name = forms.CharField(label=_("Whose program"), max_length=NAME_LENGTH_MAX)
    networks = NetworksField()
    reason = forms.CharField(label=_("Why"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)


class KeyRevokeForm(forms.Form):
    """Why a key is revoked."""

    reason = forms.CharField(label=_("Why"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)
