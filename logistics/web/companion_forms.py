"""The forms of volunteers, their checks, and the children whom they accompany."""

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.volunteering.companions import NOTE_LENGTH_MAX, REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.volunteering.volunteers import DOCUMENT_LENGTH_MAX, NAME_LENGTH_MAX
from logistics.web.fields import DayField, OnceField
from logistics.web.helping_forms import RecipientForm
from logistics.web.helping_wording import CHECK_KINDS, COMPANION_KINDS

_AREA = {"rows": 2}


class VolunteerForm(forms.Form):
    """Somebody who helps."""

    once = OnceField()
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH_MAX)
    telephone = forms.CharField(label=_("Telephone"), max_length=24, required=False)


class CheckForm(forms.Form):
    """A check whose paper was seen."""

    kind = forms.ChoiceField(label=_("Which check"), choices=list(CHECK_KINDS.items()))
    checked_on = DayField(label=_("On"))
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    document = forms.CharField(label=_("Number of the paper"), max_length=DOCUMENT_LENGTH_MAX, required=False)


class AssignForm(RecipientForm):
    """A child to accompany."""

    kind = forms.ChoiceField(label=_("As what"), choices=list(COMPANION_KINDS.items()))


class VisitForm(forms.Form):
    """What a companion says of a visit."""

    visited_on = DayField(label=_("Visited on"))
    note = forms.CharField(label=_("How it was"), max_length=NOTE_LENGTH_MAX, widget=forms.Textarea(attrs=_AREA))


class EndForm(forms.Form):
    """Why it ends."""

    reason = forms.CharField(label=_("Why it ends"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)
