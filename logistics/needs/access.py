"""Which visits and needs somebody may see: those of families below, and needs that were handed up to them."""

from django.db.models import Q, QuerySet

from logistics.needs.models import HomeVisit, Need
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_needs(organisation: Organisation) -> "QuerySet[Need]":
    """Return the needs of families of an organisation and below it, and those that it holds."""
    below = organisation_ids_below(organisation)
    rows = Need.objects.filter(Q(household__organisation__in=below) | Q(holder=organisation))
    return rows.select_related("household__organisation", "holder", "member", "programme").order_by("id")


def visible_visits(organisation: Organisation) -> "QuerySet[HomeVisit]":
    """Return the visits to families of an organisation and below it."""
    rows = HomeVisit.objects.filter(household__organisation__in=organisation_ids_below(organisation))
    return rows.select_related("household", "programme").order_by("id")
