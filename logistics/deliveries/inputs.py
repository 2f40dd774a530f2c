"""A scan as a device sends it, and the answer to it."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.refusals import Fact

STEPS_THAT_NEED_A_REASON = frozenset({"ATTEMPT", "REFUSE", "DAMAGE", "LOSE"})


@dataclass(frozen=True)
class ScanInput:
    """One scan as it was read. `scanned_at` is the device's clock; `detail` holds what only the vault may keep."""

    scan_id: uuid.UUID
    code: str
    step: str
    scanned_at: dt.datetime
    sequence: int
    offset_minutes: int = 0
    operator_id: uuid.UUID | None = None
    witness_id: uuid.UUID | None = None
    round_id: uuid.UUID | None = None
    undoes: uuid.UUID | None = None
    household_code: str = ""
    reason: str = ""
    proofs: tuple[tuple[str, str], ...] = ()
    one_time_code: str = ""
    lot_code: str = ""
    detail: Mapping[str, CanonicalValue] = field(default_factory=dict)

    def content_sha256(self) -> str:
        """Hash everything that the scan says, so that a repeat can be told from another scan with the same id."""
        return hashlib.sha256(canonical_bytes(self.as_fields())).hexdigest()

    def as_fields(self) -> dict[str, CanonicalValue]:
        """Say the scan in canonical values; what came later is left out where it is empty, as it was before."""
        later = {"one_time_code": self.one_time_code, "lot_code": self.lot_code}
        return {
            **{name: value for name, value in later.items() if value},
            "id": str(self.scan_id),
            "code": self.code,
            "step": self.step,
            "scanned_at": self.scanned_at.astimezone(dt.UTC).isoformat(),
            "offset_minutes": self.offset_minutes,
            "sequence": self.sequence,
            "operator": _text(self.operator_id),
            "witness": _text(self.witness_id),
            "round": _text(self.round_id),
            "undoes": _text(self.undoes),
            "household_code": self.household_code,
            "reason": self.reason,
            "proofs": [list(proof) for proof in self.proofs],
            "detail": dict(self.detail),
        }


@dataclass(frozen=True)
class ParcelSummary:
    """What whoever scans may know of a parcel."""

    parcel_id: uuid.UUID
    code: str
    state: str
    programme_zh: str
    programme_en: str
    township: str
    contents: list[dict[str, str | int]]


@dataclass(frozen=True)
class ScanAnswer:
    """The answer to one scan: one outcome of the fixed vocabulary, and what to do next in both languages."""

    scan_id: uuid.UUID
    outcome: str
    message_zh: str
    message_en: str
    parcel: ParcelSummary | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
