"""The forms of applications, notices and lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from logistics.kernel.ranking import PARTS, POINTS_MAX, URGENCY_MAX
from logistics.lists.models import Stage
from logistics.lists.reasons import TEXT_LENGTH_MAX
from logistics.lists.rule_checks import HOURS_MAX, NOTICE_DAYS_MAX
from logistics.lists.rule_models import ROUND_LENGTH_MAX
from logistics.parties.models import Organisation
from logistics.parties.reads import visible_programmes
from logistics.web.doors import language
from logistics.web.fields import NamedChoice, OnceField, offer
from logistics.web.lists_wording import LIST_STAGES, SOURCES, reason_words
from logistics.web.organisation_forms import day_field

WEIGHT_NAMES = tuple(PARTS)


def _words(label: Any, rows: int = 3, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=TEXT_LENGTH_MAX, widget=area, strip=True, required=required)


class ApplicationForm(forms.Form):
    """A household applies, or is proposed."""

    once = OnceField()
    programme = NamedChoice(label=_("Programme"))
    beneficiary = forms.CharField(
        label=_("Number of the household or member"),
        max_length=24,
        strip=True,
        help_text=_("It stands on the household's page: H-… for a household, M-… for one of its members."),
    )
    source = forms.ChoiceField(label=_("Who applies"), choices=list(SOURCES.items()))
    urgency = forms.TypedChoiceField(
        label=_("How urgent"),
        coerce=int,
        choices=[(0, _("Some day")), (1, _("This month")), (2, _("This week")), (URGENCY_MAX, _("Today"))],
    )
    text = _words(_("Why they need it"))
    need = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = visible_programmes(organisation).filter(is_open=True, list_rules__isnull=False)
        offer(self, programme=rows.order_by("code"))


class ReviewForm(forms.Form):
    """The decision of a review."""

    reason = forms.ChoiceField(label=_("Reason, where it is not accepted"), required=False)
    text = _words(_("What was found"))

    def __init__(self, *args: Any, reasons: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, reason=[("", "—"), *((name, reason_words(name, language())) for name in reasons)])


class TextForm(forms.Form):
    """A text and nothing else."""

    text = _words(_("Text"))


class ObjectionForm(forms.Form):
    """What anyone may say about a notice."""

    once = OnceField()
    number = forms.CharField(
        label=_("Which number it is about"),
        max_length=24,
        required=False,
        strip=True,
        help_text=_("As it stands on the notice; leave it empty for the notice as a whole."),
    )
    text = _words(_("What you want to say"), 5)
    contact = forms.CharField(
        label=_("How we may reach you"),
        max_length=120,
        required=False,
        strip=True,
        help_text=_("You need not say who you are. What you write is kept encrypted and read only by who decides."),
    )


class DecisionForm(forms.Form):
    """Why a list is approved or rejected, and the hash of what was seen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = forms.CharField(label=_("Remark"), max_length=200, required=False, strip=True)


class RulesForm(forms.Form):
    """What a programme asks of whom it lists."""

    round_name = forms.CharField(
        label=_("Round, in which nobody is served twice"), max_length=ROUND_LENGTH_MAX, strip=True
    )
    notice_days = forms.IntegerField(label=_("Days of public notice"), min_value=1, max_value=NOTICE_DAYS_MAX)
    hardships = forms.MultipleChoiceField(
        label=_("One of these hardships"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sexes = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[("", _("Anybody")), ("FEMALE", _("Female")), ("MALE", _("Male"))]
    )
    age_from = forms.IntegerField(label=_("Age from"), min_value=0, max_value=120, required=False)
    age_to = forms.IntegerField(label=_("Age to"), min_value=0, max_value=120, required=False)
    divisions = forms.CharField(
        label=_("Division codes"),
        max_length=400,
        required=False,
        help_text=_("Separated by blanks; empty is anywhere."),
    )
    not_served_days = forms.IntegerField(
        label=_("Days since it last helped"), min_value=0, max_value=3_650, required=False
    )
    needs_consent = forms.BooleanField(label=_("A consent is needed"), required=False)
    not_with = forms.CharField(
        label=_("Not together with"),
        max_length=400,
        required=False,
        help_text=_("Programme and days, e.g. spring-bud:90; separated by blanks."),
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False, strip=True)

    def __init__(self, *args: Any, hardships: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, hardships=hardships)
        hours = _("Hours; empty sets no limit.")
        for stage in Stage.values:
            self.fields[stage.lower()] = forms.IntegerField(
                label=LIST_STAGES[stage], min_value=1, max_value=HOURS_MAX, required=False, help_text=hours
            )
        self.order_fields([name for name in self.fields if name != "reason"])

    def rules(self) -> dict[str, object]:
        """Say the settings as the rules keep them."""
        values = self.cleaned_data
        eligibility = {
            "hardships": values["hardships"],
            "sexes": [values["sexes"]] if values["sexes"] else [],
            "age_from": values["age_from"],
            "age_to": values["age_to"],
            "divisions": values["divisions"].split(),
            "not_served_days": values["not_served_days"] or 0,
            "needs_consent": values["needs_consent"],
            "not_with": _combinations(values["not_with"]),
        }
        hours = {stage: values[stage.lower()] for stage in Stage.values if values[stage.lower()]}
        return {
            "round_name": values["round_name"],
            "notice_days": values["notice_days"],
            "eligibility": {key: value for key, value in eligibility.items() if value is not None},
            "hours_per_stage": hours,
        }


class WeightsForm(forms.Form):
    """What weighs how much: points for each hardship, each degree of urgency, each thirty days."""

    in_force_from = day_field(_("In force from"))
    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False, strip=True)

    def __init__(self, *args: Any, hardships: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        english = language() == "en"
        self.hardships = [code for code, _name in hardships]
        named = [(name, PARTS[name][english]) for name in WEIGHT_NAMES]
        for name, words in [*named, *((f"h-{code}", words) for code, words in hardships)]:
            self.fields[name] = forms.IntegerField(
                label=words, min_value=0, max_value=POINTS_MAX, required=False, initial=0
            )

    def weights(self) -> dict[str, object]:
        """Say the weights as they are kept."""
        values = self.cleaned_data
        points = {code: values[f"h-{code}"] or 0 for code in self.hardships}
        return {
            "hardships": {code: many for code, many in points.items() if many},
            **{name: values[name] or 0 for name in WEIGHT_NAMES},
        }


def _combinations(text: str) -> dict[str, object]:
    """Read programmes with days; what cannot be read is refused by the rules themselves."""
    parts = (part.partition(":") for part in text.replace("：", ":").split())
    return {code: int(days) if days.isascii() and days.isdigit() else days for code, _colon, days in parts}
