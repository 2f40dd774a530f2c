"""Which applications, notices, lists and allocations somebody may see: those of the own organisation and below it."""

from django.db.models import QuerySet

from logistics.lists.models import Allocation, Application, DistributionList, PublicNotice
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation


def visible_applications(organisation: Organisation) -> "QuerySet[Application]":
    """Return the applications that an organisation sees, newest first."""
    rows = Application.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "programme", "household", "beneficiary").order_by("-id")


def visible_notices(organisation: Organisation) -> "QuerySet[PublicNotice]":
    """Return the public notices that an organisation looks after, newest first. Reading them is for anyone."""
    rows = PublicNotice.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "programme").order_by("-id")


def visible_lists(organisation: Organisation) -> "QuerySet[DistributionList]":
    """Return the distribution lists that an organisation sees, newest first."""
    rows = DistributionList.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation", "programme", "notice", "weights").order_by("-id")


def visible_allocations(organisation: Organisation) -> "QuerySet[Allocation]":
    """Return the allocations that an organisation sees, newest first."""
    rows = Allocation.objects.filter(list__organisation__in=organisation_ids_below(organisation))
    return rows.select_related("entry__application", "list").order_by("-id")
