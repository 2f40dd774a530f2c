"""The forms of one family: who may collect for it, and the erasure of what scans keep of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.households.collectors import NAME_LENGTH_MAX
from logistics.households.reasons import REASON_LENGTH_MAX, REASON_LENGTH_MIN

RELATION_LENGTH_MAX = 24


class CollectorForm(forms.Form):
    """Whom a family lets collect for it."""

    name = forms.CharField(label=_("Name of the collector"), max_length=NAME_LENGTH_MAX)
    relation = forms.CharField(
        label=_("Who that is to the family"),
        max_length=RELATION_LENGTH_MAX,
        required=False,
        help_text=_("Such as neighbour, teacher, village doctor."),
    )


class EraseForm(forms.Form):
    """Why what scans keep of a family goes, confirmed by the family's number."""

    reason = forms.CharField(label=_("Why"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)
    confirm = forms.CharField(label=_("Write the family's number to confirm"), max_length=24)

    def __init__(self, *args: Any, reference: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._reference = reference

    def clean_confirm(self) -> str:
        """Refuse another number."""
        said = str(self.cleaned_data["confirm"]).strip().upper()
        if said != self._reference:
            raise forms.ValidationError(_("This is another number."))
        return said
