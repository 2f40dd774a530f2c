"""Which organisations somebody sees: the own one and everything below it."""

from typing import Any

from django.db.models import QuerySet

from logistics.parties.models import Organisation


def organisation_ids_below(organisation: Organisation) -> "QuerySet[Organisation, Any]":
    """Return the ids of an organisation and of everything below it, as a subquery."""
    return Organisation.objects.filter(path__startswith=organisation.path).values("id")


def organisation_ids_above(organisation: Organisation) -> list[str]:
    """List the ids of an organisation and of everything above it, from the root."""
    return [part for part in organisation.path.split("/") if part]
