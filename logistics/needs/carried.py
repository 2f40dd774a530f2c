"""What a liaison's telephone carries: families, masked, with what each lacks now."""

import datetime as dt
from typing import TypedDict

from logistics.households.access import townships_of, visible_households
from logistics.households.identity import masked_name
from logistics.households.models import Household
from logistics.kernel.need_states import MET, OPEN
from logistics.needs.models import Need
from logistics.needs.reads import state_of
from logistics.needs.timetables import Timetables
from logistics.parties.models import Organisation

# A liaison looks after some dozens; more than this is chosen by township.
FAMILIES_MAX = 500
# A need that was met is asked after for so long.
ASKED_AFTER = dt.timedelta(days=180)


class CarriedMember(TypedDict):
    """A member, masked."""

    id: str
    name: str
    relation: str


class CarriedNeed(TypedDict):
    """A need that stands, or was met and is to be asked after."""

    id: str
    kind: str
    state: str
    urgency: int
    reported_at: str


class CarriedFamily(TypedDict):
    """A family, masked."""

    id: str
    reference: str
    township: str
    head: str
    members: list[CarriedMember]
    needs: list[CarriedNeed]


def carried_families(
    organisation: Organisation, *, township: str, now: dt.datetime
) -> tuple[list[CarriedFamily], list[str]]:
    """Return the families that a device may carry, a bounded number, and the townships to choose from."""
    rows = visible_households(organisation).prefetch_related("members")
    chosen = list((rows.filter(township=township) if township else rows).order_by("township", "id")[:FAMILIES_MAX])
    return _families(chosen, now), townships_of(organisation)


def _families(rows: list[Household], now: dt.datetime) -> list[CarriedFamily]:
    needs: dict[object, list[CarriedNeed]] = {}
    timetables = Timetables.now_standing()
    found = Need.objects.filter(household__in=[row.id for row in rows], state__in=(OPEN, MET))
    for need in found.order_by("-urgency", "reported_at", "id"):
        if need.state == OPEN or need.state_since >= now - ASKED_AFTER:
            needs.setdefault(need.household_id, []).append(_need(need, now, timetables))
    return [
        {
            "id": str(row.id),
            "reference": row.reference,
            "township": row.township,
            "head": masked_name(row.head_name),
            "members": [
                {"id": str(one.id), "name": masked_name(one.name), "relation": one.relation}
                for one in sorted(row.members.all(), key=lambda member: member.id)
            ],
            "needs": needs.get(row.id, []),
        }
        for row in rows
    ]


def _need(need: Need, now: dt.datetime, timetables: Timetables) -> CarriedNeed:
    return {
        "id": str(need.id),
        "kind": need.kind,
        "state": state_of(need, now, timetables),
        "urgency": need.urgency,
        "reported_at": need.reported_at.isoformat(),
    }
