"""The forms of replies: what a family said, what is covered, what is released and why one is kept back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.kernel.codes import TEXT_LENGTH_MAX as CODE_LENGTH_MAX
from logistics.kernel.screening import TEXT_LENGTH_MAX
from logistics.replies.cards import BOXES_MAX, REASON_LENGTH_MAX
from logistics.storage.pictures import Box
from logistics.web.fields import OnceField

# "left,top,width,height", as many as there are boxes.
BOXES_LENGTH_MAX = BOXES_MAX * 20
BOX_NUMBERS = 4


def thanks_field(label: Any, *, required: bool = False) -> forms.CharField:
    """Make a field for what was said."""
    return forms.CharField(
        label=label,
        max_length=TEXT_LENGTH_MAX,
        required=required,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )


class PhotoField(forms.FileField):
    """A photo, in full. What it may be, the action knows."""

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
        super().__init__(widget=widget, required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> bytes:
        """Read the file; empty where there is none."""
        file = super().clean(data, initial)
        return bytes(file.read()) if file else b""


class ThanksForm(forms.Form):
    """What a family says by itself, after it scanned its card."""

    once = OnceField()
    text = thanks_field(_("What you would like to say"))
    photo = PhotoField(label=_("A photo of the card or a drawing"))


class ReplyForm(ThanksForm):
    """What somebody records for a family."""

    code = forms.CharField(
        label=_("Code of the reply card or parcel"), max_length=CODE_LENGTH_MAX, widget=forms.TextInput
    )
    field_order = ("once", "code", "text", "photo")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = _("What the family said")


class BoxesForm(forms.Form):
    """What is to be covered."""

    boxes = forms.CharField(
        label=_("Boxes"),
        max_length=BOXES_LENGTH_MAX,
        help_text=_(
            "Drag over the picture; or write left, top, width, height in thousandths of it, such as 100,50,200,80;"
            " a semicolon between two boxes."
        ),
    )

    def clean_boxes(self) -> list[Box]:
        """Read the boxes. Refuses what is no four numbers."""
        found = []
        for part in self.cleaned_data["boxes"].replace("，", ",").replace("；", ";").strip("; ").split(";"):
            numbers = [number.strip() for number in part.split(",")]
            if len(numbers) != BOX_NUMBERS or not all(number.isascii() and number.isdigit() for number in numbers):
                raise forms.ValidationError(_("Write four numbers for each box."))
            found.append(Box(*(int(number[:6]) for number in numbers)))
        return found


class ReleaseForm(forms.Form):
    """What donors are to see."""

    text = thanks_field(_("What donors will read"))
    with_picture = forms.BooleanField(label=_("Show the picture as it stands above"), required=False)
    has_looked = forms.BooleanField(
        label=_("I looked at the picture and at every mark: nothing here tells who the child is"), required=False
    )

    def __init__(self, *args: Any, has_picture: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_picture:
            del self.fields["with_picture"]


class WhyForm(forms.Form):
    """Why something is kept back, withdrawn or ended."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH_MAX, strip=True)
