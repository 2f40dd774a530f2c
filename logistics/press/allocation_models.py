"""Allocations of whole lists: how far each has walked along the places, and what it found nothing left of."""

from django.db import models
from django.db.models import Q

from logistics.lists.models import Allocation
from logistics.press.models import FileJob, JobState


class AllocationJob(FileJob):
    """One walk along the places of a frozen list that get one kind of thing, in their order.

    `done` places of `total` were planned for, or held up with the reason. One walks a list at a time.
    """

    # Which of the list's offers have run out: their places are passed over. It stands before the field named `list`.
    offers_used_up = models.JSONField(default=list)
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="allocation_jobs")
    list = models.ForeignKey("lists.DistributionList", on_delete=models.PROTECT, related_name="allocation_jobs")
    kind = models.CharField(max_length=8, choices=Allocation.Kind.choices)
    # The last place that was dealt with: whoever takes the job up goes on behind it.
    after_place = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "press_allocationjob"
        constraints = [
            models.UniqueConstraint(
                fields=["list", "kind"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="press_allocationjob_one_walks",
            )
        ]
        indexes = [models.Index(fields=["list", "kind", "id"], name="press_allocationjob_of_list")]
