"""The forms of files that are imported: which file, and which of its rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.press.import_models import ImportKind
from logistics.web.fields import NamedChoice
from logistics.web.forms import PageForm

_KINDS = {
    ImportKind.GIFTS: _("A list of gifts"),
    ImportKind.STATEMENT: _("A bank statement: compare it with the books"),
}


class ImportForm(PageForm):
    """A file of gifts, or a bank statement."""

    is_gift = True

    kind = forms.ChoiceField(label=_("What is in it"), choices=list(_KINDS.items()), widget=forms.RadioSelect)
    programme = NamedChoice(label=_("Programme"), help_text=_("For rows that name none."))
    fund = NamedChoice(label=_("Fund"), required=False, help_text=_("For rows that name none."))
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_(
            "xlsx or csv (UTF-8 or GB18030), at most 20,000 rows, with headings. Formulas count as their values."
        ),
    )


class ChosenRowsForm(forms.Form):
    """All new rows, or the chosen ones."""

    which = forms.ChoiceField(choices=[("ALL", ""), ("CHOSEN", "")])
    rows = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, numbers: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rows"].choices = [(number, number) for number in numbers]  # type: ignore[attr-defined]  # -- a choice

    def chosen(self) -> list[int] | None:
        """Return the numbers of the chosen rows, or None for all."""
        return None if self.cleaned_data["which"] == "ALL" else list(self.cleaned_data["rows"])
