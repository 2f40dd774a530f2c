"""The forms of grievances: for whoever complains, and for whoever answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.kernel.codes import TEXT_LENGTH_MAX as CODE_LENGTH_MAX
from logistics.parties.models import Organisation, Person
from logistics.partners.reads import federations_for_anyone
from logistics.replies.grievance_kinds import grievance_kinds
from logistics.replies.grievances import CONTACT_LENGTH_MAX, RECEIPT_LENGTH, TEXT_LENGTH_MAX
from logistics.web.doors import language
from logistics.web.fields import NamedChoice, OnceField, RowChoice, offer
from logistics.web.reply_wording import GRIEVANCE_CHANNELS

RECEIPT_TYPED_MAX = RECEIPT_LENGTH * 2


def words_field(label: Any) -> forms.CharField:
    """Make a field for what happened."""
    return forms.CharField(
        label=label, max_length=TEXT_LENGTH_MAX, strip=True, widget=forms.Textarea(attrs={"rows": 5})
    )


class TellForm(forms.Form):
    """What somebody complains of, without signing in."""

    once = OnceField()
    organisation = NamedChoice(label=_("Whom it concerns"))
    kind = forms.ChoiceField(label=_("What it is about"))
    text = words_field(_("What happened"))
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=CONTACT_LENGTH_MAX,
        required=False,
        strip=True,
        help_text=_("You need not say who you are. Only those who look into it see this."),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        named = "en" if language() == "en" else "zh"
        offer(self, kind=[(row.code, getattr(row, named)) for row in grievance_kinds().values()])
        if organisation is not None:
            del self.fields["organisation"]
        else:
            offer(self, organisation=federations_for_anyone())


class PersonChoice(RowChoice):
    """A choice of people by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Say the name."""
        return str(obj.name)


class GrievanceForm(TellForm):
    """What somebody told one of ours."""

    channel = forms.ChoiceField(label=_("How we heard of it"))
    code = forms.CharField(label=_("Parcel's code"), max_length=CODE_LENGTH_MAX, required=False)
    about = PersonChoice(label=_("Of whom of ours it is"), required=False)
    field_order = ("once", "channel", "kind", "text", "contact", "code", "about")

    def __init__(self, *args: Any, organisation: Organisation, people: Any, **options: Any) -> None:
        super().__init__(*args, organisation=organisation, **options)
        channels = [(value, words) for value, words in GRIEVANCE_CHANNELS.items() if value != "PAGE"]
        offer(self, channel=channels, about=people)


class FollowForm(forms.Form):
    """The receipt number of a grievance."""

    receipt = forms.CharField(
        label=_("Receipt number"),
        max_length=RECEIPT_TYPED_MAX,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code"}),
    )


class AskAgainForm(forms.Form):
    """What the answer leaves open."""

    text = words_field(_("What is still open"))


class AnswerForm(forms.Form):
    """The answer to whoever complains."""

    text = words_field(_("Answer"))


class ReaderForm(forms.Form):
    """Somebody who is to read sensitive grievances, or no longer."""

    person = forms.UUIDField()
    is_reader = forms.BooleanField(required=False)


def people_of(organisation: Organisation) -> Any:
    """Return the people whom a grievance may be of."""
    return Person.objects.filter(organisation__path__startswith=organisation.path, is_active=True).order_by("name")
