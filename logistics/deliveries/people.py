"""Who made a scan, for staff: the operator's name, else whose device it was. Never a family's name."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from logistics.deliveries.answers import Facts
from logistics.deliveries.desk import Desk, Judged
from logistics.deliveries.models import ScanEvent
from logistics.parties.device_models import Device
from logistics.parties.models import Person

# Outcomes that say somebody else was first: whoever scans is told when, where and by whom.
TOLD_OF_ANOTHER = frozenset({"ALREADY_DELIVERED", "DISPUTED"})


@dataclass(frozen=True)
class Hands:
    """Whose hands a scan went through."""

    operator_id: uuid.UUID | None
    device_id: uuid.UUID


def names_of(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of people and of devices by their ids; what is neither has none."""
    wanted = set(ids)
    names = dict(Person.objects.filter(id__in=wanted).values_list("id", "name"))
    if wanted - names.keys():
        names |= dict(Device.objects.filter(id__in=wanted - names.keys()).values_list("id", "name"))
    return names


def say_who_was_first(desk: Desk) -> None:
    """Add to each answer that somebody else was first where that was and by whom: three statements, or none."""
    told = [found for found in desk.judged if found.outcome in TOLD_OF_ANOTHER and "scan_id" in found.facts]
    if not told:
        return
    hands = _hands(desk, {uuid.UUID(str(found.facts["scan_id"])) for found in told})
    names = names_of(person for one in hands.values() for person in (one.operator_id, one.device_id) if person)
    for found in told:
        one = hands.get(uuid.UUID(str(found.facts["scan_id"])))
        found.facts |= _told(found, one, names)


def _told(found: Judged, hands: Hands | None, names: Mapping[uuid.UUID, str]) -> Facts:
    where = found.parcel.township if found.parcel else ""
    if hands is None:
        return {"by": "", "where": where}
    by = names.get(hands.operator_id, "") if hands.operator_id else ""
    return {"by": by or names.get(hands.device_id, ""), "where": where}


def _hands(desk: Desk, scan_ids: set[uuid.UUID]) -> dict[uuid.UUID, Hands]:
    """Find who made scans: in this call, or before."""
    found = {
        judged.scan.scan_id: Hands(judged.scan.operator_id, desk.actor.holder_id)
        for judged in desk.judged
        if judged.is_new and judged.scan.scan_id in scan_ids
    }
    rows = ScanEvent.objects.filter(id__in=scan_ids - found.keys()).values_list("id", "operator_id", "device_id")
    return found | {scan_id: Hands(operator_id, device_id) for scan_id, operator_id, device_id in rows}
