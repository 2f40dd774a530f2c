"""Jobs that a worker died over are taken up again: what it held is free, and what it finished stands."""

import datetime as dt
from collections.abc import Callable, Mapping

from logistics.press.allocation_models import AllocationJob
from logistics.press.household_import_models import HouseholdImport
from logistics.press.import_models import GiftImport
from logistics.press.label_ends import JobBroken
from logistics.press.models import BundleJob, FileJob, JobState, LabelBatch, PaperJob, problem_of
from logistics.press.returned_models import ReturnedPaper
from logistics.press.search_models import DuplicateSearch
from logistics.press.tasks import (
    allocate_list,
    draw_label_batch,
    draw_paper,
    make_bundle,
    read_sheets,
    search_for_duplicates,
    work_on_household_import,
    work_on_import,
)
from logistics.storage.holds import held
from logistics.storage.transactions import action

# A job that kills every worker is not tried for ever.
TRIES_MAX = 3
_TASKS: Mapping[type[FileJob], Callable[[str], object]] = {
    LabelBatch: draw_label_batch.enqueue,
    PaperJob: draw_paper.enqueue,
    BundleJob: make_bundle.enqueue,
    ReturnedPaper: read_sheets.enqueue,
    GiftImport: work_on_import.enqueue,
    HouseholdImport: work_on_household_import.enqueue,
    DuplicateSearch: search_for_duplicates.enqueue,
    AllocationJob: allocate_list.enqueue,
}


def requeue_lost_jobs(*, now: dt.datetime) -> int:
    """Queue again every job that runs and that nobody works on; returns how many."""
    lost = 0
    for kind in _TASKS:
        for job in kind._default_manager.filter(state=JobState.RUNNING):
            with held(str(job.id)) as is_ours:
                lost += is_ours and _requeue(job, now)
    return lost


@action
def _requeue(job: FileJob, now: dt.datetime) -> bool:
    running = type(job)._default_manager.filter(id=job.id, state=JobState.RUNNING)
    if job.tries >= TRIES_MAX:
        return bool(running.update(state=JobState.FAILED, problem=problem_of(JobBroken()), finished_at=now))
    is_lost = running.update(state=JobState.QUEUED, tries=job.tries + 1)
    if is_lost:
        _TASKS[type(job)](str(job.id))
    return bool(is_lost)
