"""Needs: what waits, who holds it since when, and everything that was done about one."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from logistics.deliveries.met_needs import on_the_way
from logistics.households.identity import masked_name
from logistics.kernel.need_states import MET, OPEN, REFERRED, STALE, WITHDRAWN
from logistics.kernel.refusals import Refusal
from logistics.lists.applications import ENDED
from logistics.needs.actions import (
    By,
    answer_referral,
    confirm_need,
    escalate_need,
    hand_back_need,
    meet_need,
    note_whether_it_helped,
    open_referral,
    refer_need,
    reopen_need,
    withdraw_need,
)
from logistics.needs.catalogue import catalogue
from logistics.needs.models import Need
from logistics.needs.reads import NeedFilter, NeedThread, count_of_needs, get_need, needs_in_order, state_of, thread_of
from logistics.needs.texts import read_need_texts
from logistics.needs.timetables import Timetables
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.web.doors import LIAISONS, actor_of, explain, for_roles
from logistics.web.need_forms import (
    AnswerForm,
    ConfirmForm,
    HelpedForm,
    MeetForm,
    NeedFilterForm,
    ReasonForm,
    ReferForm,
    said_code,
)

ROWS_PER_PAGE = 50


class Step(NamedTuple):
    """One thing to do about a need: its form, its words, and in which states it is offered."""

    form: type[forms.Form]
    words: Promise
    states: tuple[str, ...]
    act: Callable[..., Need]


def _meet(*, by_kind: str, by_code: str, **more: Any) -> Need:
    return meet_need(by=By(by_kind, None, by_code), **more)


def _helped(*, helped: bool, **more: Any) -> Need:
    return note_whether_it_helped(has_helped=helped, **more)


def _answer(*, reason: str, **more: Any) -> Need:
    return answer_referral(text=reason, **more)


_STANDING = (OPEN, STALE, REFERRED)
STEPS: Mapping[str, Step] = {
    "meet": Step(MeetForm, gettext_lazy("It was met"), _STANDING, _meet),
    "confirm": Step(ConfirmForm, gettext_lazy("It still stands"), _STANDING, confirm_need),
    "escalate": Step(ReasonForm, gettext_lazy("Hand up"), _STANDING, escalate_need),
    "back": Step(ReasonForm, gettext_lazy("Hand back down"), _STANDING, hand_back_need),
    "refer": Step(ReferForm, gettext_lazy("Refer to another body"), _STANDING, refer_need),
    "answer": Step(AnswerForm, gettext_lazy("Note the body's answer"), (REFERRED,), _answer),
    "helped": Step(HelpedForm, gettext_lazy("Ask after it"), (MET,), _helped),
    "reopen": Step(ReasonForm, gettext_lazy("Open it again"), (MET, WITHDRAWN), reopen_need),
    "withdraw": Step(ReasonForm, gettext_lazy("It is there no more"), _STANDING, withdraw_need),
}


@for_roles(*LIAISONS)
def needs(request: HttpRequest) -> HttpResponse:
    """List needs, the most urgent first and of those the oldest."""
    actor, now = actor_of(request), timezone.now()
    asked = request.GET.copy()
    asked.setdefault("state", OPEN)
    form = NeedFilterForm(asked)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = needs_in_order(actor.organisation, _filter(actor, wanted), now)
    if wanted.get("holder") == "above":
        found = found.exclude(holder__path__startswith=actor.organisation.path)
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    timetables = Timetables.now_standing()
    asked.pop("page", None)
    context = {
        "rows": [(row, state_of(row, now, timetables), _kind(row), (now - row.reported_at).days) for row in page],
        "page": page,
        "query": asked.urlencode(),
        "form": form,
        "counts": count_of_needs(actor.organisation, now),
    }
    return render(request, "web/needs/needs.html", context)


@for_roles(*LIAISONS)
def need(request: HttpRequest, need_id: uuid.UUID) -> HttpResponse:
    """Show the thread of one need, and take the next step."""
    actor, now = actor_of(request), timezone.now()
    row = get_need(need_id=need_id, organisation=actor.organisation)
    chosen = request.POST.get("step", "")
    if request.method == "POST" and chosen == "read":
        return _read(request, actor, row)
    form = STEPS[chosen].form(request.POST, auto_id=f"{chosen}_%s") if chosen in STEPS else None
    if form is not None and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            STEPS[chosen].act(actor=actor, need=row, now=now, token=values.pop("once"), **values)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("Noted, and sealed into the log."))
            return redirect("web:need", need_id=need_id)
    return _shown(request, actor, thread_of(row, now), chosen, form)


def _read(request: HttpRequest, actor: Actor, row: Need) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="read_%s")
    now = timezone.now()
    if form.is_valid():
        thread = read_need_texts(actor=actor, need=row, reason=form.cleaned_data["reason"], now=now)
        return _shown(request, actor, thread, "", None)
    return _shown(request, actor, thread_of(row, now), "read", form)


def _shown(
    request: HttpRequest, actor: Actor, thread: NeedThread, chosen: str, form: forms.Form | None
) -> HttpResponse:
    row = thread.need
    people = Person.objects.in_bulk(
        {step.actor_id for step in thread.steps} | {one.moved_by_id for one in thread.holders}
    )
    is_ours = row.holder.path.startswith(actor.organisation.path)
    proposals = on_the_way(row)
    context = {
        "proposals": proposals,
        "may_propose": row.state in (OPEN, REFERRED) and all(one.application.state in ENDED for one in proposals),
        "row": row,
        "thread": thread,
        "state": thread.state,
        "kind": _kind(row),
        "head": masked_name(row.household.head_name),
        "member": masked_name(row.member.name) if row.member else "",
        "steps": [
            (step, people.get(step.actor_id), _text(thread, step.id), said_code(step.body, catalogue().bodies.values()))
            for step in thread.steps
        ],
        "holders": [(one, people.get(one.moved_by_id), _text(thread, one.id)) for one in thread.holders],
        "notes": [(visit, _text(thread, visit.id)) for visit in thread.visits],
        "forms": [
            (name, step.words, form if name == chosen and form is not None else step.form(auto_id=f"{name}_%s"))
            for name, step in STEPS.items()
            if thread.state in step.states and _is_offered(name, row, is_ours)
        ],
        "read": form if chosen == "read" and form is not None else ReasonForm(auto_id="read_%s"),
        "chosen": chosen,
        "is_read": bool(thread.texts),
        "is_ours": is_ours,
    }
    return render(request, "web/needs/need.html", context, status=422 if form is not None and form.errors else 200)


def _is_offered(name: str, row: Need, is_ours: bool) -> bool:
    if name == "escalate":
        return is_ours and row.holder.parent_id is not None
    if name == "back":
        return is_ours and row.holder_id != row.household.organisation_id
    return name != "answer" or open_referral(row) is not None


def _text(thread: NeedThread, owner: uuid.UUID) -> str:
    kept = thread.texts.get(owner, {})
    return kept.get("text") or kept.get("reason") or kept.get("note") or ""


def _kind(row: Need) -> str:
    return said_code(row.kind, catalogue().kinds.values())


def _filter(actor: Actor, wanted: Mapping[str, Any]) -> NeedFilter:
    return NeedFilter(
        state=wanted.get("state", ""),
        kind=wanted.get("kind", ""),
        urgency=wanted.get("urgency"),
        holder=actor.organisation if wanted.get("holder") == "own" else None,
    )
