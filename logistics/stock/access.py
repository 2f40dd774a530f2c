"""Which warehouses and purchases somebody may see."""

from django.db.models import QuerySet

from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation
from logistics.stock.models import Purchase, Warehouse


def visible_warehouses(organisation: Organisation) -> "QuerySet[Warehouse]":
    """Return the warehouses of an organisation and of those below it."""
    return Warehouse.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("id")


def visible_purchases(organisation: Organisation) -> "QuerySet[Purchase]":
    """Return the purchases of an organisation and of those below it, newest first."""
    return Purchase.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
