"""The scan page: one big field for a handheld scanner or typed codes, one step at a time, and the answer at once."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from logistics.deliveries.actions import record_scans
from logistics.deliveries.inputs import STEPS_THAT_NEED_A_REASON, ScanAnswer, ScanInput
from logistics.kernel.refusals import Refusal
from logistics.parcels.reads import get_parcel
from logistics.web.doors import SCANNERS, actor_of, for_roles, language
from logistics.web.fields import OnceField
from logistics.web.wording import REASONS, STEPS, tone_of

LOOK = "LOOK"
# The steps in the order of a parcel's way; the rest stands behind them.
MAIN_STEPS = ("PACK", "SEAL", "DISPATCH", "HAND_OVER")
MORE_STEPS = ("RECEIVE", "ATTEMPT", "REFUSE", "RETURN", "INSPECT", "DAMAGE", "LOSE", "FIND")
UNDO_MINUTES = 15
CODE_LENGTH_MAX = 200


class ScanForm(forms.Form):
    """One scan at the page."""

    once = OnceField()
    step = forms.ChoiceField(choices=[(step, step) for step in (LOOK, *MAIN_STEPS, *MORE_STEPS)], initial=LOOK)
    code = forms.CharField(label=_("Code"), max_length=CODE_LENGTH_MAX)
    household_code = forms.CharField(label=_("Household card"), max_length=CODE_LENGTH_MAX, required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *REASONS.items()], required=False)


class UndoForm(forms.Form):
    """The scan that was a mistake."""

    once = OnceField()
    code = forms.CharField(max_length=CODE_LENGTH_MAX)
    undoes = forms.UUIDField()
    step = forms.CharField(max_length=12)
    scanned_at = forms.DateTimeField()


@for_roles(*SCANNERS)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Look a code up, or record a step of it."""
    if request.method == "GET":
        step = request.GET.get("step", LOOK)
        first = {"code": request.GET.get("code", "")[:CODE_LENGTH_MAX], "step": step}
        return _page(request, ScanForm(initial=first), step if step in STEPS else LOOK)
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _page(request, form, request.POST.get("step", LOOK), status=422)
    values = form.cleaned_data
    if values["step"] == LOOK:
        return _look(request, values["code"])
    return _answered(request, _scan(values, timezone.now()), values["step"])


@for_roles(*SCANNERS)
@require_http_methods(["POST"])
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last scan back, as a new fact, within a quarter of an hour."""
    form = UndoForm(request.POST)
    now = timezone.now()
    if not form.is_valid() or form.cleaned_data["scanned_at"] < now - dt.timedelta(minutes=UNDO_MINUTES):
        problem = _("This can no longer be undone here. Scan the step that is right, or call the officer.")
        return _page(request, ScanForm(), LOOK, status=422, problem=problem)
    values = form.cleaned_data
    taken_back = ScanInput(
        scan_id=values["once"],
        code=values["code"],
        step="UNDO",
        scanned_at=now,
        sequence=int(now.timestamp() * 1000),
        undoes=values["undoes"],
    )
    return _answered(request, taken_back, values["step"] if values["step"] in STEPS else LOOK)


def _scan(values: dict[str, Any], now: dt.datetime) -> ScanInput:
    step = values["step"]
    return ScanInput(
        scan_id=values["once"],
        code=values["code"].strip(),
        step=step,
        scanned_at=now,
        sequence=int(now.timestamp() * 1000),
        household_code=values["household_code"].strip(),
        reason=values["reason"] or "OTHER" if step in STEPS_THAT_NEED_A_REASON else "",
    )


def _answered(request: HttpRequest, scan: ScanInput, step: str) -> HttpResponse:
    actor = actor_of(request)
    (answer,) = record_scans(actor=actor, scans=[scan], now=timezone.now())
    done: dict[str, Any] = {"answer": answer, "words": _words(answer), "tone": tone_of(answer.outcome), "scan": scan}
    if answer.outcome == "RECORDED" and scan.step != "UNDO":
        done["undo"] = {"once": uuid.uuid4(), "minutes": UNDO_MINUTES}
    return _page(request, ScanForm(initial={"step": step}), step, **done)


def _look(request: HttpRequest, code: str) -> HttpResponse:
    try:
        parcel = get_parcel(key=code, organisation=actor_of(request).organisation)
    except Refusal as refusal:
        return _page(request, ScanForm(), LOOK, problem=refusal.message(language()))
    return _page(request, ScanForm(), LOOK, parcel=parcel)


def _words(answer: ScanAnswer) -> str:
    return answer.message_en if language() == "en" else answer.message_zh


def _page(request: HttpRequest, form: ScanForm, step: str, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "form": form,
        "step": step,
        "main_steps": (LOOK, *MAIN_STEPS),
        "more_steps": MORE_STEPS,
        "needs_reason": step in STEPS_THAT_NEED_A_REASON,
        "step_words": STEPS.get(step),
        **more,
    }
    return render(request, "web/scan.html", context, status=status)
