"""The forms of lists of households: which file, and which of its families."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.web.forms import PageForm
from logistics.web.suggesting import suggest_places


class HouseholdImportForm(PageForm):
    """A list of households with their members."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_(
            "xlsx or csv (UTF-8 or GB18030), at most 50,000 rows, one person a row. Formulas count as their values."
        ),
    )
    township = forms.CharField(
        label=_("Township"), max_length=60, required=False, help_text=_("For rows that name none.")
    )
    division_code = forms.RegexField(
        r"^\d{6}(\d{3}|\d{6})?$",
        label=_("Division code"),
        required=False,
        max_length=12,
        help_text=_("For rows that name none."),
        error_messages={"invalid": _("A division code has 6, 9 or 12 digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        suggest_places(self, organisation)


class ChosenFamiliesForm(forms.Form):
    """All new families, or the chosen ones."""

    which = forms.ChoiceField(choices=[("ALL", ""), ("CHOSEN", "")])
    families = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, numbers: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["families"].choices = [(number, number) for number in numbers]  # type: ignore[attr-defined]  # -- a choice

    def chosen(self) -> list[int] | None:
        """Return the numbers of the chosen families, or None for all new ones."""
        return None if self.cleaned_data["which"] == "ALL" else list(self.cleaned_data["families"])
