"""Walk along a long list in a worker: some places in one transaction, with how far the walk has come.

A worker that dies leaves no doubt: its last places and the mark behind them stand together, or neither does. Whom
nothing can be planned for is held up with the reason, and the walk goes on with the next.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence

from django.db.models import F
from django.utils import timezone

from logistics.grants.allocations import allocate_grants
from logistics.households.eligibility import (
    BeneficiaryNotOfHousehold,
    BeneficiaryOutsideTerms,
    BeneficiaryRequired,
    ConsentMissing,
)
from logistics.kernel.refusals import Refusal
from logistics.lists.allocations import hold_up, places_waiting
from logistics.lists.marks import BENEFICIARY_UNCLEAR, CONSENT_MISSING, OUTSIDE_TERMS_NOW
from logistics.lists.models import Allocation, ListEntry
from logistics.parcels.allocations import allocate_parcels
from logistics.parties.actors import Actor
from logistics.parties.models import Person
from logistics.press.actions import LATER_PRIORITY
from logistics.press.allocation_jobs import OPEN_STATES, fail_allocation
from logistics.press.allocation_models import AllocationJob
from logistics.press.label_ends import JobBroken
from logistics.press.models import JobState, problem_of
from logistics.stock.picking import GoodsOfAnotherFund, LotExpired, LotRecalled, StockShort
from logistics.storage.transactions import action

# So many places in one transaction: others who write wait no longer than for these.
PLACES_AT_ONCE: Mapping[str, int] = {Allocation.Kind.PARCEL: 200, Allocation.Kind.GRANT: 200}
# After so long whoever waits for a shorter job has a turn.
TURN_SECONDS = 10.0
_ALLOCATE: Mapping[str, Callable[..., Sequence[object]]] = {
    Allocation.Kind.PARCEL: allocate_parcels,
    Allocation.Kind.GRANT: allocate_grants,
}
# What concerns one place alone, and how it is said beside it.
_OF_A_PLACE: Mapping[type[Refusal], str] = {
    ConsentMissing: CONSENT_MISSING,
    BeneficiaryOutsideTerms: OUTSIDE_TERMS_NOW,
    BeneficiaryRequired: BENEFICIARY_UNCLEAR,
    BeneficiaryNotOfHousehold: BENEFICIARY_UNCLEAR,
}
# What concerns everybody who gets the same thing.
_OF_AN_OFFER = (StockShort, LotExpired, LotRecalled, GoodsOfAnotherFund)
_PASSED_OVER: tuple[type[Refusal], ...] = (*_OF_A_PLACE, *_OF_AN_OFFER)


class _Stopped(Exception):
    """Somebody ended the job meanwhile."""


def walk_list(job_id: uuid.UUID) -> None:
    """Allocate what a job has left, for a turn; a refusal that concerns the whole list ends it and is kept on it."""
    open_jobs = AllocationJob.objects.filter(id=job_id, state__in=OPEN_STATES)
    if not open_jobs.update(state=JobState.RUNNING):
        return
    job = AllocationJob.objects.select_related("organisation", "list__programme", "list__organisation").get(id=job_id)
    try:
        _Walk(job).go(until=time.monotonic() + TURN_SECONDS)
    except _Stopped:
        return
    except Refusal as refusal:
        fail_allocation(job=job, refusal=refusal, now=timezone.now())
    except Exception:
        fail_allocation(job=job, refusal=JobBroken(), now=timezone.now())
        raise


class _Walk:
    """One job while a worker has it. Places that are refused together are tried in halves."""

    def __init__(self, job: AllocationJob) -> None:
        self._job, self._actor = job, _actor_of(job)
        self._size = self._most = PLACES_AT_ONCE[job.kind]

    def go(self, until: float) -> None:
        """Go on to the end of the list, or until the turn is over."""
        while places := self._next():
            if time.monotonic() > until:
                _wait_for_a_turn(self._job)
                return
            self._take(places)
        _finish(self._job)

    def _next(self) -> list[ListEntry]:
        job = self._job
        rows = places_waiting(job.list, job.kind).filter(place__gt=job.after_place)
        return list(rows.exclude(offer__in=job.offers_used_up).order_by("place")[: self._size])

    def _take(self, places: list[ListEntry]) -> None:
        try:
            _allocate(self._job, self._actor, places)
        except _PASSED_OVER as refusal:
            if len(places) == 1:
                _pass_over(self._job, places[0], refusal)
            self._size = max(1, len(places) // 2)
        else:
            self._size = min(self._most, self._size * 2)


@action
def _allocate(job: AllocationJob, actor: Actor, places: Sequence[ListEntry]) -> None:
    _require_running(job)
    numbers = [one.place for one in places]
    _ALLOCATE[job.kind](actor=actor, row=job.list, places=numbers, now=timezone.now())
    _go_behind(job, numbers[-1], dealt_with=len(numbers))


@action
def _pass_over(job: AllocationJob, place: ListEntry, refusal: Refusal) -> None:
    """Hold up who stands there; where the goods are used up, nobody who gets the same is tried any more."""
    _require_running(job)
    if isinstance(refusal, _OF_AN_OFFER):
        job.offers_used_up = [*job.offers_used_up, place.offer]
        rows = AllocationJob.objects.filter(id=job.id)
        rows.update(offers_used_up=job.offers_used_up, problem=problem_of(refusal))
        return
    hold_up(place, _OF_A_PLACE[type(refusal)], now=timezone.now())
    _go_behind(job, place.place, dealt_with=1)


@action
def _wait_for_a_turn(job: AllocationJob) -> None:
    from logistics.press.tasks import allocate_list

    _require_running(job)
    AllocationJob.objects.filter(id=job.id).update(state=JobState.QUEUED)
    allocate_list.using(priority=LATER_PRIORITY).enqueue(str(job.id))


@action
def _finish(job: AllocationJob) -> None:
    """End a walk: done, or failed where something that was promised is used up."""
    _require_running(job)
    rows = AllocationJob.objects.filter(id=job.id)
    if job.offers_used_up:
        rows.update(state=JobState.FAILED, finished_at=timezone.now())
    else:
        rows.update(state=JobState.DONE, done=F("total"), finished_at=timezone.now())


def _go_behind(job: AllocationJob, place: int, *, dealt_with: int) -> None:
    AllocationJob.objects.filter(id=job.id).update(after_place=place, done=F("done") + dealt_with)
    job.after_place = place


def _require_running(job: AllocationJob) -> None:
    """Hold the job until the end of the transaction: whoever cancels it comes before it, or after it."""
    if AllocationJob.objects.select_for_update(of=("self",)).get(id=job.id).state != JobState.RUNNING:
        raise _Stopped


def _actor_of(job: AllocationJob) -> Actor:
    assert job.asked_by_id is not None
    return Actor(job.organisation, job.asked_by_id, person=Person.objects.filter(id=job.asked_by_id).first())
