"""What the forms of the auditor's pages share: days, people, and the bodies that somebody may choose."""

from typing import Any

from django import forms

from logistics.parties.models import Organisation, Role
from logistics.parties.reads import visible_organisations, visible_people
from logistics.web.fields import OnceField, RowChoice, offer, preselect


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day, past or to come."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class PersonChoice(RowChoice):
    """A choice among people, by name and the name that they sign in with."""

    def label_from_instance(self, obj: Any) -> str:
        """Say both names."""
        return f"{obj.name} ({obj.username})"


class OrganisationForm(forms.Form):
    """A form of one organisation: the bodies below it and the people who only audit."""

    once = OnceField()

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        if "over" in self.fields:
            offer(self, over=visible_organisations(organisation))
            preselect(self, "over", organisation.code)
        if "person" in self.fields:
            people = visible_people(organisation).filter(roles=[Role.AUDITOR.value], is_active=True)
            offer(self, person=people)
