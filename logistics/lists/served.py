"""Read from the books who was helped when.

Rooms above, which plan parcels and grants, are never asked: what came into a household's account is what helped.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Max

from logistics.funds.models import Fund
from logistics.households.models import Household
from logistics.households.persons import household_ids_as_one, standing_household_ids, standing_member_ids
from logistics.journal.models import EntryKind, Transfer

HELP = (EntryKind.HAND_OVER, EntryKind.GRANT)
# Whom the permit named, if anybody, the programme's code, and the last day.
Help = tuple[uuid.UUID | None, str, dt.date]
Served = dict[uuid.UUID, list[Help]]


def served_by_household(roots: Mapping[uuid.UUID, uuid.UUID]) -> Served:
    """Return who got something when, by programme and, where the fund is for persons, by person.

    `roots` names for each household the one that counts.
    """
    rows = Transfer.objects.filter(
        debit__in=Household.objects.filter(id__in=list(roots)).values("account"),
        entry__kind__in=HELP,
        entry__reversed_by=None,
    )
    columns = ("debit__subject_id", "entry__permit__beneficiary_id", "lot__purse_id")
    sums = list(rows.order_by().values_list(*columns).annotate(at=Max("entry__occurred_at")))
    programmes = dict(Fund.objects.values_list("purse_id", "programme__code"))
    members = standing_member_ids({row[1] for row in sums if row[1]})
    found: Served = defaultdict(list)
    for household_id, member_id, purse_id, at in sums:
        one = members.get(member_id) if member_id else None
        found[roots[household_id]].append((one, programmes.get(purse_id, ""), at.date()))
    return found


def families_as_one(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return for these households, and for all that were merged with them, the one that counts."""
    return standing_household_ids(household_ids_as_one(household_ids))


def newest_by_programme(
    served: Sequence[tuple[uuid.UUID | None, str, dt.date]], member_id: uuid.UUID | None
) -> dict[str, dt.date]:
    """Return the last day of help by programme: of one member, with what names nobody, or of the whole family."""
    found: dict[str, dt.date] = {}
    for owner, programme, on in served:
        if member_id is None or owner in (None, member_id):
            found[programme] = max(on, found.get(programme, on))
    return found
