"""How long each level has for a programme's needs, and until each must be confirmed again."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from logistics.journal.revisions import REASON_LENGTH_MAX
from logistics.needs.catalogue import DAYS_MAX
from logistics.needs.timetables import Timetables, set_need_timetable
from logistics.parties.models import Level, Programme
from logistics.parties.reads import get_programme
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.history_wording import LEVELS
from logistics.web.pages import take_step

# Who stands above these has nobody to hand a need up to.
FROM_BELOW = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE)


class NeedTimetableForm(forms.Form):
    """Days for each level, and until a need is confirmed again."""

    days_until_stale = forms.IntegerField(
        label=gettext_lazy("Days until a need is confirmed again"), min_value=1, max_value=DAYS_MAX
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # -- as Django's form takes them
        for level in FROM_BELOW:
            self.fields[level.lower()] = forms.IntegerField(
                label=LEVELS[level],
                min_value=1,
                max_value=DAYS_MAX,
                required=False,
                help_text=gettext_lazy("Days; empty hands nothing up by itself."),
            )
        self.fields["reason"] = forms.CharField(
            label=gettext_lazy("Why it changes"), max_length=REASON_LENGTH_MAX, strip=True
        )

    def days_per_level(self) -> dict[str, int]:
        """Say the days that are set."""
        days = {level.value: self.cleaned_data[level.lower()] for level in FROM_BELOW}
        return {level: many for level, many in days.items() if many}


def timetable_form(programme: Programme) -> NeedTimetableForm:
    """Show what holds for a programme's needs now: its own days, or the house's."""
    days = Timetables.now_standing().days_for(programme.id)
    levels = {level.lower(): many for level, many in days.days_per_level.items()}
    return NeedTimetableForm(initial={**levels, "days_until_stale": days.days_until_stale}, prefix="needs")


@require_POST
@for_roles(*OFFICERS)
def need_timetable(request: HttpRequest, code: str) -> HttpResponse:
    """Set the days of a programme's needs."""
    actor = actor_of(request)
    programme = get_programme(code=code, organisation=actor.organisation)
    form = NeedTimetableForm(request.POST, prefix="needs")
    if not form.is_valid():
        messages.error(request, _("Days are whole numbers from 1, and the change has a reason."))
        return redirect("web:list-rules", code=code)

    def act() -> None:
        set_need_timetable(
            actor=actor,
            programme=programme,
            days_per_level=form.days_per_level(),
            days_until_stale=form.cleaned_data["days_until_stale"],
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )

    take_step(request, act, _("Saved, with its history."))
    return redirect("web:list-rules", code=code)
