"""The forms of sheets that come back: photos to read, and what a person says of each row."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.press.returned_models import ReturnedRow, RowDecision
from logistics.press.returned_reads import RowShown
from logistics.web.forms import PageForm

# What stands chosen before anybody looks: only what the camera saw plainly.
_PROPOSED = {"MARKED": RowDecision.SIGNED, "EMPTY": RowDecision.EMPTY}


class ManyFilesInput(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each in full."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        """Read the files. How many and how large they may be, the action knows."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial).read() for file in files]


class ReturnedFilesForm(PageForm):
    """Photos and scans of signed sheets."""

    sheets = ManyFilesField(
        label=_("Photos or scans"),
        widget=ManyFilesInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        help_text=_(
            "JPEG, PNG or PDF, several at once. Lay the page flat, with all four black corners in the picture."
        ),
    )


class DecisionsForm(forms.Form):
    """What a person says of each row that is open to them."""

    def __init__(self, *args: Any, rows: Sequence[RowShown], printed_on: dt.date | None, **options: Any) -> None:
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["handed_over_on"] = forms.DateField(
            label=_("Handed over on"),
            initial=today,
            widget=forms.DateInput(
                attrs={"type": "date", "max": str(today), "min": str(printed_on or "")}, format="%Y-%m-%d"
            ),
        )
        for shown in rows:
            if shown.is_open:
                self.fields[_name(shown)] = _choice(shown.row)

    def row_field(self, shown: RowShown) -> forms.BoundField | None:
        """Return the field of one row, or None where nothing is left to decide."""
        return self[_name(shown)] if shown.is_open else None

    def decisions(self, rows: Sequence[RowShown]) -> dict[uuid.UUID, str]:
        """Return what was said, by row."""
        said = {shown.row.id: self.cleaned_data.get(_name(shown), "") for shown in rows if shown.is_open}
        return {row: decision for row, decision in said.items() if decision}


def unseen_among(
    said: Collection[uuid.UUID], rows: Sequence[RowShown], looked: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """Return the numbers of the rows of which something is said and whose boxes were not shown."""
    needing = [shown.row for shown in rows if shown.row.needs_look]
    return {row.id: row.row.position for row in needing if row.id in said and row.id not in looked}


def _choice(row: ReturnedRow) -> forms.ChoiceField:
    """Offer what can be said of a row; what was said already and not finished is only confirmed."""
    choices = [(RowDecision.SIGNED, _("Signed")), (RowDecision.EMPTY, _("Not signed")), ("", _("Later"))]
    return forms.ChoiceField(
        choices=[choices[0], choices[2]] if row.is_unfinished else choices,
        initial=row.decision or _PROPOSED.get(row.verdict, ""),
        required=False,
        widget=forms.RadioSelect,
    )


def _name(shown: RowShown) -> str:
    return f"row-{shown.row.id}"
