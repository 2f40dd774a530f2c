"""Which parcels somebody may see: those of the own organisation and of what stands below it."""

from django.db.models import QuerySet

from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_parcels(organisation: Organisation) -> "QuerySet[Parcel]":
    """Return the parcels that the organisation sees, newest first."""
    return Parcel.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
