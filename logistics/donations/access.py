"""Which gifts somebody may see."""

from django.db.models import QuerySet

from logistics.donations.models import Donation
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_donations(organisation: Organisation) -> "QuerySet[Donation]":
    """Return the gifts to an organisation and to those below it, newest first."""
    return Donation.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
