"""Which households somebody may see, and who sees what is masked."""

from django.db.models import QuerySet

from logistics.households.models import Household
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_households(organisation: Organisation) -> "QuerySet[Household]":
    """Return the households of an organisation and of those below it."""
    return Household.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")
