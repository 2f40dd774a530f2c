"""What the forms about volunteers share: who it is for, and who takes it."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from logistics.parties.models import Organisation
from logistics.volunteering.access import visible_volunteers
from logistics.web.fields import RowChoice, offer

_AREA = {"rows": 2}


class VolunteerChoice(RowChoice):
    """A choice of volunteers, each by name and reference."""

    def __init__(self, **options: Any) -> None:
        super().__init__(to_field_name="reference", **options)

    def label_from_instance(self, obj: Model) -> str:
        """Say the name and the reference."""
        return f"{vars(obj)['name']} ({vars(obj)['reference']})"


class RecipientForm(forms.Form):
    """Whom it is for, by reference."""

    recipient = forms.CharField(
        label=_("Reference of the member or household"), max_length=24, help_text=_("Such as M-7K2M9QXR or H-3F8Q1ZTD")
    )


class TakeForm(forms.Form):
    """Who takes it."""

    volunteer = VolunteerChoice(label=_("Volunteer"), empty_label=_("Choose a volunteer"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, volunteer=visible_volunteers(organisation))
