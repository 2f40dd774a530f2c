"""The forms of needs: one for each step, all short."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.needs.actions import ANSWERS, BY_CODE_LENGTH_MAX
from logistics.needs.catalogue import Word, catalogue
from logistics.needs.holders import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from logistics.web.doors import language
from logistics.web.fields import OnceField
from logistics.web.need_wording import MET_BY, NEED_STATES, REFERRAL_ANSWERS, URGENCIES


def said(word: Word) -> str:
    """Say an entry of the catalogue in the page's language."""
    return word.en if language() == "en" else word.zh


def said_code(code: str, words: Iterable[Word]) -> str:
    """Say a code of the catalogue in the page's language; what an installation has dropped stays a code."""
    return next((said(word) for word in words if word.code == code), code)


class NeedFilterForm(forms.Form):
    """Which needs to list."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *NEED_STATES.items()])
    urgency = forms.TypedChoiceField(
        label=_("How urgent"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("all")), *URGENCIES.items()],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    holder = forms.ChoiceField(
        label=_("In the hands of"),
        required=False,
        choices=[("", _("anybody")), ("own", _("us")), ("above", _("a body above"))],
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # -- as the form takes them
        kinds = [(word.code, said(word)) for word in catalogue().kinds.values()]
        self.fields["kind"].choices = [("", _("all")), *kinds]  # type: ignore[attr-defined]  # -- a choice field


class ReasonForm(forms.Form):
    """Why."""

    once = OnceField()
    reason = forms.CharField(label=_("Reason"), min_length=REASON_LENGTH_MIN, max_length=REASON_LENGTH_MAX, strip=True)


class ConfirmForm(forms.Form):
    """How urgent a need is now."""

    once = OnceField()
    urgency = forms.TypedChoiceField(label=_("How urgent"), coerce=int, choices=list(URGENCIES.items()))


class ReferForm(ReasonForm):
    """To which body."""

    body = forms.ChoiceField(label=_("To which body"))
    field_order = ("once", "body", "reason")

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # -- as the form takes them
        bodies = [(word.code, said(word)) for word in catalogue().bodies.values()]
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]  # -- a choice field


class AnswerForm(ReasonForm):
    """What the body answered, and when."""

    answer = forms.ChoiceField(label=_("Answer"), choices=[(code, REFERRAL_ANSWERS[code]) for code in ANSWERS])
    answered_on = forms.DateField(
        label=_("Answered on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ("once", "answer", "answered_on", "reason")


class MeetForm(forms.Form):
    """What met a need."""

    once = OnceField()
    by_kind = forms.ChoiceField(label=_("Met by"), choices=list(MET_BY.items()))
    by_code = forms.CharField(label=_("Its number"), max_length=BY_CODE_LENGTH_MAX, required=False)
    reason = forms.CharField(label=_("Note"), max_length=REASON_LENGTH_MAX, required=False, strip=True)


class HelpedForm(forms.Form):
    """Whether what met a need has helped."""

    once = OnceField()
    helped = forms.TypedChoiceField(
        label=_("Has it helped?"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("It helped")), ("no", _("It did not help"))],
    )
    reason = forms.CharField(label=_("Note"), max_length=REASON_LENGTH_MAX, required=False, strip=True)
