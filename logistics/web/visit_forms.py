"""The forms of verification visits."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from logistics.kernel.codes import TEXT_LENGTH_MAX as CODE_LENGTH_MAX
from logistics.parties.models import Organisation
from logistics.parties.reads import visible_programmes
from logistics.replies.visit_draws import DRAW_SIZE_MAX, DUE_DAYS_MAX
from logistics.replies.visits import NOTE_LENGTH_MAX
from logistics.web.fields import NamedChoice, OnceField, offer
from logistics.web.organisation_forms import day_field
from logistics.web.reply_wording import ARRIVED, SAID

DAYS_TO_VISIT, DAYS_DRAWN_FROM = 14, 30


def told_field(label: Any, *, required: bool = True) -> forms.CharField:
    """Make a field for a few sentences."""
    return forms.CharField(
        label=label, max_length=NOTE_LENGTH_MAX, required=required, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )


class DrawForm(forms.Form):
    """A draw to announce."""

    once = OnceField()
    programme = NamedChoice(label=_("Programme"))
    from_on = day_field(
        _("Handed over from"), initial=lambda: timezone.localdate() - dt.timedelta(days=DAYS_DRAWN_FROM)
    )
    to_on = day_field(_("until"), initial=timezone.localdate)
    size = forms.IntegerField(label=_("How many families"), min_value=1, max_value=DRAW_SIZE_MAX, initial=10)
    days = forms.IntegerField(label=_("Days to visit them"), min_value=1, max_value=DUE_DAYS_MAX, initial=DAYS_TO_VISIT)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, programme=visible_programmes(organisation).order_by("code"))


class AskForm(forms.Form):
    """A visit to ask for."""

    once = OnceField()
    code = forms.CharField(label=_("Code of the reply card or parcel"), max_length=CODE_LENGTH_MAX)
    why = told_field(_("Why this family"))
    due_on = day_field(_("Visit by"), initial=lambda: timezone.localdate() + dt.timedelta(days=DAYS_TO_VISIT))


class VisitForm(forms.Form):
    """What a visit found."""

    visited_on = day_field(_("Visited on"), initial=timezone.localdate)
    arrived = forms.ChoiceField(label=_("Did it arrive?"), choices=list(ARRIVED.items()), widget=forms.RadioSelect)
    content_right = forms.ChoiceField(
        label=_("Was the right thing in it?"), choices=list(SAID.items()), widget=forms.RadioSelect
    )
    in_time = forms.ChoiceField(label=_("Did it come in time?"), choices=list(SAID.items()), widget=forms.RadioSelect)
    helped = forms.ChoiceField(label=_("Did it help?"), choices=list(SAID.items()), widget=forms.RadioSelect)
    note = told_field(_("What the family said"), required=False)


class SettleDifferenceForm(forms.Form):
    """What was done about a difference."""

    text = told_field(_("What was done about it"))
