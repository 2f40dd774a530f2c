"""The forms of micro-wishes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.volunteering.wishes import TEXT_LENGTH_MAX
from logistics.web.helping_forms import RecipientForm

_AREA = {"rows": 2}


class WishForm(RecipientForm):
    """A member's wish in their own words."""

    words = forms.CharField(
        label=_("The wish, in their own words"), max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs=_AREA)
    )


class ReleaseWishForm(forms.Form):
    """What strangers read."""

    public_text = forms.CharField(
        label=_("What everybody may read"),
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("No name, school, place or number."),
    )


class ThanksForm(forms.Form):
    """What comes back."""

    thanks = forms.CharField(
        label=_("Their thanks"),
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("No name, school, place or number."),
    )
