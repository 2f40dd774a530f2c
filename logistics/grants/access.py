"""Which grants and payment batches somebody may see."""

from django.db.models import QuerySet

from logistics.grants.batch_models import PaymentBatch
from logistics.grants.models import Grant
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_grants(organisation: Organisation) -> "QuerySet[Grant]":
    """Return the grants of an organisation and of those below it, newest first."""
    return Grant.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")


def visible_batches(organisation: Organisation) -> "QuerySet[PaymentBatch]":
    """Return the payment batches of an organisation and of those below it, newest first."""
    return PaymentBatch.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
