"""The forms of two households that may be one: merge them, keep them apart, or take a merge back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.households.duplicates import DECISION_REASON_LENGTH_MAX, DECISION_REASON_LENGTH_MIN
from logistics.households.merges import Choices
from logistics.web.duplicate_wording import MERGED_WORDS, SIDES


class DecisionForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why"),
        min_length=DECISION_REASON_LENGTH_MIN,
        max_length=DECISION_REASON_LENGTH_MAX,
        help_text=_("Such as: asked the village, one family. Name nobody."),
    )


class MergeForm(DecisionForm):
    """Which household stays, and whose words where the two differ."""

    field_order = ["survivor"]

    survivor = forms.ChoiceField(
        label=_("Which number stays"), choices=list(SIDES.items()), initial="FIRST", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, differing: Sequence[str], empty: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self._differing = differing
        for name in differing:
            self.fields[name] = forms.ChoiceField(
                label=MERGED_WORDS[name],
                choices=list(SIDES.items()),
                initial="SECOND" if name in empty else "FIRST",
                widget=forms.RadioSelect,
            )
        self.order_fields(["survivor", *differing, "reason"])

    def choices(self) -> Choices:
        """Return what was chosen."""
        values = self.cleaned_data
        return Choices(values["survivor"], {name: values[name] for name in self._differing})
