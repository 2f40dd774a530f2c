"""What the workers run."""

import uuid

from django_tasks import task

from logistics.press.label_batches import draw_batch
from logistics.press.paper_jobs import draw_paper_job


@task()
def draw_label_batch(batch_id: str) -> None:
    """Draw one batch of labels."""
    draw_batch(uuid.UUID(batch_id))


@task()
def draw_paper(job_id: str) -> None:
    """Draw one job of paper."""
    draw_paper_job(uuid.UUID(job_id))


@task()
def make_bundle(job_id: str) -> None:
    """Make one auditor's bundle."""
    # The job's room asks for this task, so it is known only when one runs.
    from logistics.press.bundles.jobs import make_queued_bundle

    make_queued_bundle(uuid.UUID(job_id))
