"""Who comes first: a vulnerability score (困难程度评分) in whole points that says where each point comes from.

Every part of the score is a weight that is not negative times a fact that somebody can look up, so a household that is
worse off in one thing and no better off in any other never stands behind: equal points go by who has waited longer, was
helped longer ago, is in more urgent need, bears more hardships, also where a weight is nought or the difference less
than a point. Last comes the reference: the same households and weights give the same list, in whatever order they come.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from logistics.kernel.refusals import Unacceptable

POINTS_MAX, URGENCY_MAX, DAYS_MAX = 10_000, 3, 3_650
CANDIDATES_MAX = 100_000
URGENCY, WAITING, UNSERVED = "urgency", "waiting", "unserved"
Names = Mapping[str, tuple[str, str]]
# What a part of the score is called; a hardship is called by its own name.
PARTS: Names = {
    URGENCY: ("紧急程度", "urgency"),
    WAITING: ("等待天数", "days of waiting"),
    UNSERVED: ("距上次受助的天数", "days since last helped"),
}


class WeightsRefused(Unacceptable):
    code = "weights_refused"
    zh = "权重 {weight} 须为 0 到 {most} 的整数。"
    en = "The weight {weight} must be a whole number from 0 to {most}."


class CandidateTwice(Unacceptable):
    code = "candidate_twice"
    zh = "{candidate} 在名单里出现了两次。"
    en = "{candidate} stands on the list twice."


class TooManyCandidates(Unacceptable):
    code = "too_many_candidates"
    zh = "一份名单最多 {most} 户，这里有 {count} 户。"
    en = "A list has at most {most} households; this one has {count}."


@dataclass(frozen=True)
class Weights:
    """The points that a programme gives: for each hardship, each degree of urgency, each whole thirty days."""

    hardships: Mapping[str, int] = field(default_factory=dict)
    urgency: int = 0
    waiting: int = 0
    unserved: int = 0

    def __post_init__(self) -> None:
        """Refuses WeightsRefused: a negative weight would let the better off overtake."""
        for name, points in [*self.hardships.items(), *((part, getattr(self, part)) for part in PARTS)]:
            if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= POINTS_MAX:
                raise WeightsRefused(weight=name[:40], most=POINTS_MAX, pointer=f"/weights/{name[:40]}")


@dataclass(frozen=True)
class Candidate:
    """What is known of a household, or of one person in it, on the day of the list. Nobody is named here."""

    reference: str
    waiting_since: dt.date
    hardships: frozenset[str] = frozenset()
    urgency: int = 0
    last_served_on: dt.date | None = None


class Place(NamedTuple):
    """One place on the list: the number from 1, who stands there, and the points by part."""

    number: int
    candidate: Candidate
    parts: Mapping[str, int]

    @property
    def points(self) -> int:
        """Add up the points."""
        return sum(self.parts.values())


class Move(NamedTuple):
    """How a change of weights would move one household: places from 1."""

    reference: str
    before: int
    after: int


def ranked(candidates: Iterable[Candidate], weights: Weights, *, on: dt.date) -> list[Place]:
    """Put candidates in order on a day. Refuses TooManyCandidates, CandidateTwice."""
    waiting = list(candidates)
    if len(waiting) > CANDIDATES_MAX:
        raise TooManyCandidates(most=CANDIDATES_MAX, count=len(waiting))
    scored = [(parts_of(candidate, weights, on=on), candidate) for candidate in waiting]
    scored.sort(key=lambda one: (-sum(one[0].values()), *_worse_off_first(one[1]), one[1].reference))
    places = [Place(number, candidate, parts) for number, (parts, candidate) in enumerate(scored, start=1)]
    seen: set[str] = set()
    for place in places:
        if place.candidate.reference in seen:
            raise CandidateTwice(candidate=place.candidate.reference)
        seen.add(place.candidate.reference)
    return places


def parts_of(candidate: Candidate, weights: Weights, *, on: dt.date) -> dict[str, int]:
    """Reckon the points of a candidate by part. Who was never helped counts as long as anybody can."""
    parts = {name: weights.hardships[name] for name in sorted(candidate.hardships) if weights.hardships.get(name)}
    unserved = _days(candidate.last_served_on, on) if candidate.last_served_on else DAYS_MAX
    # Whole thirties of days: were products rounded instead, more weight for waiting could put back who waits longer.
    parts[URGENCY] = weights.urgency * _urgency(candidate)
    parts[WAITING] = weights.waiting * (_days(candidate.waiting_since, on) // 30)
    parts[UNSERVED] = weights.unserved * (unserved // 30)
    return {name: points for name, points in parts.items() if points}


def reason_before(first: Place, second: Place, names: Names = PARTS) -> tuple[str, str]:
    """Say in one sentence, in Chinese and English, why the first stands before the second.

    `names` says what parts are called in both languages; a part without a name there is called by its own.
    """
    name = second.candidate.reference
    gains = _differences(first, second)
    if not gains:
        return _tie(first, second)
    zh = "，".join(f"{_part(part, 0, names)}{'多' if points > 0 else '少'} {abs(points)} 分" for part, points in gains)
    en = ", ".join(f"{_part(part, 1, names)} {points:+}" for part, points in gains)
    total = first.points - second.points
    if not total:
        tie_zh, tie_en = _tie(first, second)
        return f"{zh}，相抵后同分；{tie_zh}", f"{en}: equal points in all; {tie_en}"
    return f"排在 {name} 之前：{zh}，共多 {total} 分。", f"Before {name}: {en}, {total} points more in all."


def moves(before: Sequence[Place], after: Sequence[Place]) -> list[Move]:
    """List who would stand elsewhere on the second list, in the order of that list."""
    stood = {place.candidate.reference: place.number for place in before}
    return [
        Move(place.candidate.reference, stood[place.candidate.reference], place.number)
        for place in after
        if stood.get(place.candidate.reference, place.number) != place.number
    ]


def _differences(first: Place, second: Place) -> list[tuple[str, int]]:
    """List the parts in which two places differ, the weightiest first."""
    names = {**first.parts, **second.parts}
    found = [(name, first.parts.get(name, 0) - second.parts.get(name, 0)) for name in names]
    return sorted(((name, points) for name, points in found if points), key=lambda one: (-one[1], one[0]))


def _worse_off_first(candidate: Candidate) -> tuple[dt.date, dt.date, int, int]:
    """Order those with equal points; each step of `_tie` says one of these."""
    served = candidate.last_served_on or dt.date.min
    return candidate.waiting_since, served, -_urgency(candidate), -len(candidate.hardships)


def _tie(first: Place, second: Place) -> tuple[str, str]:
    name, one, other = second.candidate.reference, first.candidate, second.candidate
    if one.waiting_since < other.waiting_since:
        since = one.waiting_since
        return f"与 {name} 同分，先登记（{since}）。", f"As many points as {name}, and waiting since {since}, longer."
    zh, en = _tie_of_a_day(one, other)
    return f"与 {name} 同分、同日登记，{zh}。", f"As many points and days as {name}{en}."


def _tie_of_a_day(one: Candidate, other: Candidate) -> tuple[str, str]:
    served = one.last_served_on
    steps = zip(_worse_off_first(one)[1:], _worse_off_first(other)[1:], strict=True)
    step = next((place for place, (mine, theirs) in enumerate(steps) if mine != theirs), None)
    if step == 0:
        return (f"距上次受助更久（{served}）", f", last helped on {served}, longer ago") if served else _NEVER_HELPED
    return _TIES.get(step, _BY_REFERENCE)


_NEVER_HELPED = ("从未受助", ", and never helped yet")
_BY_REFERENCE = ("按编号排列", ": by reference")
_TIES: Mapping[int | None, tuple[str, str]] = {
    1: ("情况更紧急", ", in more urgent need"),
    2: ("登记的困难更多", ", with more hardships on record"),
}


def _urgency(candidate: Candidate) -> int:
    return max(0, min(candidate.urgency, URGENCY_MAX))


def _part(name: str, language: int, names: Names) -> str:
    return names.get(name, PARTS.get(name, (name, name)))[language]


def _days(since: dt.date, on: dt.date) -> int:
    return max(0, min((on - since).days, DAYS_MAX))
