"""What a programme's rules ask of a scan: proofs at the door, and the label of a dated lot at packing.

Whatever a rule looks at is fetched for the whole desk at once, and only where a programme asks for it: a scan under a
programme without such rules costs no statement more.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from logistics.codes.reads import read_text
from logistics.deliveries.inputs import ScanInput
from logistics.deliveries.models import OneTimeCode
from logistics.deliveries.one_time_codes import fault_of, standing_codes
from logistics.households.collector_models import Collector
from logistics.households.collectors import collectors_of, is_authorised
from logistics.kernel.proofs import FILE_KINDS, LOT_LABEL
from logistics.kernel.refusals import Fact, Refusal
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_above
from logistics.parties.actors import Actor
from logistics.parties.models import Person

# When a scan was made by its corrected clock, and when it came.
Moments = tuple[dt.datetime, dt.datetime]


@dataclass
class Evidence:
    """What the rules look at: who may collect, which codes count, which witnesses are known, what lots are labelled."""

    collectors: dict[uuid.UUID, list[Collector]] = field(default_factory=dict)
    codes: dict[uuid.UUID, OneTimeCode] = field(default_factory=dict)
    known_people: set[uuid.UUID] = field(default_factory=set)
    lots: dict[str, uuid.UUID] = field(default_factory=dict)
    # How often each code was tried wrongly before this call.
    tries_before: dict[uuid.UUID, int] = field(default_factory=dict)

    def wrong_tries(self) -> list[tuple[uuid.UUID, int]]:
        """List the codes that were tried wrongly in this call, and how often."""
        counts = [(row.id, row.tries - self.tries_before[row.id]) for row in self.codes.values()]
        return [(code_id, tries) for code_id, tries in counts if tries]


def gather(actor: Actor, scans: Iterable[ScanInput], parcels: Iterable[Parcel]) -> Evidence:
    """Fetch what the rules of these parcels' programmes look at, a statement for each kind that is asked for."""
    found, handed = Evidence(), [scan for scan in scans if scan.step == "HAND_OVER"]
    asking = list(parcels) if handed else []
    asked = {kind for parcel in asking for kind in parcel.programme.required_proofs}
    if "COLLECTOR" in asked:
        found.collectors = collectors_of({parcel.household_id for parcel in asking if parcel.household_id})
    if "ONE_TIME_CODE" in asked:
        found.codes = standing_codes([parcel.id for parcel in asking])
        found.tries_before = {row.id: row.tries for row in found.codes.values()}
    if "TWO_PERSONS" in asked:
        found.known_people = _known(actor, {person for scan in handed for person in _pair(actor, scan) if person})
    return found


def proven(found: Evidence, actor: Actor, scan: ScanInput, parcel: Parcel, moments: Moments) -> tuple[set[str], str]:
    """Name the kinds that a hand-over proves, and a hint at what is wrong with what it says."""
    kinds = {kind for kind, _ in scan.proofs if kind in FILE_KINDS}
    if scan.household_code:
        kinds.add("HOUSEHOLD_CARD")
    faults: dict[str, Callable[[], str | None]] = {
        "COLLECTOR": lambda: _collector_fault(found, scan, parcel),
        "TWO_PERSONS": lambda: _pair_fault(found, actor, scan),
        "ONE_TIME_CODE": lambda: _code_fault(found, scan, parcel, moments),
    }
    told = {kind: fault() for kind, fault in faults.items() if kind in parcel.programme.required_proofs}
    kinds |= {kind for kind, fault in told.items() if fault == ""}
    return kinds, next((fault for fault in told.values() if fault), "")


def lot_fault(found: Evidence, scan: ScanInput, parcel: Parcel) -> tuple[str, dict[str, Fact]]:
    """Say PROOF_MISSING or WRONG_LOT where a dated lot is packed without its label or with another; else nothing."""
    dated = {uuid.UUID(str(lot)) for lot, *_, expires_on in parcel.contents if expires_on}
    if scan.lot_code:
        lots = {uuid.UUID(str(lot)) for lot, *_ in parcel.contents}
        is_right = found.lots.get(code_of(scan.lot_code)) in lots
        return ("", {}) if is_right else ("WRONG_LOT", {"expected_lot": sorted(map(str, dated or lots))})
    if dated and LOT_LABEL in parcel.programme.required_proofs:
        return "PROOF_MISSING", {"missing": [LOT_LABEL]}
    return "", {}


def code_of(text: str) -> str:
    """Return the code that a label says, or nothing."""
    try:
        return read_text(text)
    except Refusal:
        return ""


def _collector_fault(found: Evidence, scan: ScanInput, parcel: Parcel) -> str | None:
    said = str(scan.detail.get("collector") or "")
    if not said:
        return None
    collectors = found.collectors.get(parcel.household_id, []) if parcel.household_id else []
    return "" if is_authorised(said, collectors) else "collector_unknown"


def _pair_fault(found: Evidence, actor: Actor, scan: ScanInput) -> str | None:
    operator, witness = _pair(actor, scan)
    if operator is None or witness is None:
        return None
    if operator == witness:
        return "witness_is_operator"
    return "" if {operator, witness} <= found.known_people else "witness_unknown"


def _code_fault(found: Evidence, scan: ScanInput, parcel: Parcel, moments: Moments) -> str | None:
    if not scan.one_time_code:
        return None
    return fault_of(found.codes.get(parcel.id), scan.one_time_code, at=moments[0], now=moments[1])


def _pair(actor: Actor, scan: ScanInput) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Name who handed over and who stood by."""
    return scan.operator_id or (actor.person.id if actor.person else None), scan.witness_id


def _known(actor: Actor, ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Tell which of these are active people of the caller's body, of those above it or below it."""
    near = Q(organisation__path__startswith=actor.organisation.path)
    near |= Q(organisation_id__in=organisation_ids_above(actor.organisation))
    return set(Person.objects.filter(near, id__in=ids, is_active=True).values_list("id", flat=True))
