"""What a programme asks of whom it lists: rules with a preview, weights proposed by one and approved by another."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.hardships import hardship_kinds
from logistics.kernel.admission import Rules
from logistics.kernel.refusals import Refusal
from logistics.lists.models import ProgrammeRules, WeightsRevision
from logistics.lists.rule_checks import checked_rules
from logistics.lists.rule_reads import find_rules
from logistics.lists.rules import change_rules, register_rules
from logistics.lists.unmet import RulesPreview, preview_rules
from logistics.lists.weight_reads import get_weights, weights_of
from logistics.lists.weights import approve_weights, propose_weights, reject_weights
from logistics.parties.models import Programme
from logistics.parties.reads import get_programme, visible_programmes
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.lists_forms import RulesForm, WeightsForm
from logistics.web.lists_wording import reason_words
from logistics.web.pages import take_step
from logistics.web.views.need_timetables import timetable_form

_STEPS = {"approve": approve_weights, "reject": reject_weights}


@for_roles(*OFFICERS)
def list_programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes with what each asks."""
    rows = visible_programmes(actor_of(request).organisation).filter(is_open=True)
    rows = rows.select_related("list_rules", "organisation").order_by("code")
    return render(request, "web/lists/programmes.html", {"rows": rows})


@for_roles(*OFFICERS)
def list_rules(request: HttpRequest, code: str) -> HttpResponse:
    """Show and change a programme's rules; a preview says whom a change would shut out before anything is saved."""
    actor = actor_of(request)
    programme = get_programme(code=code, organisation=actor_of(request).organisation)
    rules = find_rules(programme)
    form = RulesForm(request.POST or None, hardships=_hardships(), initial=_initial(rules))
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            values = checked_rules(form.rules())
            if request.POST.get("step") != "save":
                preview = _preview(request, rules, values)
            else:
                _save(request, programme, rules, form, values)
                messages.success(request, _("Saved, with its history."))
                return redirect("web:list-rules", code=code)
        except Refusal as refusal:
            explain(form, refusal)
    context = {
        "programme": programme,
        "rules": rules,
        "form": form,
        "preview": preview,
        "concerned": _concerned(preview),
        "weights": WeightsRevision.objects.filter(programme=programme).order_by("-number")[:20],
        "weights_form": WeightsForm(hardships=_hardships(), initial=_weights_initial(programme), auto_id="weights_%s"),
        "timetable_form": timetable_form(programme),
        "me": actor.holder_id,
        "hardship_names": dict(_hardships()),
    }
    return render(request, "web/lists/rules.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(*OFFICERS)
def weights_propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose other weights for a programme."""
    programme = get_programme(code=code, organisation=actor_of(request).organisation)
    form = WeightsForm(request.POST, hardships=_hardships())
    if not form.is_valid():
        messages.error(request, _("Points are whole numbers from 0."))
        return redirect("web:list-rules", code=code)

    def act() -> None:
        propose_weights(
            actor=actor_of(request),
            programme=programme,
            weights=weights_of(form.weights()),
            in_force_from=form.cleaned_data["in_force_from"],
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )

    take_step(request, act, _("Proposed. Another person approves it; until then nothing changes."))
    return redirect("web:list-rules", code=code)


@require_POST
@for_roles(*OFFICERS)
def weights_step(request: HttpRequest, code: str, number: int, step: str) -> HttpResponse:
    """Approve or reject proposed weights."""
    programme = get_programme(code=code, organisation=actor_of(request).organisation)
    decide = _STEPS.get(step)
    if decide is None:
        raise Http404
    revision = get_weights(programme=programme, number=number)
    take_step(request, lambda: decide(actor=actor_of(request), revision=revision, now=timezone.now()), _("Decided."))
    return redirect("web:list-rules", code=code)


def _save(
    request: HttpRequest,
    programme: Programme,
    rules: ProgrammeRules | None,
    form: RulesForm,
    values: dict[str, object],
) -> None:
    actor = actor_of(request)
    cause = actor.cause(timezone.now(), form.cleaned_data["reason"])
    if rules is None:
        register_rules(actor=actor, programme=programme, cause=cause, **values)  # type: ignore[arg-type]  # -- checked
    else:
        change_rules(actor=actor, rules=rules, changes=values, cause=cause)


def _preview(request: HttpRequest, rules: ProgrammeRules | None, values: dict[str, object]) -> RulesPreview | None:
    if rules is None:
        return None
    eligibility = values["eligibility"]
    assert isinstance(eligibility, dict)
    organisation, today = actor_of(request).organisation, timezone.localdate()
    return preview_rules(rules, Rules.from_json(eligibility), organisation=organisation, on=today)


def _concerned(preview: RulesPreview | None) -> list[tuple[object, str]]:
    if preview is None:
        return []
    return [
        (one.application, ", ".join(reason_words(rule, language()) for rule in one.unmet)) for one in preview.shut_out
    ]


def _hardships() -> list[tuple[str, str]]:
    english = language() == "en"
    return [(kind.code, kind.name_en if english else kind.name_zh) for kind in hardship_kinds()]


def _initial(rules: ProgrammeRules | None) -> dict[str, object]:
    if rules is None:
        return {"notice_days": 5}
    asked = rules.eligibility
    hours = {stage.lower(): many for stage, many in rules.hours_per_stage.items()}
    return {
        **asked,
        **hours,
        "round_name": rules.round_name,
        "notice_days": rules.notice_days,
        "sexes": (asked.get("sexes") or [""])[0],
        "divisions": " ".join(asked.get("divisions", [])),
        "not_with": " ".join(f"{code}:{days}" for code, days in asked.get("not_with", {}).items()),
    }


def _weights_initial(programme: Programme) -> dict[str, object]:
    last = WeightsRevision.objects.filter(programme=programme, state="APPROVED").order_by("-number").first()
    written: dict[str, Any] = dict(last.weights) if last else {"waiting": 1}
    points: dict[str, int] = written.pop("hardships", {})
    return {**written, **{f"h-{code}": many for code, many in points.items()}}
