"""What the forms of the auditor's pages share: days, people, and the bodies that somebody may choose."""

from typing import Any, cast

from django import forms

from logistics.parties.models import Organisation, Role
from logistics.parties.reads import visible_organisations, visible_people
from logistics.web.fields import NamedChoice, OnceField


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Make a field for a day, past or to come."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # -- people alone
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
            field = cast(NamedChoice, self.fields["over"])
            field.queryset = visible_organisations(organisation)
            field.initial, field.empty_label = organisation.code, None
        if "person" in self.fields:
            people = visible_people(organisation).filter(roles=[Role.AUDITOR.value], is_active=True)
            cast(PersonChoice, self.fields["person"]).queryset = people
