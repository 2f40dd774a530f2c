"""Nothing new is written of who was erased, and nobody is erased while something is being written of them.

A form that stood open, a telephone that was away for a month, two who press at once: what came after an erasure would
be found by no second one.
"""

import uuid
from collections.abc import Collection

from django.db import connection

from logistics.households.models import Household, Member
from logistics.kernel.refusals import Conflicting

# Shared: writers do not wait for each other, only for an erasure, which locks the family for itself.
_HOLD = "SELECT 1 FROM households_household WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


class PersonErased(Conflicting):
    code = "person_erased"
    zh = "这个家庭或成员的资料已按规定删除，不能再登记新的内容。"
    en = "This family or person was erased; nothing new is recorded of them."


def require_unerased(household_ids: Collection[uuid.UUID], member_ids: Collection[uuid.UUID] = ()) -> None:
    """Refuse PersonErased; until the caller's transaction ends none of these families is erased."""
    if connection.vendor == "postgresql" and household_ids:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [list(household_ids)])
    erased = Household.objects.filter(id__in=household_ids, erased_at__isnull=False)
    if erased.exists() or (member_ids and Member.objects.filter(id__in=member_ids, erased_at__isnull=False).exists()):
        raise PersonErased
