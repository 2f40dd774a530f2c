"""The contract of states and steps, cell by cell, and the fold over any order of arrival."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.delivery_states import (
    OUTCOMES,
    STATES,
    STEPS,
    ScanFact,
    answer_to,
    as_markdown,
    conclude,
    table_rows,
)


def _fact(step: str, at_ms: int, device: str = "a", **more: object) -> ScanFact:
    number = more.pop("number", at_ms)
    return ScanFact(f"{step}-{number}-{device}", step, at_ms, device, at_ms, **more)  # type: ignore[arg-type]


def test_the_table_is_complete_and_says_nothing_twice() -> None:
    cells: dict[tuple[str, str], set[str]] = {}
    for row in table_rows():
        assert row.outcome in OUTCOMES
        assert row.next_state in STATES
        by = cells.setdefault((row.state, row.step), set())
        assert row.by not in by
        by.add(row.by)
    assert cells.keys() == set(itertools.product(STATES, STEPS))
    assert all(by in ({"ANY"}, {"SAME_DEVICE", "OTHER_DEVICE"}) for by in cells.values())


@pytest.mark.parametrize("row", table_rows(), ids=lambda row: f"{row.state}-{row.step}-{row.by}")
def test_each_cell_holds_when_it_is_walked_to(row) -> None:  # type: ignore[no-untyped-def]
    way = {
        "PLANNED": [],
        "PACKED": ["PACK"],
        "SEALED": ["PACK", "SEAL"],
        "DISPATCHED": ["PACK", "DISPATCH"],
        "AT_TRANSFER_POINT": ["PACK", "DISPATCH", "RECEIVE"],
        "DELIVERED": ["PACK", "DISPATCH", "HAND_OVER"],
        "REFUSED": ["PACK", "DISPATCH", "REFUSE"],
        "RETURNED": ["PACK", "DISPATCH", "REFUSE", "RETURN"],
        "DAMAGED": ["PACK", "DAMAGE"],
        "LOST": ["PACK", "DISPATCH", "LOSE"],
        "CANCELLED": [],
        "DISPUTED": ["PACK", "DISPATCH", "HAND_OVER", "HAND_OVER"],
    }[row.state]
    facts = [
        _fact(step, number, "b" if number == 3 and step == "HAND_OVER" else "a") for number, step in enumerate(way)
    ]
    cancelled_at_ms = 0 if row.state == "CANCELLED" else None
    assert conclude(facts, cancelled_at_ms=cancelled_at_ms).state == row.state
    new = _fact(row.step, 99, "c" if row.by == "OTHER_DEVICE" else "a")
    after = conclude([*facts, new], cancelled_at_ms=cancelled_at_ms)
    if row.step == "UNDO":
        # An undo that names nothing changes nothing; which scans it takes back is tested below.
        assert after.state == row.state
        return
    assert after.state == row.next_state
    assert after.outcomes[new.scan_id] == row.outcome


STEPS_OF_ONE_WAY = ["PACK", "SEAL", "DISPATCH", "RECEIVE", "ATTEMPT", "HAND_OVER"]


def test_the_straight_way_is_recorded_step_by_step() -> None:
    facts: list[ScanFact] = []
    for number, step in enumerate(STEPS_OF_ONE_WAY):
        new = _fact(step, number)
        assert answer_to(facts, new) == "RECORDED"
        facts.append(new)
    assert conclude(facts).state == "DELIVERED"


facts_strategy = st.lists(
    st.builds(
        lambda step, at, device, household: (step, at, device, household),
        st.sampled_from([step for step in STEPS if step != "UNDO"]),
        st.integers(0, 30),
        st.sampled_from("ab"),
        st.sampled_from([None, "h", "other"]),
    ),
    max_size=8,
)


@given(facts_strategy, st.randoms(use_true_random=False), st.data())
def test_any_order_of_arrival_concludes_the_same(rows: list[tuple], rng: random.Random, data: st.DataObject) -> None:
    facts = [
        ScanFact(f"{place:02}", step, at, device, place, household)
        for place, (step, at, device, household) in enumerate(rows)
    ]
    if facts:
        target = data.draw(st.sampled_from(facts))
        facts.append(ScanFact("undo", "UNDO", 40, data.draw(st.sampled_from("ab")), 99, undoes=target.scan_id))
    known = conclude(facts, household="h")
    for _ in range(4):
        rng.shuffle(facts)
        assert conclude(facts, household="h") == known
    assert known.state in STATES
    assert (known.end_scan is None) == (known.end is None)
    assert known.end_scan not in known.rivals


def test_a_second_hand_over_of_another_device_is_a_dispute_whichever_arrives_first() -> None:
    pack, one, two = _fact("PACK", 0), _fact("HAND_OVER", 5), _fact("HAND_OVER", 6, "b")
    for first, second in ((one, two), (two, one)):
        assert answer_to([pack], first) == "RECORDED"
        assert answer_to([pack, first], second) == "DISPUTED"
    found = conclude([pack, one, two])
    assert found.state == "DISPUTED"
    assert {found.end_scan, *found.rivals} == {one.scan_id, two.scan_id}


def test_a_wrong_clock_cannot_steer_which_hand_over_stands() -> None:
    def winner(at_one: int, at_two: int) -> str | None:
        pack = _fact("PACK", 0)
        return conclude(
            [pack, _fact("HAND_OVER", at_one, number=1), _fact("HAND_OVER", at_two, "b", number=2)]
        ).end_scan

    assert winner(5, 9) == winner(9, 5) == winner(1000, 7) is not None


def test_the_meant_household_wins_over_another() -> None:
    pack = _fact("PACK", 0)
    right, wrong = _fact("HAND_OVER", 5, "b", household="h"), _fact("HAND_OVER", 1, "a", household="x")
    assert conclude([pack, right, wrong], household="h").end_scan == right.scan_id
    assert conclude([pack, right, wrong], household="x").end_scan == wrong.scan_id


def test_the_same_device_twice_is_no_dispute() -> None:
    facts = [_fact("PACK", 0), _fact("HAND_OVER", 5)]
    again = _fact("HAND_OVER", 6)
    assert answer_to(facts, again) == "ALREADY_DELIVERED"
    assert conclude([*facts, again]).state == "DELIVERED"


def test_an_undo_of_the_same_device_takes_a_scan_back() -> None:
    pack, over = _fact("PACK", 0), _fact("HAND_OVER", 5)
    undo = _fact("UNDO", 6, undoes=over.scan_id)
    assert conclude([pack, over, undo]).state == "PACKED"
    assert answer_to([pack, over], undo) == "RECORDED"
    foreign = _fact("UNDO", 7, "b", undoes=over.scan_id)
    assert conclude([pack, over, foreign]).state == "DELIVERED"
    assert answer_to([pack, over], foreign) == "NOT_ALLOWED"


def test_a_refused_scan_has_no_effect() -> None:
    wrong = _fact("HAND_OVER", 5, refused="WRONG_HOUSEHOLD")
    found = conclude([_fact("PACK", 0), wrong])
    assert found.state == "PACKED"
    assert found.outcomes[wrong.scan_id] == "WRONG_HOUSEHOLD"


def test_the_documentation_prints_every_cell() -> None:
    lines = as_markdown().splitlines()
    assert len(lines) == 2 + len(STATES)
    assert all(line.count("|") == len(STEPS) + 2 for line in lines)
