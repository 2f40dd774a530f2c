"""The order of those who wait: the same for the same facts, never against the worse off, and able to say why."""

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.ranking import (
    CANDIDATES_MAX,
    DAYS_MAX,
    POINTS_MAX,
    URGENCY_MAX,
    Candidate,
    CandidateTwice,
    TooManyCandidates,
    Weights,
    WeightsRefused,
    moves,
    ranked,
    reason_before,
)

TODAY = dt.date(2026, 11, 28)
HARDSHIPS = ("ORPHAN", "ILLNESS", "DISASTER")
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31))
POINTS = st.integers(0, 50)
WEIGHTS = st.builds(
    Weights, st.fixed_dictionaries(dict.fromkeys(HARDSHIPS, POINTS)), urgency=POINTS, waiting=POINTS, unserved=POINTS
)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.from_regex(r"H-[0-9]{4}", fullmatch=True),
        DAYS,
        st.frozensets(st.sampled_from(HARDSHIPS)),
        st.integers(0, URGENCY_MAX),
        st.none() | DAYS,
    ),
    max_size=12,
    unique_by=lambda candidate: candidate.reference,
)
ONE = Candidate("H-1", dt.date(2026, 10, 29), frozenset({"ORPHAN"}), 1, dt.date(2026, 9, 29))


def _order(candidates: list[Candidate], weights: Weights) -> list[str]:
    return [place.candidate.reference for place in ranked(candidates, weights, on=TODAY)]


def test_points_are_weights_times_facts() -> None:
    weights = Weights({"ORPHAN": 40, "ILLNESS": 30}, urgency=10, waiting=3, unserved=2)
    (place,) = ranked([ONE], weights, on=TODAY)
    assert place.parts == {"ORPHAN": 40, "urgency": 10, "waiting": 3, "unserved": 4}
    assert (place.number, place.points) == (1, 57)
    (never,) = ranked([replace(ONE, last_served_on=None)], weights, on=TODAY)
    assert never.parts["unserved"] == 2 * DAYS_MAX // 30


@given(CANDIDATES, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_nothing(candidates: list[Candidate], weights: Weights, chance) -> None:  # type: ignore[no-untyped-def]
    mixed = list(candidates)
    chance.shuffle(mixed)
    assert ranked(mixed, weights, on=TODAY) == ranked(candidates, weights, on=TODAY)


@given(CANDIDATES, WEIGHTS)
def test_nobody_worse_off_stands_behind(candidates: list[Candidate], weights: Weights) -> None:
    order = _order(candidates, weights)
    for worse in candidates:
        for better in candidates:
            if _is_worse_off(worse, better):
                assert order.index(worse.reference) < order.index(better.reference)


def _is_worse_off(one: Candidate, other: Candidate) -> bool:
    """Tell whether one is worse off in something and better off in nothing, waiting strictly longer."""
    return (
        one.hardships >= other.hardships
        and one.urgency >= other.urgency
        and one.waiting_since < other.waiting_since
        and (one.last_served_on or dt.date.min) <= (other.last_served_on or dt.date.min)
    )


@given(CANDIDATES, WEIGHTS, st.sampled_from(HARDSHIPS), POINTS)
def test_more_weight_for_a_hardship_never_harms_who_bears_it(
    candidates: list[Candidate], weights: Weights, hardship: str, more: int
) -> None:
    heavier = replace(weights, hardships={**weights.hardships, hardship: weights.hardships[hardship] + more})
    before, after = _order(candidates, weights), _order(candidates, heavier)
    for bearer in candidates:
        for other in candidates:
            if hardship in bearer.hardships - other.hardships:
                was_first = before.index(bearer.reference) < before.index(other.reference)
                assert not was_first or after.index(bearer.reference) < after.index(other.reference)


@given(CANDIDATES, WEIGHTS)
def test_a_reason_agrees_with_the_order(candidates: list[Candidate], weights: Weights) -> None:
    places = ranked(candidates, weights, on=TODAY)
    for first, second in pairwise(places):
        zh, en = reason_before(first, second)
        assert second.candidate.reference in zh and second.candidate.reference in en
        told = [int(number) for number in re.findall(r" ([+-]\d+)", en.split(" points")[0])]
        assert sum(told) == first.points - second.points >= 0


def test_reasons_are_sentences_for_people() -> None:
    weights = Weights({"ORPHAN": 40, "ILLNESS": 30}, urgency=10, waiting=3)
    other = Candidate("H-2", dt.date(2026, 9, 29), frozenset({"ILLNESS"}), 1)
    first, second = ranked([ONE, other], weights, on=TODAY)
    assert reason_before(first, second) == (
        "排在 H-2 之前：ORPHAN多 40 分，等待天数少 3 分，ILLNESS少 30 分，共多 7 分。",
        "Before H-2: ORPHAN +40, days of waiting -3, ILLNESS -30, 7 points more in all.",
    )
    first, second = ranked([ONE, replace(other, hardships=frozenset())], Weights(), on=TODAY)
    assert reason_before(first, second) == (
        "与 H-1 同分，先登记（2026-09-29）。",
        "As many points as H-1, and waiting since 2026-09-29, longer.",
    )
    first, second = ranked([ONE, replace(ONE, reference="H-0")], weights, on=TODAY)
    assert reason_before(first, second)[1] == "As many points and days as H-1: by reference."


def test_a_change_of_weights_is_shown_before_it_is_made() -> None:
    other = Candidate("H-2", ONE.waiting_since, frozenset({"ILLNESS"}))
    third = Candidate("H-3", dt.date(2026, 11, 1))
    before = ranked([ONE, other, third], Weights({"ORPHAN": 2, "ILLNESS": 1}), on=TODAY)
    after = ranked([ONE, other, third], Weights({"ORPHAN": 1, "ILLNESS": 2}), on=TODAY)
    assert moves(before, after) == [("H-2", 2, 1), ("H-1", 1, 2)]
    assert moves(before, before) == []


@pytest.mark.parametrize("points", [-1, POINTS_MAX + 1, 1.5, True, "2"])
def test_other_weights_are_refused(points: object) -> None:
    with pytest.raises(WeightsRefused):
        Weights({"ORPHAN": points})  # type: ignore[dict-item] -- what a form may send
    with pytest.raises(WeightsRefused):
        Weights(waiting=points)  # type: ignore[arg-type] -- the same
    assert Weights({"ORPHAN": POINTS_MAX}, waiting=0).hardships["ORPHAN"] == POINTS_MAX


def test_who_stands_twice_and_lists_beyond_the_limit_are_refused() -> None:
    with pytest.raises(CandidateTwice, match="H-1"):
        ranked([ONE, replace(ONE, urgency=3)], Weights(urgency=1), on=TODAY)
    with pytest.raises(TooManyCandidates):
        ranked([ONE] * (CANDIDATES_MAX + 1), Weights(), on=TODAY)
