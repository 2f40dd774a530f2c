"""Households that may be one: a list, likeliest first, two side by side and masked, and what a person decides."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.households.duplicate_models import DuplicatePair, PairState
from logistics.households.duplicates import get_pair, keep_apart, pair_view_for, visible_pairs
from logistics.households.merges import get_merge, merge_pair, undo_merge, visible_merges
from logistics.households.visibility import eyes_of
from logistics.press.duplicate_searches import ask_to_search, latest_search
from logistics.web.doors import OFFICERS, actor_of, for_roles
from logistics.web.duplicate_forms import DecisionForm, MergeForm
from logistics.web.pages import is_done

PAIRS_PER_PAGE, MERGES_SHOWN = 25, 20
REFRESH_SECONDS = 2
# Two forms of one page have fields of the same names.
APART_IDS = "apart_%s"


@for_roles(*OFFICERS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """List pairs that wait for a person, and what was merged lately."""
    actor = actor_of(request)
    own, eyes = actor.organisation, eyes_of(actor)
    rows = visible_pairs(own).filter(state=PairState.OPEN).prefetch_related("first__members", "second__members")
    page = Paginator(rows, PAIRS_PER_PAGE).get_page(request.GET.get("page"))
    search = latest_search(own)
    is_running = search is not None and search.state in {"QUEUED", "RUNNING"}
    context = {
        "page": page,
        "pairs": [pair_view_for(row, eyes) for row in page],
        "count": page.paginator.count,
        "search": search,
        "is_running": is_running,
        "merges": visible_merges(own)[:MERGES_SHOWN],
    }
    response = render(request, "web/duplicates.html", context)
    if is_running:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@for_roles(*OFFICERS)
@require_POST
def duplicates_search(request: HttpRequest) -> HttpResponse:
    """Look through all households."""
    actor = actor_of(request)
    ask_to_search(organisation=actor.organisation, asked_by_id=actor.holder_id, now=timezone.now())
    return redirect("web:duplicates")


@for_roles(*OFFICERS)
def duplicate(request: HttpRequest, pair_id: uuid.UUID) -> HttpResponse:
    """Show two households side by side."""
    return _shown(request, _found(request, pair_id))


@for_roles(*OFFICERS)
@require_POST
def duplicate_merge(request: HttpRequest, pair_id: uuid.UUID) -> HttpResponse:
    """Merge the two."""
    actor, pair = actor_of(request), _found(request, pair_id)
    form = MergeForm(request.POST, differing=pair_view_for(pair, eyes_of(actor)).differing)
    if form.is_valid() and is_done(
        form,
        lambda: merge_pair(
            actor=actor,
            pair=pair,
            choices=form.choices(),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
    ):
        messages.success(request, _("Merged. Both count as one from now on; you can take it back below."))
        return redirect("web:duplicates")
    return _shown(request, pair, merge=form)


@for_roles(*OFFICERS)
@require_POST
def duplicate_apart(request: HttpRequest, pair_id: uuid.UUID) -> HttpResponse:
    """Keep the two apart."""
    actor, pair, form = actor_of(request), _found(request, pair_id), DecisionForm(request.POST, auto_id=APART_IDS)
    if form.is_valid() and is_done(
        form,
        lambda: keep_apart(actor=actor, pair=pair, reason=form.cleaned_data["reason"], now=timezone.now()),
    ):
        messages.success(request, _("Kept apart. This pair does not come again."))
        return redirect("web:duplicates")
    return _shown(request, pair, apart=form)


@for_roles(*OFFICERS)
def merge_undo(request: HttpRequest, merge_id: uuid.UUID) -> HttpResponse:
    """Take a merge back."""
    actor = actor_of(request)
    merge = get_merge(merge_id=merge_id, organisation=actor.organisation)
    form = DecisionForm(request.POST or None)
    if form.is_valid() and is_done(
        form,
        lambda: undo_merge(actor=actor, merge=merge, reason=form.cleaned_data["reason"], now=timezone.now()),
    ):
        messages.success(request, _("Taken back. Both households stand as before."))
        return redirect("web:duplicates")
    context = {"merge": merge, "form": form}
    return render(request, "web/merge_undo.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, pair_id: uuid.UUID) -> DuplicatePair:
    return get_pair(pair_id=pair_id, organisation=actor_of(request).organisation)


def _shown(
    request: HttpRequest, pair: DuplicatePair, *, merge: MergeForm | None = None, apart: DecisionForm | None = None
) -> HttpResponse:
    view = pair_view_for(pair, eyes_of(actor_of(request)))
    empty = [name for name in view.differing if not getattr(pair.first, name)]
    context = {
        "pair": view,
        "sides": [(view.first, pair.first), (view.second, pair.second)],
        "is_open": pair.state == PairState.OPEN,
        "merge": merge or MergeForm(differing=view.differing, empty=empty),
        "apart": apart or DecisionForm(auto_id=APART_IDS),
        "forms": [form for form in (merge, apart) if form],
    }
    is_refused = any(form is not None and form.errors for form in (merge, apart))
    return render(request, "web/duplicate.html", context, status=422 if is_refused else 200)
