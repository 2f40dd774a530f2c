"""Ask for what was written off or sold, or is proposed to be."""

import uuid

from django.db.models import QuerySet

from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation
from logistics.stock.access import visible_warehouses
from logistics.stock.care_models import Disposal


class DisposalMissing(Missing):
    code = "disposal_missing"
    zh = "没有找到这次处置。"
    en = "There is no such disposal."


def visible_disposals(organisation: Organisation) -> "QuerySet[Disposal]":
    """Return the disposals of an organisation's warehouses and below, newest first."""
    rows = Disposal.objects.filter(warehouse__in=visible_warehouses(organisation).order_by())
    return rows.select_related("warehouse", "item", "lot").order_by("-id")


def get_disposal(*, disposal_id: uuid.UUID, organisation: Organisation) -> Disposal:
    """Return the disposal with this id. Refuses DisposalMissing, also for another organisation's."""
    found = visible_disposals(organisation).filter(id=disposal_id).first()
    if found is None:
        raise DisposalMissing
    return found
