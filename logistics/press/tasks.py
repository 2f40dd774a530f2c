"""What the workers run."""

import uuid

from django_tasks import task

from logistics.press.label_batches import draw_batch


@task()
def draw_label_batch(batch_id: str) -> None:
    """Draw one batch of labels."""
    draw_batch(uuid.UUID(batch_id))
