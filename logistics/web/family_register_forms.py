"""The forms by which families come on record, are found, and are corrected without being shown."""

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from logistics.households.actions import HouseholdInput, MemberInput
from logistics.households.changes import DIVISION_CODE, HOUSEHOLD_FIELDS, RELATION_LENGTH_MAX
from logistics.households.finding import WORDS_LENGTH_MAX
from logistics.journal.revisions import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.parties.models import Organisation
from logistics.web.fields import OnceField
from logistics.web.suggesting import suggest_places

IDENTITY_NUMBER_LENGTH_MAX, NAME_LENGTH_MAX, TELEPHONE_LENGTH_MAX = 18, 60, 24
SEXES = [("", _("not said")), ("FEMALE", _("Female")), ("MALE", _("Male"))]
# What takes a value away; an empty line leaves it as it is.
CLEARED = "-"


def _text(label: Any, length: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **options)


def _division(**options: Any) -> forms.CharField:
    words = _("6 digits of a county, 9 of a township, 12 of a village.")
    check = RegexValidator(rf"^(?:{DIVISION_CODE.pattern}|{CLEARED})\Z", words)
    return _text(_("Division code"), 12, help_text=words, validators=[check], **options)


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(label=_("Born on"), widget=forms.DateInput(attrs={"type": "date"}), **options)


class FindFamilyForm(forms.Form):
    """What somebody says of a family."""

    words = _text(
        _("Name, surname, identity number, telephone, last four digits, or reference"),
        WORDS_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class MemberForm(forms.Form):
    """A person of a family."""

    prefix = "member"

    once = OnceField()
    name = _text(_("Name"), NAME_LENGTH_MAX)
    relation = _text(_("Relation to the head"), RELATION_LENGTH_MAX, required=False)
    identity_number = _text(
        _("Identity number"),
        IDENTITY_NUMBER_LENGTH_MAX,
        required=False,
        help_text=_("Says sex and birth date by itself."),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES)
    born_on = _day(required=False)
    telephone = _text(_("Telephone"), TELEPHONE_LENGTH_MAX, required=False)


class FamilyForm(forms.Form):
    """A family that nobody has recorded yet, with its head."""

    once = OnceField()
    head_name = _text(_("Name of the head of the household"), NAME_LENGTH_MAX)
    identity_number = _text(
        _("Identity number"),
        IDENTITY_NUMBER_LENGTH_MAX,
        required=False,
        help_text=_("Says sex and birth date by itself."),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=SEXES)
    born_on = _day(required=False)
    telephone = _text(_("Telephone"), TELEPHONE_LENGTH_MAX, required=False)
    township = _text(_("Township"), HOUSEHOLD_FIELDS["township"])
    division_code = _division()
    address = _text(_("Address"), HOUSEHOLD_FIELDS["address"], required=False)
    is_another = forms.BooleanField(label=_("I have looked: it is another family"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"division_code": organisation.division_code}
        suggest_places(self, organisation)
        if not self.is_bound:
            del self.fields["is_another"]

    def said(self) -> HouseholdInput:
        """Say the family as the vault takes it; the head is its first member."""
        values = self.cleaned_data
        head = MemberInput(
            values["head_name"],
            sex=values["sex"],
            born_on=values["born_on"],
            identity_number=values["identity_number"],
            is_head=True,
        )
        fields = ("township", "division_code", "head_name", "address", "telephone")
        return HouseholdInput(**{name: values[name] for name in fields}, members=(head,))


class CorrectionForm(forms.Form):
    """What is to be corrected. What stands is not shown: an empty line leaves it as it is."""

    def clean(self) -> dict[str, Any]:
        """Refuse a correction of nothing."""
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("Write what is to be corrected."))
        return dict(self.cleaned_data)

    def changes(self) -> dict[str, "str | dt.date"]:
        """Return what was written, by field; a dash takes the value away."""
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "reason"}
        return {name: "" if value == CLEARED else value for name, value in said.items()}


class FamilyCorrectionForm(CorrectionForm):
    """What of a family is corrected, and why."""

    head_name = _text(_("Name of the head of the household"), NAME_LENGTH_MAX, required=False)
    telephone = _text(_("Telephone"), TELEPHONE_LENGTH_MAX, required=False)
    township = _text(_("Township"), HOUSEHOLD_FIELDS["township"], required=False)
    division_code = _division(required=False)
    address = _text(_("Address"), HOUSEHOLD_FIELDS["address"], required=False)
    reason = _text(_("Why"), REASON_LENGTH_MAX, min_length=REASON_LENGTH_MIN)


class MemberCorrectionForm(CorrectionForm):
    """What of a member is corrected, and why."""

    name = _text(_("Name"), NAME_LENGTH_MAX, required=False)
    relation = _text(_("Relation to the head"), RELATION_LENGTH_MAX, required=False)
    identity_number = _text(_("Identity number"), IDENTITY_NUMBER_LENGTH_MAX, required=False)
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=[("", _("as it is")), *SEXES[1:]])
    born_on = _day(required=False)
    telephone = _text(_("Telephone"), TELEPHONE_LENGTH_MAX, required=False)
    reason = _text(_("Why"), REASON_LENGTH_MAX, min_length=REASON_LENGTH_MIN)
