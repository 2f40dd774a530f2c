"""Who can be served, against a search through every way of giving things out."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.matching import KINDS_MAX, TooManyKinds, Wish, served

KINDS = ("coat-6", "coat-8", "kit", "yarn")
WISHES = st.lists(st.lists(st.sampled_from((*KINDS, "nothing")), unique=True, max_size=4).map(tuple), max_size=7).map(
    lambda found: [Wish(f"H-{number}", kinds) for number, kinds in enumerate(found)]
)
ON_HAND = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 3))


def _can_all_be_served(wishes: list[Wish], on_hand: dict[str, int]) -> bool:
    for chosen in itertools.product(*(wish.kinds for wish in wishes)):
        if all(chosen.count(kind) <= on_hand.get(kind, 0) for kind in chosen):
            return True
    return False


@given(WISHES, ON_HAND)
def test_each_is_kept_if_all_kept_before_can_still_be_served(wishes: list[Wish], on_hand: dict[str, int]) -> None:
    kept: list[Wish] = []
    for wish in wishes:
        if _can_all_be_served([*kept, wish], on_hand):
            kept.append(wish)
    given_out = served(wishes, on_hand)
    assert set(given_out) == {wish.reference for wish in kept}
    assert all(given_out[wish.reference] in wish.kinds for wish in kept)
    for kind in KINDS:
        assert list(given_out.values()).count(kind) <= on_hand.get(kind, 0)


@given(WISHES, ON_HAND)
def test_nobody_could_be_added_and_no_choice_serves_more(wishes: list[Wish], on_hand: dict[str, int]) -> None:
    """Greedy by rank is not bought with anything: it serves as many as the best choice, and those of the best ranks."""
    kept = set(served(wishes, on_hand))
    order = [wish.reference for wish in wishes]
    best: tuple[bool, ...] = ()
    for size in range(len(wishes), -1, -1):
        able = [chosen for chosen in itertools.combinations(wishes, size) if _can_all_be_served(list(chosen), on_hand)]
        if able:
            assert len(kept) == size
            names = ({wish.reference for wish in chosen} for chosen in able)
            best = max(tuple(name in chosen for name in order) for chosen in names)
            break
    assert best == tuple(name in kept for name in order)


def test_one_steps_aside_for_another_and_keeps_being_served() -> None:
    wishes = [Wish("H-1", ("coat-6", "coat-8")), Wish("H-2", ("coat-8", "kit")), Wish("H-3", ("coat-6",))]
    assert served(wishes[:2], {"coat-6": 1, "coat-8": 1, "kit": 1}) == {"H-1": "coat-6", "H-2": "coat-8"}
    assert served(wishes, {"coat-6": 1, "coat-8": 1, "kit": 1}) == {"H-1": "coat-8", "H-2": "kit", "H-3": "coat-6"}
    # Without the third kind nobody who was kept gives way to who comes behind.
    assert served(wishes, {"coat-6": 1, "coat-8": 1}) == {"H-1": "coat-6", "H-2": "coat-8"}


def test_kinds_beyond_the_limit_are_refused() -> None:
    assert served([], dict.fromkeys(map(str, range(KINDS_MAX)), 1)) == {}
    with pytest.raises(TooManyKinds):
        served([], dict.fromkeys(map(str, range(KINDS_MAX + 1)), 1))


def test_a_long_list_is_served_to_the_last_piece() -> None:
    chance = random.Random(7)
    kinds = [f"kit-{number}" for number in range(40)]
    wishes = [Wish(f"H-{number}", tuple(chance.sample(kinds, 5))) for number in range(5_000)]
    assert len(served(wishes, dict.fromkeys(kinds, 60))) == 40 * 60
