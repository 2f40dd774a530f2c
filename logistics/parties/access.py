"""Which organisations somebody sees: the own one and everything below it."""

from typing import Any

from django.db.models import QuerySet

from logistics.journal.history import MasterRow
from logistics.kernel.refusals import NotAllowed
from logistics.parties.models import Organisation, OrganisationKind


class MasterOfAnother(NotAllowed):
    code = "master_of_another"
    zh = "这份资料属于上级或其他单位，由它来修改。"
    en = "This belongs to a body above you or beside you, which changes it."


class RootRequired(NotAllowed):
    code = "root_required"
    zh = "这由全部单位共用，只有最上级的妇联可以修改或查看。"
    en = "All bodies share this; only the federation at the top changes or sees it."


def organisation_ids_below(organisation: Organisation) -> "QuerySet[Organisation, Any]":
    """Return the ids of an organisation and of everything below it, as a subquery."""
    return Organisation.objects.filter(path__startswith=organisation.path).values("id")


def organisation_ids_above(organisation: Organisation) -> list[str]:
    """List the ids of an organisation and of everything above it, from the root."""
    return [part for part in organisation.path.split("/") if part]


def stands_in_line(one: Organisation, other: Organisation) -> bool:
    """Tell whether one of two bodies is, or stands above or below, the other."""
    return one.path.startswith(other.path) or other.path.startswith(one.path)


def require_own_master(row: MasterRow, organisation: Organisation) -> None:
    """Refuse MasterOfAnother for master data that is seen here and kept elsewhere, RootRequired for what all share."""
    owner = row.noted_under()
    if owner is None:
        require_root(organisation)
    elif not organisation_ids_below(organisation).filter(id=owner).exists():
        raise MasterOfAnother


def require_root(organisation: Organisation) -> None:
    """Refuse RootRequired for all but the federation at the top: it keeps what the whole installation shares."""
    if organisation.parent_id is not None or organisation.kind != OrganisationKind.FEDERATION:
        raise RootRequired
