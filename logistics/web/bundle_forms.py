"""The form that asks for the auditor's bundle."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.kernel.sampling import SAMPLE_SIZE_MAX, SEED_LENGTH_MAX
from logistics.web.fields import NamedChoice
from logistics.web.organisation_forms import OrganisationForm, day_field

NOTE_LENGTH_MAX = 2_000


def _first_of_year() -> dt.date:
    return timezone.localdate().replace(month=1, day=1)


class BundleForm(OrganisationForm):
    """Whose books, which days, the seed of the sample, and the checkpoint that the auditor kept."""

    over = NamedChoice(label=_("Books of"))
    begin = day_field(_("From"), initial=_first_of_year)
    end = day_field(_("Until"), initial=timezone.localdate)
    seed = forms.CharField(label=_("Seed of the sample"), max_length=SEED_LENGTH_MAX, required=False)
    sample_size = forms.IntegerField(label=_("How many draws"), min_value=1, max_value=SAMPLE_SIZE_MAX, initial=25)
    old_checkpoint = forms.CharField(
        label=_("The checkpoint that you kept"),
        max_length=NOTE_LENGTH_MAX,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("Paste it: the bundle then proves that nothing under it was changed since."),
    )

    def clean_old_checkpoint(self) -> str:
        """Read the note as it was signed: browsers send other ends of lines, and people paste less than the last."""
        lines = str(self.cleaned_data["old_checkpoint"]).replace("\r\n", "\n").strip("\n")
        return f"{lines}\n" if lines else ""
