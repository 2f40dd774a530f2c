"""What the workers run. A job is held while it is worked on, so that one of a dead worker can be told from others."""

import uuid
from collections.abc import Callable

from django_tasks import task

from logistics.press.label_batches import draw_batch
from logistics.press.paper_jobs import draw_paper_job
from logistics.press.returned_reading import read_returned_paper
from logistics.storage.holds import held

# Whoever looks for lost jobs holds one for a moment.
PATIENCE_SECONDS = 2.0


@task()
def draw_label_batch(batch_id: str) -> None:
    """Draw one batch of labels."""
    draw_batch(uuid.UUID(batch_id), patience_seconds=PATIENCE_SECONDS)


@task()
def draw_paper(job_id: str) -> None:
    """Draw one job of paper."""
    _alone(draw_paper_job, job_id)


@task()
def read_sheets(paper_id: str) -> None:
    """Read sheets that came back."""
    _alone(read_returned_paper, paper_id)


@task()
def make_bundle(job_id: str) -> None:
    """Make one auditor's bundle."""
    # The job's room asks for this task, so it is known only when one runs.
    from logistics.press.bundles.jobs import make_queued_bundle

    _alone(make_queued_bundle, job_id)


@task()
def work_on_import(job_id: str) -> None:
    """Read a file of gifts, or record its rows."""
    from logistics.press.imports.jobs import work_on_queued_import

    _alone(work_on_queued_import, job_id)


@task()
def work_on_household_import(job_id: str) -> None:
    """Read a list of households, or record its families."""
    from logistics.press.imports.household_jobs import work_on_queued_households

    _alone(work_on_queued_households, job_id)


@task()
def search_for_duplicates(job_id: str) -> None:
    """Compare the households of an organisation."""
    from logistics.press.duplicate_searches import work_on_search

    _alone(work_on_search, job_id)


@task()
def allocate_list(job_id: str) -> None:
    """Go on with the allocation of a list."""
    from logistics.press.allocation_walk import walk_list

    _alone(walk_list, job_id)


def _alone(work: Callable[[uuid.UUID], None], job_id: str) -> None:
    with held(job_id, patience_seconds=PATIENCE_SECONDS) as is_ours:
        if is_ours:
            work(uuid.UUID(job_id))
