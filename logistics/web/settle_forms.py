"""The form by which an officer settles what scans contradict."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.deliveries.settlements import REASON_LENGTH_MAX, REASON_LENGTH_MIN

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_JUDGED = re.compile(rf"\A({_UUID}(,{_UUID})*)?\Z")
JUDGED_LENGTH_MAX = 20_000


class SettleForm(forms.Form):
    """Which hand-over stands, among those that were on the page."""

    judged = forms.RegexField(_JUDGED, max_length=JUDGED_LENGTH_MAX, required=False, widget=forms.HiddenInput)
    stands = forms.RegexField(re.compile(rf"\A({_UUID})?\Z"), required=False)
    household = forms.CharField(
        label=_("To which family it went"),
        max_length=24,
        required=False,
        help_text=_("Its number on the list."),
    )
    is_packed = forms.BooleanField(label=_("It was packed, though no scan says so"), required=False)
    reason = forms.CharField(label=_("Reason"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)
