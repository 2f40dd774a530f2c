"""How much waits in each queue: what operators watch."""

from django_tasks_db.models import DBTaskResult

from logistics.deliveries.models import Unposted
from logistics.journal.log import UnsealedLeaf
from logistics.outbox.endpoint_models import DeliveryState, WebhookDelivery
from logistics.outbox.models import Unnumbered


def waiting_by_queue() -> dict[str, int]:
    """Count what waits: leaves, events, webhooks, jobs, and conclusions that the books cannot take yet."""
    return {
        "leaves": UnsealedLeaf.objects.count(),
        "events": Unnumbered.objects.count(),
        "webhooks": WebhookDelivery.objects.filter(state=DeliveryState.WAITING).count(),
        "jobs": DBTaskResult.objects.ready().count(),
        "unposted": Unposted.objects.filter(settled_at=None).count(),
    }
