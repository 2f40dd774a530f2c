"""Distribution lists: drafted after a notice, looked at, asked "what if", approved, allocated."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.visibility import eyes_of
from logistics.kernel.ranking import Names
from logistics.kernel.refusals import Refusal
from logistics.lists.access import visible_lists
from logistics.lists.approving import approve_list, reject_list
from logistics.lists.drafts import Draft, draft_list, weights_for
from logistics.lists.models import DistributionList
from logistics.lists.notices import get_notice
from logistics.lists.offers import Offer, offers_at_hand, read_offers
from logistics.lists.reads import (
    PlaceView,
    find_place,
    get_list,
    offer_text,
    part_names,
    places_of_draft,
    places_of_list,
)
from logistics.lists.shown_drafts import Shown, shown_draft, what_if
from logistics.lists.weight_reads import weights_json, weights_of
from logistics.parties.actors import Actor
from logistics.web.doors import OFFICERS, actor_of, explain, for_roles, language
from logistics.web.lists_forms import DecisionForm, WeightsForm
from logistics.web.views.list_allocation import REFRESH_SECONDS, allocation_for

LISTS_PER_PAGE, PLACES_PER_PAGE, MOVES_SHOWN = 50, 100, 50
REFERENCE_LENGTH_MAX = 24


@for_roles(*OFFICERS)
def lists(request: HttpRequest) -> HttpResponse:
    """List the distribution lists, newest first."""
    rows = visible_lists(actor_of(request).organisation)
    page = Paginator(rows, LISTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/lists/lists.html", {"page": page})


@require_POST
@for_roles(*OFFICERS)
def list_draft(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Draft a list of what is at hand from a notice."""
    actor, now = actor_of(request), timezone.now()
    notice = get_notice(notice_id=notice_id, organisation=actor.organisation)
    at_hand = offers_at_hand(notice.organisation, notice.programme, on=timezone.localdate(now))
    try:
        found = draft_list(actor=actor, notice=notice, offers=[one.to_json() for one in at_hand], now=now)
    except Refusal as refusal:
        messages.error(request, refusal.message(language()))
        return redirect("web:public-notice", notice_id=notice_id)
    return redirect("web:list", list_id=found.id)


@for_roles(*OFFICERS)
def one_list(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show who stands where and why, who gets what, and what became of it; take the decision."""
    actor, now = actor_of(request), timezone.now()
    row = get_list(list_id=list_id, organisation=actor.organisation)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, row, form)
        except Refusal as refusal:
            explain(form, refusal)
        else:
            return redirect("web:list", list_id=list_id)
    # Whoever was refused sees what it is now.
    is_anew = bool(form.errors) or "anew" in request.GET
    shown = shown_draft(row, now=now, is_anew=is_anew) if row.state == "PROPOSED" else None
    wanted = request.GET.get("find", "").strip().upper()[:REFERENCE_LENGTH_MAX]
    place = find_place(row, wanted, shown.draft if shown else None) if wanted else None
    if place is not None:
        page = (place - 1) // PLACES_PER_PAGE + 1
        return redirect(f"{reverse('web:list', args=[list_id])}?page={page}#place-{place}")
    context = {"row": row, "form": form, "find": wanted, **_content(request, row, shown, _names(actor))}
    context["is_over"] = row.notice.ends_on < timezone.localdate(now)
    response = render(request, "web/lists/list.html", context, status=422 if form.errors else 200)
    if context.get("is_walking"):
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _content(request: HttpRequest, row: DistributionList, shown: Shown | None, names: Names) -> dict[str, object]:
    """Say what stands on one page of a list, and what there is to give."""
    draft, english = shown.draft if shown else None, language() == "en"
    offers = draft.offers if draft else read_offers(row.offers, organisation=row.organisation, programme=row.programme)
    page = Paginator(range(len(draft.places) if draft else row.count), PLACES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    told = [offer_text(offer)[english] for offer in offers]
    places = _places(row, draft, names, (page.number - 1) * PLACES_PER_PAGE)
    return {
        "page": page,
        "places": [_shown(place, told, english) for place in places],
        "offers": list(zip(told, offers, _given(draft, offers), strict=True)),
        "shut_out": len(draft.shut_out) if draft else 0,
        "seen": shown.sha256 if shown else "",
        "reckoned_at": shown.reckoned_at if shown else None,
        **(allocation_for(row, offers) if row.state == "APPROVED" else {}),
    }


@for_roles(*OFFICERS)
def list_what_if(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Show what other weights would change on a draft; nothing is saved."""
    actor, english = actor_of(request), language() == "en"
    row = get_list(list_id=list_id, organisation=actor.organisation)
    names = part_names(shows_hardships=eyes_of(actor).shows("hardships"))
    hardships = [(code, words[english]) for code, words in names.items() if code.isupper()]
    form = WeightsForm(request.GET or None, hardships=hardships, initial=_initial(row))
    form.fields.pop("reason")
    form.fields.pop("in_force_from")
    change = None
    if request.GET and form.is_valid() and row.state == "PROPOSED":
        change = what_if(row, weights_of(form.weights()), now=timezone.now())
    context = {"row": row, "form": form, "change": change, "moves": change.moves[:MOVES_SHOWN] if change else []}
    return render(request, "web/lists/what_if.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, row: DistributionList, form: DecisionForm) -> None:
    actor, now, values = actor_of(request), timezone.now(), form.cleaned_data
    if request.POST.get("decision") == "approve":
        approve_list(actor=actor, draft=row, reason=values["reason"], seen_sha256=values["seen"], now=now)
        messages.success(request, _("Approved, numbered and frozen."))
    else:
        reject_list(actor=actor, draft=row, reason=values["reason"], now=now)
        messages.success(request, _("Rejected. The notice stands; another list can be drafted."))


def _places(row: DistributionList, draft: Draft | None, names: Names, start: int) -> list[PlaceView]:
    if draft is not None:
        return places_of_draft(draft, names, start=start, count=PLACES_PER_PAGE)
    return places_of_list(row, names, start=start, count=PLACES_PER_PAGE)


def _shown(place: PlaceView, offers: list[str], english: bool) -> dict[str, object]:
    return {
        "number": place.number,
        "reference": place.reference,
        "points": place.points,
        "before": place.before[english],
        "gets": offers[place.offer] if place.offer is not None else "",
        "unserved": place.unserved[english],
        "held_up": place.held_up[english],
        "allocated": place.allocated,
    }


def _given(draft: Draft | None, offers: "list[Offer] | object") -> list[int]:
    counts = [0] * len(offers)  # type: ignore[arg-type]  # -- a sequence
    for number in draft.given.values() if draft else ():
        counts[number] += 1
    return counts


def _names(actor: Actor) -> Names:
    return part_names(shows_hardships=eyes_of(actor).shows("hardships"))


def _initial(row: DistributionList) -> dict[str, object]:
    written = weights_json(weights_for(row))
    points = written.pop("hardships")
    assert isinstance(points, dict)
    return {**written, **{f"h-{code}": many for code, many in points.items()}}
