"""Goods called back, and what has to be fetched."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.parcels.recall_reads import recalled_parcels
from logistics.parcels.recalled_places import recalled_places
from logistics.parcels.recalls import lift_recall_of_goods, recall_goods
from logistics.stock.models import Recall
from logistics.stock.recall_reads import get_own_recall, get_recall
from logistics.web.care_forms import RecallForm
from logistics.web.doors import CARERS, OFFICERS, actor_of, for_roles
from logistics.web.pages import is_done, show_form, take_step


@for_roles(*OFFICERS)
def recall(request: HttpRequest) -> HttpResponse:
    """Call goods back."""
    actor = actor_of(request)
    form = RecallForm(request.POST or None, organisation=actor.organisation)
    if request.method == "POST" and form.is_valid():
        values, made = form.cleaned_data, list[Recall]()
        if is_done(
            form,
            lambda: made.append(
                recall_goods(
                    actor=actor,
                    item=values["item"],
                    batch=values["batch"],
                    reason=values["reason"],
                    now=timezone.now(),
                    token=values["once"],
                )
            ),
        ):
            return redirect("web:recall", recall_id=made[0].id)
    intro = _("Free goods are set aside at once, here and below; parcels that hold them go no further.")
    return show_form(request, form, _("Call goods back"), intro)


@for_roles(*CARERS)
def one_recall(request: HttpRequest, recall_id: uuid.UUID) -> HttpResponse:
    """Show what has to be fetched back."""
    own = actor_of(request).organisation
    found = get_recall(recall_id=recall_id, organisation=own)
    parcels = recalled_parcels(found, own)
    context = {
        "recall": found,
        "parcels": parcels,
        "places": recalled_places(found, own),
        "with_families": sum(row.is_with_family for row in parcels),
        "may_lift": found.lifted_at is None and found.organisation.path.startswith(own.path),
    }
    return render(request, "web/recall.html", context)


@for_roles(*OFFICERS)
@require_POST
def lift(request: HttpRequest, recall_id: uuid.UUID) -> HttpResponse:
    """Lift a recall."""
    actor = actor_of(request)
    found = get_own_recall(recall_id=recall_id, organisation=actor.organisation)
    take_step(
        request,
        lambda: lift_recall_of_goods(actor=actor, recall=found, now=timezone.now()),
        _("Lifted. What was set aside lies free again."),
    )
    return redirect("web:recall", recall_id=recall_id)
