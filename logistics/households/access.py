"""Which households somebody may see, and who sees what is masked."""

from django.db.models import QuerySet

from logistics.households.models import Household
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

# A county has some thirty; a list to choose from needs no more.
TOWNSHIPS_MAX = 500


def visible_households(organisation: Organisation) -> "QuerySet[Household]":
    """Return the households of an organisation and of those below it."""
    return Household.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def standing_households(organisation: Organisation) -> "QuerySet[Household]":
    """Return the households that an organisation sees, without those that were merged into another."""
    return visible_households(organisation).filter(merged_into__isnull=True)


def townships_of(organisation: Organisation) -> list[str]:
    """List the townships in which an organisation knows families."""
    rows = visible_households(organisation).order_by("township").values_list("township", flat=True).distinct()
    return list(rows[:TOWNSHIPS_MAX])
