"""Distribution rounds: plan one, follow it while it is under way, and close it with what is left over."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from logistics.deliveries.round_models import DistributionRound, RoundState
from logistics.deliveries.round_reads import (
    batch_of,
    get_round,
    left_over,
    parcels_to_hand_over,
    progress_of,
    visible_rounds,
)
from logistics.deliveries.rounds import RoundNotPlanned, add_to_round, close_round, drop_round, open_round, plan_round
from logistics.kernel.refusals import Refusal
from logistics.parcels.models import Parcel
from logistics.parcels.reads import get_parcels
from logistics.parties.models import Organisation, Person
from logistics.press.screen_codes import screen_code
from logistics.web.device_forms import ChosenForm, CloseForm, DropForm, RoundForm
from logistics.web.doors import OFFICERS, PACKERS, SCANNERS, actor_of, explain, for_roles, language
from logistics.web.pages import take_step

ROWS_PER_PAGE = 50
# Parcels with a choice of their own at closing; the others share one.
LEFT_SHOWN = 300
REFRESH_SECONDS = 10
# What an address may bring along for a new round: some two hundred codes.
CODES_IN_ADDRESS_MAX = 4_200
_PLANNERS = tuple(dict.fromkeys((*PACKERS, *OFFICERS)))
_READERS = tuple(dict.fromkeys((*_PLANNERS, *SCANNERS)))


@for_roles(*_READERS)
def rounds(request: HttpRequest) -> HttpResponse:
    """List the rounds, those under way with how far they are."""
    page = Paginator(visible_rounds(actor_of(request).organisation), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, progress_of(row) if row.state == RoundState.OPEN else None) for row in page]
    context = {"page": page, "rows": rows, "today": timezone.localdate(), "may_plan": _may_plan(request)}
    return render(request, "web/rounds.html", context)


@for_roles(*_PLANNERS)
def round_new(request: HttpRequest) -> HttpResponse:
    """Plan a round."""
    actor = actor_of(request)
    first = {"codes": "\n".join(request.GET.get("codes", "")[:CODES_IN_ADDRESS_MAX].split())}
    form = RoundForm(request.POST or None, organisation=actor.organisation, initial=first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            row = plan_round(
                actor=actor,
                kind=values["kind"],
                name=values["name"],
                place=values["place"],
                held_on=values["held_on"],
                people=[person.id for person in values["people"]],
                parcels=_chosen(values, actor.organisation),
                now=timezone.now(),
                token=values["once"],
            )
            return redirect("web:round", round_id=row.id)
        except Refusal as refusal:
            explain(form, refusal)
    return render(request, "web/round_new.html", {"form": form}, status=422 if form.errors else 200)


@for_roles(*_READERS)
def one_round(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Show a round: how far it is, the QR that loads it, what is left; it looks again by itself while under way."""
    row = get_round(round_id=round_id, organisation=actor_of(request).organisation)
    response = _shown(request, row, CloseForm())
    if row.state == RoundState.OPEN and "close" not in request.GET:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*_PLANNERS)
@require_POST
def round_step(request: HttpRequest, round_id: uuid.UUID, step: str) -> HttpResponse:
    """Open, close or drop a round."""
    actor, now = actor_of(request), timezone.now()
    row = get_round(round_id=round_id, organisation=actor.organisation)
    if step == "open":
        take_step(request, lambda: open_round(actor=actor, distribution=row, now=now), _("The round is under way."))
    elif step == "drop":
        form = DropForm(request.POST)
        if not form.is_valid():
            return _shown(request, row, CloseForm(), drop=form, status=422)
        reason, words = form.cleaned_data["reason"], _("The round is not held; its parcels are free for another.")
        take_step(request, lambda: drop_round(actor=actor, distribution=row, reason=reason, now=now), words)
    elif step == "close":
        return _closed(request, row)
    return redirect("web:round", round_id=round_id)


@for_roles(*_PLANNERS)
@require_POST
def round_add(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Put more parcels on a planned round."""
    actor = actor_of(request)
    row = get_round(round_id=round_id, organisation=actor.organisation)
    form = ChosenForm(request.POST, organisation=actor.organisation)
    if row.state != RoundState.PLANNED:
        # The page of such a round has no form any more to say it beside.
        messages.error(request, RoundNotPlanned(state=row.state).message(language()))
        return redirect("web:round", round_id=row.id)
    if form.is_valid():
        try:
            chosen = _chosen(form.cleaned_data, actor.organisation)
            more = add_to_round(actor=actor, distribution=row, parcels=chosen, now=timezone.now())
        except Refusal as refusal:
            explain(form, refusal)
        else:
            count = more.parcel_count - row.parcel_count
            words = ngettext("%(count)d parcel was added.", "%(count)d parcels were added.", count)
            messages.success(request, words % {"count": count})
            return redirect("web:round", round_id=row.id)
    return _shown(request, row, CloseForm(), add=form, status=422)


def _closed(request: HttpRequest, row: DistributionRound) -> HttpResponse:
    form, actor = CloseForm(request.POST), actor_of(request)
    if form.is_valid():
        left = {
            uuid.UUID(name.removeprefix("left-")): str(value)
            for name, value in request.POST.items()
            if name.startswith("left-") and value and _is_id(name.removeprefix("left-"))
        }
        try:
            close_round(
                actor=actor,
                distribution=row,
                left=left,
                rest=form.cleaned_data["rest"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
            return redirect("web:round", round_id=row.id)
        except Refusal as refusal:
            explain(form, refusal)
    return _shown(request, row, form, status=422)


def _shown(
    request: HttpRequest,
    row: DistributionRound,
    form: CloseForm,
    *,
    drop: DropForm | None = None,
    add: ChosenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    address = request.build_absolute_uri(f"/scan/#round={row.id}")
    left = left_over(row)
    context = {
        "row": row,
        "progress": progress_of(row),
        "people": Person.objects.filter(id__in=row.people).order_by("name"),
        "code": screen_code(address) if row.state in {RoundState.PLANNED, RoundState.OPEN} else "",
        "address": address,
        "left": [(place, request.POST.get(f"left-{place.parcel_id}", "")) for place in left[:LEFT_SHOWN]],
        "left_count": left.count(),
        "close": form,
        "is_closing": "close" in request.GET or form.is_bound,
        "drop": drop or DropForm(),
        "add": add or ChosenForm(organisation=actor_of(request).organisation),
        "may_plan": _may_plan(request),
        "paper_query": urlencode(batch_of(row)),
        "is_late": row.held_on < timezone.localdate() and row.state in {RoundState.PLANNED, RoundState.OPEN},
        "seconds": REFRESH_SECONDS,
    }
    return render(request, "web/round.html", context, status=status)


def _may_plan(request: HttpRequest) -> bool:
    person = actor_of(request).person
    return bool(person and person.has_role(*_PLANNERS))


def _chosen(values: dict[str, Any], organisation: Organisation) -> list[Parcel]:
    codes = list(dict.fromkeys(values["codes"].split()))
    if codes:
        return get_parcels(keys=codes, organisation=organisation)
    programme = values["programme"].code if values["programme"] else ""
    return parcels_to_hand_over(organisation, batch=values["batch"], township=values["township"], programme=programme)


def _is_id(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False
