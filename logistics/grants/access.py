"""Which grants somebody may see."""

from django.db.models import QuerySet

from logistics.grants.models import Grant
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_grants(organisation: Organisation) -> "QuerySet[Grant]":
    """Return the grants of an organisation and of those below it, newest first."""
    return Grant.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
