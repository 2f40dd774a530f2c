"""Search for households that were entered twice, in a worker: comparing fifty thousand takes a while."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.households.duplicates import search_duplicates
from logistics.kernel.refusals import Refusal
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.press.models import JobState, problem_of
from logistics.press.search_models import DuplicateSearch
from logistics.storage.transactions import action

_OPEN = (JobState.QUEUED, JobState.RUNNING)


@action
def ask_to_search(*, organisation: Organisation, asked_by_id: uuid.UUID | None, now: dt.datetime) -> DuplicateSearch:
    """Queue a search through an organisation's households; one that waits already is the answer."""
    from logistics.press.tasks import search_for_duplicates

    # One row to wait for: two who ask at once get one search.
    Organisation.objects.select_for_update(of=("self",)).get(id=organisation.id)
    waiting = DuplicateSearch.objects.filter(organisation=organisation, state=JobState.QUEUED).first()
    if waiting is not None:
        return waiting
    job = DuplicateSearch.objects.create(organisation=organisation, total=0, asked_at=now, asked_by_id=asked_by_id)
    search_for_duplicates.enqueue(str(job.id))
    return job


def work_on_search(job_id: uuid.UUID) -> None:
    """Compare, and write down the pairs for a person."""
    job = DuplicateSearch.objects.select_related("organisation").get(id=job_id)
    if job.state not in _OPEN:
        return
    jobs = DuplicateSearch.objects.filter(id=job_id)
    jobs.update(state=JobState.RUNNING)
    try:
        found = search_duplicates(
            organisation=job.organisation,
            now=timezone.now(),
            progress=lambda done, total: jobs.update(done=done, total=total),
        )
    except Refusal as refusal:
        jobs.update(state=JobState.FAILED, problem=problem_of(refusal), finished_at=timezone.now())
    else:
        jobs.update(state=JobState.DONE, found=found, finished_at=timezone.now())


def visible_searches(organisation: Organisation) -> "QuerySet[DuplicateSearch]":
    """Return the searches of an organisation and of those below it, newest first."""
    return DuplicateSearch.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def find_search(*, search_id: uuid.UUID, organisation: Organisation) -> DuplicateSearch | None:
    """Find the search with this id, or None."""
    return visible_searches(organisation).filter(id=search_id).first()


def latest_search(organisation: Organisation) -> DuplicateSearch | None:
    """Return the newest search through exactly this organisation's households, or None."""
    return DuplicateSearch.objects.filter(organisation=organisation).order_by("-id").first()
