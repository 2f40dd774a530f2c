"""Forms about partners' systems: where they hear of events."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.outbox.catalogue import CATALOGUE
from logistics.outbox.endpoint_models import URL_LENGTH_MAX
from logistics.web.doors import language
from logistics.web.fields import offer
from logistics.web.forms import PageForm


class EndpointForm(PageForm):
    """Where to tell what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=URL_LENGTH_MAX,
        help_text=_("A public address that begins with https://."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    description = forms.CharField(label=_("What it is called"), max_length=120, required=False)
    notify_email = forms.EmailField(
        label=_("E-mail for notices"),
        required=False,
        help_text=_("Told when the endpoint fails again and again, or was disabled."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Events; none chosen means all"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Words in the page's language: the catalogue speaks both.
        is_english = language() == "en"
        words = [(kind.kind, f"{kind.en if is_english else kind.zh} ({kind.kind})") for kind in CATALOGUE.values()]
        offer(self, kinds=words)
