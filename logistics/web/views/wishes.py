"""Micro-wishes: what members wish for, worded for strangers, taken, fulfilled and thanked for; and the public list."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.reads import MemberMissing, get_recipient
from logistics.kernel.screening import with_replacements
from logistics.parties.actors import Actor
from logistics.volunteering.access import visible_wishes
from logistics.volunteering.wish_models import MicroWish, WishClaim, WishState
from logistics.volunteering.wish_reads import as_they_stand, in_state, open_wishes, state_of
from logistics.volunteering.wishes import (
    adopt_wish,
    cancel_wish,
    confirm_wish,
    get_wish,
    marks_of_wish,
    record_thanks,
    release_claim,
    release_wish,
    report_wish,
)
from logistics.web.doors import OFFICERS, actor_of, for_roles, language
from logistics.web.helping_forms import TakeForm
from logistics.web.pages import is_done
from logistics.web.wish_forms import ReleaseWishForm, ThanksForm, WishForm

WISHES_PER_PAGE = 50


@for_roles(*OFFICERS)
def wishes(request: HttpRequest) -> HttpResponse:
    """List wishes, the longest waiting first, and write one down."""
    actor, form = actor_of(request), WishForm(request.POST or None)
    if form.is_valid() and is_done(form, lambda: _report(actor, form.cleaned_data)):
        messages.success(request, _("Written down. Another person words it for strangers."))
        return redirect("web:wishes")
    state = request.GET.get("state", "")
    rows, now = visible_wishes(actor.organisation), timezone.now()
    rows = as_they_stand(in_state(rows, state, now) if state in WishState.values else rows, now)
    page = Paginator(rows, WISHES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "states": WishState.values, "wanted": state, "query": f"state={state}"}
    return render(request, "web/wishes.html", context, status=422 if form.errors else 200)


@for_roles(*OFFICERS)
def wish(request: HttpRequest, wish_id: uuid.UUID) -> HttpResponse:
    """Show one wish and what can be done now."""
    return _shown(request, get_wish(wish_id=wish_id, organisation=actor_of(request).organisation))


@for_roles(*OFFICERS)
@require_POST
def wish_step(request: HttpRequest, wish_id: uuid.UUID, step: str) -> HttpResponse:
    """Take one step with a wish."""
    actor = actor_of(request)
    row = get_wish(wish_id=wish_id, organisation=actor.organisation)
    form = _form(step, actor, row, request.POST)
    if form is None:
        raise Http404
    if form.is_valid() and is_done(form, lambda: _STEPS[step](actor, row, form.cleaned_data)):
        messages.success(request, _("Done."))
        return redirect("web:wish", wish_id=row.id)
    return _shown(request, row, step, form)


def public_wishes(request: HttpRequest) -> HttpResponse:
    """Show everybody what is wished for, and whom to call: a number and words that give nobody away."""
    page = Paginator(open_wishes(timezone.now()), WISHES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/public_wishes.html", {"page": page, "query": ""})


_STEPS: dict[str, Callable[[Actor, MicroWish, Any], object]] = {
    "release": lambda actor, row, said: release_wish(
        actor=actor, wish=row, public_text=said["public_text"], now=timezone.now()
    ),
    "adopt": lambda actor, row, said: adopt_wish(wish=row, volunteer=said["volunteer"], now=timezone.now()),
    "give-back": lambda actor, row, said: release_claim(wish=row, now=timezone.now()),
    "confirm": lambda actor, row, said: confirm_wish(wish=row, now=timezone.now()),
    "thank": lambda actor, row, said: record_thanks(wish=row, thanks=said["thanks"]),
    "cancel": lambda actor, row, said: cancel_wish(wish=row, now=timezone.now()),
}
# What can be done in each state, in this order.
_NEXT: dict[str, tuple[str, ...]] = {
    WishState.ASKED: ("release", "cancel"),
    WishState.OPEN: ("adopt", "cancel"),
    WishState.ADOPTED: ("confirm", "give-back"),
    WishState.FULFILLED: ("thank",),
}


def _report(actor: Actor, said: Any) -> MicroWish:
    _household, member = get_recipient(reference=said["recipient"], organisation=actor.organisation)
    if member is None:
        raise MemberMissing(member=said["recipient"], pointer="/recipient")
    return report_wish(actor=actor, member=member, words=said["words"], now=timezone.now())


def _form(step: str, actor: Actor, row: MicroWish, data: Any = None) -> forms.Form | None:
    if step == "adopt":
        return TakeForm(data, organisation=actor.organisation)
    if step == "release":
        suggested = with_replacements(row.words, marks_of_wish(row, row.words, language()))
        return ReleaseWishForm(data, initial={"public_text": suggested})
    if step == "thank":
        return ThanksForm(data)
    return forms.Form(data) if step in _STEPS else None


def _shown(request: HttpRequest, row: MicroWish, step: str = "", refused: forms.Form | None = None) -> HttpResponse:
    actor = actor_of(request)
    row.refresh_from_db()
    state, today = state_of(row, timezone.now()), timezone.localdate()
    steps = [(name, refused if name == step else _form(name, actor, row)) for name in _NEXT.get(state, ())]
    claims = WishClaim.objects.filter(wish=row).select_related("volunteer").order_by("-id")
    context = {"wish": row, "state": state, "today": today, "steps": steps, "claims": claims, "refused": refused}
    return render(request, "web/wish.html", context, status=422 if refused else 200)
