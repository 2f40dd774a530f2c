"""The forms of devices, PINs and rounds."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.deliveries.round_models import RoundKind
from logistics.deliveries.rounds import NOTE_LENGTH_MAX
from logistics.parties.models import Organisation, Person
from logistics.parties.operators import PIN_LENGTH_MAX, PIN_LENGTH_MIN, operators_for
from logistics.web.fields import NamedChoice, RowsChoice, offer
from logistics.web.forms import PageForm
from logistics.web.organisation_forms import OrganisationForm, day_field
from logistics.web.round_wording import LEFT_AS, ROUND_KINDS
from logistics.web.suggesting import suggest_places

CODES_LENGTH_MAX = 200_000


class EnrolForm(OrganisationForm):
    """For whom the next device scans."""

    over = NamedChoice(label=_("Scans for"))


class RevokeForm(forms.Form):
    """Why a device is revoked."""

    reason = forms.CharField(label=_("Why"), min_length=4, max_length=200)


class PinForm(forms.Form):
    """A PIN, typed twice."""

    _digits = {"inputmode": "numeric", "autocomplete": "new-password"}
    pin = forms.CharField(
        label=_("PIN"),
        min_length=PIN_LENGTH_MIN,
        max_length=PIN_LENGTH_MAX,
        widget=forms.PasswordInput(attrs=_digits),
        help_text=_("4 to 8 digits; no run and no repetition of one digit."),
    )
    again = forms.CharField(
        label=_("The same again"), max_length=PIN_LENGTH_MAX, widget=forms.PasswordInput(attrs=_digits)
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        values: dict[str, Any] = super().clean() or {}
        if "pin" in values and values["pin"] != values.get("again"):
            self.add_error("again", _("The two differ."))
        return values


class PeopleChoice(RowsChoice):
    """People, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Say the name."""
        return str(obj.name)


class ChosenForm(PageForm):
    """Parcels for a round: by what they have in common, or by their codes."""

    programme = NamedChoice(label=_("Programme"), required=False)
    township = forms.CharField(label=_("Township"), max_length=60, required=False)
    batch = forms.CharField(label=_("Batch"), max_length=24, required=False)
    codes = forms.CharField(
        label=_("Or these parcel codes, one a line"),
        max_length=CODES_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        suggest_places(self, organisation)

    def clean(self) -> dict[str, Any]:
        """Refuse a round of everything there is, and two ways of choosing at once."""
        values: dict[str, Any] = super().clean() or {}
        is_filtered = any(values.get(name) for name in ("programme", "township", "batch"))
        if bool(values.get("codes", "").split()) == is_filtered and not self.errors:
            self.add_error("codes", _("Name a township, batch or programme, or write codes: one of the two."))
        return values


class RoundForm(ChosenForm):
    """An outing or ceremony with its parcels."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(ROUND_KINDS.items()), initial=RoundKind.OUTING)
    name = forms.CharField(label=_("Name of the round"), max_length=60)
    place = forms.CharField(label=_("Place"), max_length=60)
    held_on = day_field(_("Day"), initial=timezone.localdate)
    people = PeopleChoice(label=_("Who goes along"), required=False)
    field_order = ("kind", "name", "place", "held_on", "programme", "township", "batch", "codes", "people")

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        ids = [person.id for person in operators_for(organisation)]
        offer(self, people=Person.objects.filter(id__in=ids).order_by("name", "id"))


class CloseForm(forms.Form):
    """What becomes of the parcels that are left over; each has a choice of its own besides."""

    rest = forms.ChoiceField(
        label=_("Every parcel without a choice of its own is"),
        choices=[("", _("— choose —")), *LEFT_AS.items()],
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=NOTE_LENGTH_MAX, required=False)


class DropForm(forms.Form):
    """Why a round is not held."""

    reason = forms.CharField(label=_("Why"), min_length=4, max_length=NOTE_LENGTH_MAX)
