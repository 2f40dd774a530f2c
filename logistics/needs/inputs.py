"""A visit as a device sends it, and the answer to it."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field

from logistics.kernel.canonical import CanonicalValue, canonical_bytes
from logistics.kernel.refusals import Refusal
from logistics.storage.secrets import blind_index


@dataclass(frozen=True)
class NeedInput:
    """What a household lacks, as a liaison reports it. `need_id` is made where it is written down."""

    need_id: uuid.UUID
    kind: str
    urgency: int
    member_id: uuid.UUID | None = None
    text: str = ""
    size: str = ""
    age_years: int | None = None
    quantity: int = 1

    def as_fields(self) -> dict[str, CanonicalValue]:
        """Say what is lacked in canonical values, without the words."""
        return {
            "kind": self.kind,
            "member": _text(self.member_id),
            "size": self.size,
            "age_years": self.age_years,
            "quantity": self.quantity,
        }


@dataclass(frozen=True)
class FindingInput:
    """What a visit found of a need that was reported before: `found` is one of `FOUND`."""

    need_id: uuid.UUID
    found: str
    urgency: int | None = None
    text: str = ""


@dataclass(frozen=True)
class VisitInput:
    """A visit as it was read. `visited_at` is the device's clock; `undoes` names the visit that it takes back."""

    visit_id: uuid.UUID
    household_id: uuid.UUID
    visited_at: dt.datetime
    met: str
    offset_minutes: int = 0
    liaison_id: uuid.UUID | None = None
    programme_code: str = ""
    met_member_ids: tuple[uuid.UUID, ...] = ()
    needs: tuple[NeedInput, ...] = ()
    findings: tuple[FindingInput, ...] = ()
    photos: tuple[str, ...] = ()
    note: str = ""
    undoes: uuid.UUID | None = None

    def content_index(self) -> str:
        """Hash everything that the visit says, under this installation's key: it speaks of a family."""
        return blind_index(hashlib.sha256(canonical_bytes(self._said())).hexdigest(), "visit-content")

    def _said(self) -> dict[str, CanonicalValue]:
        return {
            "id": str(self.visit_id),
            "household": str(self.household_id),
            "visited_at": self.visited_at.astimezone(dt.UTC).isoformat(),
            "offset_minutes": self.offset_minutes,
            "met": self.met,
            "met_members": [str(member) for member in self.met_member_ids],
            "liaison": _text(self.liaison_id),
            "programme": self.programme_code,
            "needs": [
                {**need.as_fields(), "id": str(need.need_id), "urgency": need.urgency, "text": need.text}
                for need in self.needs
            ],
            "findings": [
                [str(one.need_id), one.found, -1 if one.urgency is None else one.urgency, one.text]
                for one in self.findings
            ],
            "photos": list(self.photos),
            "note": self.note,
            "undoes": _text(self.undoes),
        }


@dataclass(frozen=True)
class VisitAnswer:
    """What became of one visit: RECORDED, REPEATED or REFUSED, and the photos that are still to come."""

    visit_id: uuid.UUID
    outcome: str
    refusal: Refusal | None = None
    photos_pending: list[str] = field(default_factory=list)


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
