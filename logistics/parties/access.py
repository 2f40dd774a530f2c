"""Which organisations somebody sees: the own one and everything below it."""

from typing import Any

from django.db.models import QuerySet

from logistics.journal.history import MasterRow
from logistics.kernel.refusals import NotAllowed
from logistics.parties.models import Organisation


class MasterOfAnother(NotAllowed):
    code = "master_of_another"
    zh = "这份资料属于上级或其他单位，由它来修改。"
    en = "This belongs to a body above you or beside you, which changes it."


def organisation_ids_below(organisation: Organisation) -> "QuerySet[Organisation, Any]":
    """Return the ids of an organisation and of everything below it, as a subquery."""
    return Organisation.objects.filter(path__startswith=organisation.path).values("id")


def organisation_ids_above(organisation: Organisation) -> list[str]:
    """List the ids of an organisation and of everything above it, from the root."""
    return [part for part in organisation.path.split("/") if part]


def require_own_master(row: MasterRow, organisation: Organisation) -> None:
    """Refuse MasterOfAnother for master data that is seen here and kept elsewhere; nobody owns items."""
    owner = row.noted_under()
    if owner is not None and not organisation_ids_below(organisation).filter(id=owner).exists():
        raise MasterOfAnother
