"""A need's state as a pure function of the set of what is known of it, whatever the order in which that arrived.

A telephone may hand in a confirmation before the visit that found the need, and take a visit back before it was handed
in: the steps fold in the order of when they happened, never of when they were heard of.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

OPEN, REFERRED, MET, WITHDRAWN = "OPEN", "REFERRED", "MET", "WITHDRAWN"
STATES = (OPEN, REFERRED, MET, WITHDRAWN)
# Shown in the place of OPEN while nobody has confirmed the need for too long; time makes it, no step does.
STALE = "STALE"
STEPS = (
    *("REPORTED", "CONFIRMED", "REFERRED", "ACCEPTED", "DECLINED", "SERVED"),
    *("MET", "HELPED", "NOT_HELPED", "WITHDRAWN", "REOPENED"),
)
# Which state a step leads to; what is not named here changes no state.
_NEXT: Mapping[tuple[str, str], str] = {
    (OPEN, "REFERRED"): REFERRED,
    (OPEN, "MET"): MET,
    (OPEN, "WITHDRAWN"): WITHDRAWN,
    (REFERRED, "DECLINED"): OPEN,
    (REFERRED, "SERVED"): MET,
    (REFERRED, "MET"): MET,
    (REFERRED, "WITHDRAWN"): WITHDRAWN,
    (REFERRED, "REOPENED"): OPEN,
    (MET, "NOT_HELPED"): OPEN,
    (MET, "REOPENED"): OPEN,
    (WITHDRAWN, "REOPENED"): OPEN,
}
# Steps by which somebody has heard from the family that the need stands.
_CONFIRMING = frozenset({"REPORTED", "CONFIRMED", "NOT_HELPED", "REOPENED"})
# Steps that change no state and yet say something in it.
_STAYING = frozenset({(OPEN, "CONFIRMED"), (REFERRED, "CONFIRMED"), (REFERRED, "ACCEPTED"), (MET, "HELPED")})
_ASKED_AFTER = {"HELPED": True, "NOT_HELPED": False}


@dataclass(frozen=True, slots=True)
class NeedFact:
    """One step: what happened, when, and a key that orders steps of one moment. `urgency` where it was told."""

    step: str
    happened_at: dt.datetime
    key: str
    urgency: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a need stands: since when, how urgent, when last confirmed, and whether what met it has helped."""

    state: str
    state_since: dt.datetime
    urgency: int
    confirmed_at: dt.datetime
    has_helped: bool | None = None


def standing_of(facts: Iterable[NeedFact]) -> Standing | None:
    """Fold the steps of one need; None where nobody has reported it, or whoever did took that back."""
    ordered = sorted(facts, key=lambda fact: (fact.happened_at, fact.key))
    reported = next((fact for fact in ordered if fact.step == "REPORTED"), None)
    if reported is None:
        return None
    now = Standing(OPEN, reported.happened_at, reported.urgency or 0, reported.happened_at)
    for fact in ordered:
        if fact is not reported and fact.step != "REPORTED":
            now = _after(now, fact)
    return now


def leads_on(state: str, step: str) -> bool:
    """Tell whether a step means anything in a state."""
    return (state, step) in _NEXT or (state, step) in _STAYING


def _after(now: Standing, fact: NeedFact) -> Standing:
    state = _NEXT.get((now.state, fact.step), now.state)
    return replace(
        now,
        state=state,
        state_since=fact.happened_at if state != now.state else now.state_since,
        urgency=now.urgency if fact.urgency is None else fact.urgency,
        confirmed_at=max(now.confirmed_at, fact.happened_at) if fact.step in _CONFIRMING else now.confirmed_at,
        has_helped=_ASKED_AFTER.get(fact.step, now.has_helped),
    )
