"""Which sponsorships somebody may see."""

from django.db.models import QuerySet

from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.sponsorships.models import Sponsorship


def visible_sponsorships(organisation: Organisation) -> "QuerySet[Sponsorship]":
    """Return the sponsorships of children of an organisation and of those below it, newest first."""
    rows = Sponsorship.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "fund__programme", "donor", "member__household", "code").order_by("-id")
