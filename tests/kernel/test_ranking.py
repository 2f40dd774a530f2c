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
    assert never.parts["unserved"] == 2 * (DAYS_MAX // 30)


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
    """Tell whether one is worse off in something and better off in nothing, whatever weighs how much."""
    mine, theirs = _burden(one), _burden(other)
    return all(more >= less for more, less in zip(mine, theirs, strict=True)) and mine != theirs


def _burden(one: Candidate) -> tuple[object, ...]:
    waiting = (TODAY - one.waiting_since).days
    return one.hardships, one.urgency, waiting, _unserved(one)


def _unserved(one: Candidate) -> int:
    return (TODAY - (one.last_served_on or dt.date.min)).days


BURDENS = {
    "urgency": lambda one: one.urgency,
    "waiting": lambda one: (TODAY - one.waiting_since).days,
    "unserved": _unserved,
}


@given(CANDIDATES, WEIGHTS, st.sampled_from([*HARDSHIPS, *BURDENS]), POINTS)
def test_more_weight_never_harms_who_bears_more_of_it(
    candidates: list[Candidate], weights: Weights, part: str, more: int
) -> None:
    before, after = _order(candidates, weights), _order(candidates, _heavier(weights, part, more))
    bears = BURDENS.get(part, lambda one: part in one.hardships)
    for bearer in candidates:
        for other in candidates:
            if bears(bearer) >= bears(other):
                was_first = before.index(bearer.reference) < before.index(other.reference)
                assert not was_first or after.index(bearer.reference) < after.index(other.reference)


def _heavier(weights: Weights, part: str, more: int) -> Weights:
    if part in HARDSHIPS:
        return replace(weights, hardships={**weights.hardships, part: weights.hardships[part] + more})
    return replace(weights, **{part: getattr(weights, part) + more})


def test_more_weight_for_waiting_keeps_who_waits_longer_in_front() -> None:
    """Products were rounded once: fifteen days were worth a point more than fourteen by two, and none by three."""
    shorter = Candidate("H-1", TODAY - dt.timedelta(days=14), frozenset({"ORPHAN"}))
    longer = Candidate("H-2", TODAY - dt.timedelta(days=15))
    firsts = [_order([shorter, longer], Weights({"ORPHAN": 1}, waiting=weight))[0] for weight in range(60)]
    assert firsts == sorted(firsts), "who has come in front by a heavier weight stays there"


@given(CANDIDATES, WEIGHTS)
def test_a_reason_agrees_with_the_order_in_both_languages(candidates: list[Candidate], weights: Weights) -> None:
    places = ranked(candidates, weights, on=TODAY)
    for first, second in pairwise(places):
        zh, en = reason_before(first, second)
        assert second.candidate.reference in zh and second.candidate.reference in en
        assert sum(_told_en(en)) == sum(_told_zh(zh)) == first.points - second.points >= 0
        assert sorted(_told_en(en)) == sorted(_told_zh(zh)), "both languages name the same parts"
        if first.points == second.points:
            _require_true_tie(zh, en, first.candidate, second.candidate)


def _told_en(text: str) -> list[int]:
    return [int(number) for number in re.findall(r" ([+-]\d+)", text.split(" points")[0])]


def _told_zh(text: str) -> list[int]:
    return [(1 if sign == "多" else -1) * int(many) for sign, many in re.findall(r"[^共](多|少) (\d+) 分", text)]


def _require_true_tie(zh: str, en: str, one: Candidate, other: Candidate) -> None:
    """What is said to decide decides: it differs for the better of whoever stands first, and nothing before it does."""
    said = [
        ("先登记", "longer.", one.waiting_since, other.waiting_since),
        ("受助", "help", one.last_served_on or dt.date.min, other.last_served_on or dt.date.min),
        ("更紧急", "urgent", -one.urgency, -other.urgency),
        ("困难更多", "hardships", -len(one.hardships), -len(other.hardships)),
        ("编号", "reference", one.reference, other.reference),
    ]
    zh_tie, en_tie = zh.split("；")[-1], en.split("; ")[-1]
    for word_zh, word_en, mine, theirs in said:
        if mine != theirs:
            assert mine < theirs and word_zh in zh_tie and word_en in en_tie, (zh, en)
            return


def test_each_tie_is_a_sentence() -> None:
    day = dt.date(2026, 5, 1)
    base = Candidate("H-1", day, last_served_on=dt.date(2026, 3, 1))
    for other, told in (
        (replace(base, last_served_on=None), "与 H-1 同分、同日登记，从未受助。"),
        (replace(base, last_served_on=dt.date(2026, 2, 1)), "与 H-1 同分、同日登记，距上次受助更久（2026-02-01）。"),
        (replace(base, urgency=2), "与 H-1 同分、同日登记，情况更紧急。"),
        (replace(base, hardships=frozenset({"ORPHAN"})), "与 H-1 同分、同日登记，登记的困难更多。"),
    ):
        first, second = ranked([base, replace(other, reference="H-2")], Weights(), on=TODAY)
        assert first.candidate.reference == "H-2" and reason_before(first, second)[0] == told


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
