"""What a frozen place keeps apart, encrypted and erasable: its points by part, and what decides between equals."""

import datetime as dt
import json
from collections.abc import Mapping

from logistics.kernel.ranking import Candidate, Place

# As what the points stand whose parts were erased.
ERASED = "hardship"


def place_written(place: Place) -> str:
    """Write why a place stands where it does."""
    candidate = place.candidate
    served = candidate.last_served_on
    told = {
        "parts": dict(place.parts),
        "last_served_on": served.isoformat() if served else None,
        "urgency": candidate.urgency,
        "hardships": sorted(candidate.hardships),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def place_read(number: int, bare: Candidate, points: int, text: str) -> Place:
    """Read a place from what is kept of it; where that was erased, its points stand as one part."""
    if not text:
        return Place(number, bare, {ERASED: points})
    told = json.loads(text)
    if "parts" not in told:
        # Lists that were frozen before the first edition say the points alone.
        return Place(number, bare, _points(told))
    served = told["last_served_on"]
    candidate = Candidate(
        bare.reference,
        bare.waiting_since,
        frozenset(told["hardships"]),
        told["urgency"],
        dt.date.fromisoformat(served) if served else None,
    )
    return Place(number, candidate, _points(told["parts"]))


def comparable(first: Place, second: Place) -> tuple[Place, Place]:
    """Leave of two places what is known of both: an erased one cannot say when somebody was last helped."""
    if ERASED not in {*first.parts, *second.parts}:
        return first, second
    return _bare(first), _bare(second)


def _bare(place: Place) -> Place:
    return place._replace(candidate=Candidate(place.candidate.reference, place.candidate.waiting_since))


def _points(value: Mapping[str, int]) -> Mapping[str, int]:
    return dict(value)
