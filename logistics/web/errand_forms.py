"""The form of errands."""

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.volunteering.errands import TEXT_LENGTH_MAX as ERRAND_LENGTH_MAX
from logistics.web.helping_forms import RecipientForm

_AREA = {"rows": 2}


class ErrandForm(RecipientForm):
    """What a family asks for."""

    what = forms.CharField(label=_("What is to be done"), max_length=ERRAND_LENGTH_MAX)
    due_on = forms.DateField(
        label=_("To be done by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
