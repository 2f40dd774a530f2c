"""Visits in any order, cut into any calls and any number of times, leave the same needs behind."""

import contextlib
import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.kernel.need_states import NeedFact, standing_of
from logistics.needs.inputs import VisitInput
from logistics.needs.models import HomeVisit, Need, NeedHolder, NeedStep
from logistics.storage.transactions import apart
from tests.needs.village import NOW, Village, found, lacking

_STEPS = ("CONFIRMED", "REFERRED", "DECLINED", "SERVED", "MET", "HELPED", "NOT_HELPED", "WITHDRAWN", "REOPENED")


class _RolledBack(Exception):
    """Ends one example's changes."""


@given(
    steps=st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(0, 5), st.sampled_from([None, 0, 3])), max_size=7),
    shuffle=st.randoms(),
)
def test_the_fold_knows_no_order(steps, shuffle) -> None:  # type: ignore[no-untyped-def] -- hypothesis fills both
    facts = [NeedFact("REPORTED", NOW, "0", 1)]
    facts += [
        NeedFact(step, NOW + dt.timedelta(days=day), str(number), urgency)
        for number, (step, day, urgency) in enumerate(steps)
    ]
    shuffled = list(facts)
    shuffle.shuffle(shuffled)
    assert standing_of(shuffled) == standing_of(facts)
    # Nothing happened yet, or somebody took it back: nothing is lacking.
    assert standing_of(facts[1:]) is None


def _story(village: Village) -> list[VisitInput]:
    clothes, school = lacking(urgency=1), lacking(kind="LEARNING", urgency=3)
    first = village.visit(at=NOW, needs=(clothes, school))
    again = village.visit(at=NOW + dt.timedelta(days=1), findings=(found(clothes, "STILL_THERE", urgency=3),))
    wrong = village.visit(
        at=NOW + dt.timedelta(days=2), findings=(found(school, "GONE"),), needs=(lacking(kind="MEDICAL"),)
    )
    undo = village.visit(at=NOW + dt.timedelta(days=2, minutes=1), undoes=wrong.visit_id)
    last = village.visit(
        at=NOW + dt.timedelta(days=3), findings=(found(clothes, "GONE"), found(clothes, "STILL_THERE"))
    )
    return [first, again, wrong, undo, last]


def _left_behind(story: list[VisitInput]) -> object:
    kinds = {"state", "urgency", "confirmed_at", "state_since", "has_helped", "held_since", "kind", "holder_id"}
    return (
        sorted((need.kind, sorted((name, str(getattr(need, name))) for name in kinds)) for need in Need.objects.all()),
        (HomeVisit.objects.count(), NeedStep.objects.count(), NeedHolder.objects.count()),
        len(story),
    )


def _told(village: Village, calls: list[list[VisitInput]], story: list[VisitInput]) -> object:
    seen: list[object] = []

    def work() -> None:
        for call in calls:
            answers = village.hand_in(*call, now=NOW + dt.timedelta(days=5))
            assert {answer.outcome for answer in answers} <= {"RECORDED", "REPEATED"}
        seen.append(_left_behind(story))
        raise _RolledBack

    with contextlib.suppress(_RolledBack):
        apart(work)
    return seen[0]


@settings(max_examples=25)
@given(data=st.data())
def test_any_order_and_any_repeat_leave_the_same_needs(village: Village, data: st.DataObject) -> None:
    story = _story(village)
    expected = _told(village, [story], story)
    order = data.draw(st.permutations(story))
    again = data.draw(st.lists(st.sampled_from(story), max_size=3))
    sent, most = [*order, *again], data.draw(st.integers(1, 5))
    calls = [sent[start : start + most] for start in range(0, len(sent), most)]
    assert _told(village, calls, story) == expected


def test_the_story_ends_as_told(village: Village) -> None:
    village.hand_in(*_story(village), now=NOW + dt.timedelta(days=5))
    standing = {need.kind: (need.state, need.urgency) for need in Need.objects.all()}
    assert standing == {"CLOTHES": ("WITHDRAWN", 3), "LEARNING": ("OPEN", 3), "MEDICAL": ("WITHDRAWN", 2)}
