"""The allocation of a whole list: one button, how far it is, stopping it, and what is held up and why."""

import uuid
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from logistics.lists.allocations import places_waiting
from logistics.lists.models import Allocation, DistributionList
from logistics.lists.offers import Offer
from logistics.lists.reads import get_list, held_up_counts, progress_of
from logistics.press.allocation_jobs import (
    OPEN_STATES,
    ask_to_allocate,
    cancel_allocation,
    get_allocation_job,
    latest_allocation_jobs,
)
from logistics.press.allocation_models import AllocationJob
from logistics.web.doors import OFFICERS, actor_of, for_roles, language
from logistics.web.pages import take_step

REFRESH_SECONDS = 2


def allocation_for(row: DistributionList, offers: Sequence[Offer]) -> dict[str, object]:
    """Say for the page of a frozen list how far its allocation is and what can be done now."""
    walks = {job.kind: job for job in latest_allocation_jobs(row)}
    walking = [job for job in walks.values() if job.state in OPEN_STATES]
    kinds = sorted({offer.kind for offer in offers} - {job.kind for job in walking})
    waiting = [(kind, places_waiting(row, kind).count()) for kind in kinds]
    english = language() == "en"
    return {
        "progress": progress_of(row),
        "held_up": [(words[english], count) for words, count in held_up_counts(row)],
        "walking": walking,
        "is_walking": bool(walking),
        "ended": [(job, _problem(job)) for job in walks.values() if job.state not in OPEN_STATES and job.problem],
        "waiting": [(kind, count) for kind, count in waiting if count],
    }


@require_POST
@for_roles(*OFFICERS)
def list_allocate(request: HttpRequest, list_id: uuid.UUID) -> HttpResponse:
    """Let a worker allocate everything that an approved list has left of a kind."""
    actor = actor_of(request)
    row = get_list(list_id=list_id, organisation=actor.organisation)
    asked = request.POST.get("kind", "")
    kind = asked if asked in Allocation.Kind.values else Allocation.Kind.PARCEL
    take_step(
        request,
        lambda: ask_to_allocate(actor=actor, row=row, kind=kind, now=timezone.now()),
        _("The list is being allocated, in its order."),
    )
    return redirect("web:list", list_id=list_id)


@require_POST
@for_roles(*OFFICERS)
def list_allocate_cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Stop an allocation: what was allocated stays."""
    actor = actor_of(request)
    job = get_allocation_job(job_id=job_id, organisation=actor.organisation)
    take_step(
        request, lambda: cancel_allocation(actor=actor, job=job, now=timezone.now()), _("Stopped. The rest waits.")
    )
    return redirect("web:list", list_id=job.list_id)


def _problem(job: AllocationJob) -> str:
    return str(job.problem[language()]) if job.problem else ""
