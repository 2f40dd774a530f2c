"""Forms for printers and label papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.parties.reads import visible_programmes
from logistics.web.fields import MillimetreField, NamedChoice, PrinterChoice, offer
from logistics.web.forms import PageForm, offer_papers

_DOTS = [(203, "203"), (300, "300"), (600, "600")]
OFFSET_MM_MAX = 20
SIDE_MM_MAX = 500
GRID_MAX = 100


class LabelForm(PageForm):
    """Labels of all parcels of a programme that wait for one, or of some of them."""

    sheet = forms.ChoiceField(label=_("Label paper"))
    printer = PrinterChoice(label=_("Printer"), required=False)
    start_position = forms.IntegerField(
        label=_("First free label on the sheet"),
        min_value=1,
        max_value=GRID_MAX,
        required=False,
        help_text=_("Left empty, labels go on where this printer's last ones ended."),
    )
    programme = NamedChoice(required=False)
    parcels = forms.MultipleChoiceField(label=_("Parcels"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer_papers(self, organisation)
        offer(self, programme=visible_programmes(organisation))

    def clean(self) -> dict[str, Any]:
        """Refuse a form that chooses nothing."""
        values = super().clean() or {}
        if not values.get("programme") and not values.get("parcels"):
            self.add_error("parcels", _("Choose a programme or at least one parcel."))
        return values


class ReasonForm(PageForm):
    """Why a label is revoked."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class ReprintForm(ReasonForm):
    """Why a label is printed once more, and on what."""

    sheet = forms.ChoiceField(label=_("Label paper"))
    printer = PrinterChoice(label=_("Printer"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        offer_papers(self, organisation)


class PrinterSettingsForm(PageForm):
    """How a printer is set."""

    dots_per_inch = forms.TypedChoiceField(label=_("Dots per inch"), coerce=int, choices=_DOTS)
    offset_x_um = MillimetreField(
        label=_("Move to the right, mm"), min_value=-OFFSET_MM_MAX, max_value=OFFSET_MM_MAX, initial=0
    )
    offset_y_um = MillimetreField(
        label=_("Move down, mm"), min_value=-OFFSET_MM_MAX, max_value=OFFSET_MM_MAX, initial=0
    )


class PrinterForm(PrinterSettingsForm):
    """A printer."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("What it is called"), max_length=60)
    field_order = ("code", "name")


class OwnSheetForm(PageForm):
    """A label paper of one's own; lengths from the page's top left corner."""

    name = forms.SlugField(label=_("What it is called"), max_length=24)
    product = forms.CharField(label=_("What stands on the box"), max_length=60, required=False)
    page_width_um = MillimetreField(label=_("Page width, mm"), min_value=1, max_value=SIDE_MM_MAX, initial=210)
    page_height_um = MillimetreField(label=_("Page height, mm"), min_value=1, max_value=SIDE_MM_MAX, initial=297)
    columns = forms.IntegerField(label=_("Labels side by side"), min_value=1, max_value=GRID_MAX)
    rows = forms.IntegerField(label=_("Labels one below the other"), min_value=1, max_value=GRID_MAX)
    label_width_um = MillimetreField(label=_("Label width, mm"), min_value=1, max_value=SIDE_MM_MAX)
    label_height_um = MillimetreField(label=_("Label height, mm"), min_value=1, max_value=SIDE_MM_MAX)
    margin_left_um = MillimetreField(label=_("Left of the first label, mm"), min_value=0, max_value=SIDE_MM_MAX)
    margin_top_um = MillimetreField(label=_("Above the first label, mm"), min_value=0, max_value=SIDE_MM_MAX)
    gutter_x_um = MillimetreField(label=_("Between two columns, mm"), min_value=0, max_value=SIDE_MM_MAX, initial=0)
    gutter_y_um = MillimetreField(label=_("Between two rows, mm"), min_value=0, max_value=SIDE_MM_MAX, initial=0)
