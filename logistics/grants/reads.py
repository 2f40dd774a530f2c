"""Ask for grants."""

import uuid

from logistics.grants.access import visible_grants
from logistics.grants.models import Grant
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation


class GrantMissing(Missing):
    code = "grant_missing"
    zh = "没有找到这笔助学金或慰问金。"
    en = "There is no such grant."


def get_grant(*, grant_id: uuid.UUID, organisation: Organisation) -> Grant:
    """Return the grant with this id. Refuses GrantMissing, also for another organisation's."""
    rows = visible_grants(organisation).select_related("fund", "household", "beneficiary")
    found = rows.filter(id=grant_id).first()
    if found is None:
        raise GrantMissing
    return found
