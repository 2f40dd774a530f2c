"""Ask for a whole list to be allocated, stop it, and see how far it is: the walk itself is a worker's."""

import datetime as dt
import uuid

from logistics.kernel.refusals import Conflicting, Missing, Refusal, Unacceptable
from logistics.lists.allocations import NothingToAllocate, places_waiting, require_allocatable
from logistics.lists.models import DistributionList
from logistics.lists.rule_reads import find_rules
from logistics.parties.access import organisation_ids_below
from logistics.parties.actors import Actor
from logistics.parties.models import Organisation
from logistics.press.allocation_models import AllocationJob
from logistics.press.models import JobState, problem_of
from logistics.storage.transactions import action

OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class AllocationJobMissing(Missing):
    code = "allocation_job_missing"
    zh = "没有找到这次分配任务。"
    en = "There is no such allocation of a list."


class AllocationCancelled(Unacceptable):
    code = "allocation_cancelled"
    zh = "已停止。此前的分配仍然有效。"
    en = "Stopped. What was allocated before stays."


class AllocationEnded(Conflicting):
    code = "allocation_ended"
    zh = "这次分配已经结束（{state}）。"
    en = "This allocation has ended already ({state})."


@action
def ask_to_allocate(*, actor: Actor, row: DistributionList, kind: str, now: dt.datetime) -> AllocationJob:
    """Queue everything that an approved list has left of a kind; a walk that is under way already is the answer.

    Refuses ListNotApproved, RoundOver, NothingToAllocate.
    """
    from logistics.press.tasks import allocate_list

    require_allocatable(row, find_rules(row.programme))
    # One row to wait for: two who press at once start one walk.
    DistributionList.objects.select_for_update(of=("self",)).get(id=row.id)
    standing = AllocationJob.objects.filter(list=row, kind=kind, state__in=OPEN_STATES).first()
    if standing is not None:
        return standing
    waiting = places_waiting(row, kind).count()
    if not waiting:
        raise NothingToAllocate(kind=kind)
    job = AllocationJob.objects.create(
        organisation=actor.organisation,
        list=row,
        kind=kind,
        total=waiting,
        asked_at=now,
        asked_by_id=actor.holder_id,
    )
    allocate_list.enqueue(str(job.id))
    return job


@action
def cancel_allocation(*, actor: Actor, job: AllocationJob, now: dt.datetime) -> AllocationJob:
    """Stop a walk: what was allocated stays, nothing more follows. Refuses AllocationEnded."""
    if not fail_allocation(job=job, refusal=AllocationCancelled(), now=now):
        job.refresh_from_db()
        raise AllocationEnded(state=job.state)
    job.refresh_from_db()
    return job


@action
def fail_allocation(*, job: AllocationJob, refusal: Refusal, now: dt.datetime) -> bool:
    """End a walk that is open with why; returns whether it was."""
    rows = AllocationJob.objects.filter(id=job.id, state__in=OPEN_STATES)
    return bool(rows.update(state=JobState.FAILED, problem=problem_of(refusal), finished_at=now))


def find_allocation_job(*, job_id: uuid.UUID, organisation: Organisation) -> AllocationJob | None:
    """Find the walk with this id along a list that the organisation sees, or None."""
    below = organisation_ids_below(organisation)
    return AllocationJob.objects.filter(id=job_id, list__organisation__in=below).first()


def get_allocation_job(*, job_id: uuid.UUID, organisation: Organisation) -> AllocationJob:
    """Return the walk with this id. Refuses AllocationJobMissing, also for another organisation's."""
    found = find_allocation_job(job_id=job_id, organisation=organisation)
    if found is None:
        raise AllocationJobMissing
    return found


def latest_allocation_jobs(row: DistributionList) -> list[AllocationJob]:
    """Return the newest walk along a list for each kind of thing."""
    newest: dict[str, AllocationJob] = {}
    for job in AllocationJob.objects.filter(list=row).order_by("id"):
        newest[job.kind] = job
    return list(newest.values())
