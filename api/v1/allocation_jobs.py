"""The allocation of a whole list as a job: asked for, followed under `/jobs`, stopped."""

import uuid

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door, documented
from api.fields import ChoiceTextField, StrictSerializer
from api.v1.applications import PROBLEMS
from api.v1.distribution_lists import require_scope
from api.v1.labels import PLAN, JobAnswer, said_job
from logistics.lists.models import Allocation
from logistics.lists.reads import get_list
from logistics.press.allocation_jobs import ask_to_allocate, cancel_allocation, get_allocation_job


class AllocationJobInput(StrictSerializer):
    """What to plan for every place that waits for it."""

    kind = ChoiceTextField(choices=Allocation.Kind.values)


class AllocationJobs(Door):
    """Allocations of whole lists."""

    scopes = {"POST": PLAN}

    @documented(
        "Allocate a whole list",
        "Queues a job that plans a parcel or grant for every place that waits, in order, some hundred in one "
        "transaction. Whoever cannot be served is held up, with the reason, and the list goes on. A job that is under "
        "way already is the answer. It is FAILED with the problem where goods are used up; what was planned stays.",
        request=AllocationJobInput,
        answers={202: JobAnswer},
        problems=PROBLEMS,
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, list_id: uuid.UUID) -> Response:
        """Queue."""
        kind = self.read(AllocationJobInput)["kind"]
        require_scope(request, kind)
        row = get_list(list_id=list_id, organisation=self.actor.organisation)
        job = ask_to_allocate(actor=self.actor, row=row, kind=kind, now=timezone.now())
        return Response(said_job(job), status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class CancelledAllocationJobs(Door):
    """Allocations that were stopped."""

    scopes = {"POST": PLAN}

    @documented(
        "Cancel the allocation of a list",
        "What was planned stays; nothing more follows. The job is FAILED: `allocation_cancelled`.",
        answers={200: JobAnswer},
        problems=(409, 415),
        tag="lists",
        is_repeatable=True,
    )
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        """Cancel."""
        job = get_allocation_job(job_id=job_id, organisation=self.actor.organisation)
        require_scope(request, job.kind)
        return Response(said_job(cancel_allocation(actor=self.actor, job=job, now=timezone.now())))
