"""The forms for what is known of a family, for why somebody looks, and for who is erased."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.households.family_models import HardshipKind
from logistics.households.guardians import NAME_LENGTH_MAX, RELATION_LENGTH_MAX
from logistics.households.hardships import EVIDENCE_LENGTH_MAX
from logistics.households.photos import NOTE_LENGTH_MAX
from logistics.households.reasons import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.web.family_wording import CONSENTS, ERASURE_CAUSES

Choices = Sequence[tuple[str, Any]]
_DAY = forms.DateInput(attrs={"type": "date"})


class LookForm(forms.Form):
    """Why somebody needs to see a family in the clear."""

    reason = forms.CharField(label=_("Why"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX)


class HardshipForm(forms.Form):
    """A hardship of the family or of one member."""

    prefix = "hardship"

    kind_code = forms.ChoiceField(label=_("Kind of hardship"))
    member = forms.ChoiceField(label=_("Whose"), required=False)
    since_on = forms.DateField(label=_("Since"), required=False, widget=_DAY)
    evidence = forms.CharField(label=_("What shows it"), max_length=EVIDENCE_LENGTH_MAX, required=False)

    def __init__(
        self, *args: Any, kinds: Sequence[HardshipKind], people: Choices, language: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        words = [(kind.code, kind.name_en if language == "en" else kind.name_zh) for kind in kinds]
        self.fields["kind_code"].choices = words  # type: ignore[attr-defined]  # -- a choice field
        whole = ("", _("the whole family"))
        self.fields["member"].choices = [whole, *people]  # type: ignore[attr-defined]  # -- a choice field


class GuardianForm(forms.Form):
    """Who answers for a member: another member, or somebody outside by name."""

    prefix = "guardian"

    ward = forms.ChoiceField(label=_("Ward"))
    member = forms.ChoiceField(label=_("A member of the family"), required=False)
    name = forms.CharField(label=_("Or somebody else's name"), max_length=NAME_LENGTH_MAX, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=24, required=False)
    relation = forms.CharField(label=_("Relation"), max_length=RELATION_LENGTH_MAX, required=False)

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ward"].choices = people  # type: ignore[attr-defined]  # -- a choice field
        self.fields["member"].choices = [("", "—"), *people]  # type: ignore[attr-defined]  # -- a choice field


class ConsentForm(forms.Form):
    """What a member, or a guardian for them, agrees to."""

    prefix = "consent"

    member = forms.ChoiceField(label=_("Who is concerned"))
    scopes = forms.MultipleChoiceField(
        label=_("Agrees that"), choices=list(CONSENTS.items()), widget=forms.CheckboxSelectMultiple
    )
    guardian = forms.ChoiceField(
        label=_("Signed by"), required=False, help_text=_("Under fourteen, a guardian on record signs.")
    )
    given_on = forms.DateField(label=_("Consent signed on"), required=False, widget=_DAY)

    def __init__(self, *args: Any, people: Choices, guardians: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"].choices = people  # type: ignore[attr-defined]  # -- a choice field
        own = ("", _("the person themselves"))
        self.fields["guardian"].choices = [own, *guardians]  # type: ignore[attr-defined]  # -- a choice field


class FamilyPhotoForm(forms.Form):
    """A photo of the family or its home."""

    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, at most 10 MB. Where and with what it was taken is removed."),
    )
    note = forms.CharField(label=_("Note"), max_length=NOTE_LENGTH_MAX, required=False)


class PersonEraseForm(forms.Form):
    """Why somebody is erased, confirmed by their number."""

    cause = forms.ChoiceField(label=_("Why"), choices=list(ERASURE_CAUSES.items()))
    confirm = forms.CharField(label=_("Write the number to confirm"), max_length=60)

    def __init__(self, *args: Any, reference: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._reference = reference

    def clean_confirm(self) -> str:
        """Refuse another number."""
        said = str(self.cleaned_data["confirm"]).strip()
        if said.casefold() != self._reference.casefold():
            raise forms.ValidationError(_("This is another number."))
        return said
