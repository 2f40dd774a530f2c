"""The auditor's sample: the same for ever, every large item in it, every fen with the same chance."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.sampling import Sampled, first_needle, sampled

AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)
SEEDS = st.text(max_size=20).filter(lambda text: text.isprintable())


def _items(amounts: list[int]) -> list[tuple[str, int]]:
    return [(f"entry-{number}", amount) for number, amount in enumerate(amounts)]


def test_it_is_the_same_for_ever() -> None:
    chosen = sampled(_items([500, 0, 1_500, 90_000, 300, 7_700]), seed="2026-Q1 dice 4 2 6", size=4)
    assert chosen == [Sampled("entry-3", 90_000, 2_000, 4)]


def test_it_is_drawn_again_from_its_description_alone() -> None:
    amounts, size, seed = [120, 45, 3_000, 1, 999], 3, "骰子"
    total = sum(amounts)
    text = f"nuanliu-sample-1\n{seed}\n{size}\n{total}".encode()
    start = int(hashlib.sha256(text).hexdigest(), 16) % total
    needles = [Fraction(start + k * total, size) for k in range(size)]
    hit = [
        f"entry-{n}"
        for n, amount in enumerate(amounts)
        if any(sum(amounts[:n]) <= needle < sum(amounts[:n]) + amount for needle in needles)
    ]
    assert [row.key for row in sampled(_items(amounts), seed=seed, size=size)] == hit


@given(AMOUNTS, SEEDS, st.integers(1, 40))
def test_every_needle_hits_one_item(amounts: list[int], seed: str, size: int) -> None:
    chosen = sampled(_items(amounts), seed=seed, size=size)
    assert sum(row.hits for row in chosen) == (size if sum(amounts) else 0)
    assert chosen == sampled(_items(amounts), seed=seed, size=size)
    assert all(row.cumulative_minor == sum(amounts[: int(row.key.split("-")[1])]) for row in chosen)


@given(AMOUNTS, SEEDS, st.integers(1, 40))
def test_every_item_above_the_distance_is_chosen(amounts: list[int], seed: str, size: int) -> None:
    total = sum(amounts)
    chosen = {row.key: row.hits for row in sampled(_items(amounts), seed=seed, size=size)}
    for key, amount in _items(amounts):
        least, most = amount * size // max(total, 1), -(-amount * size // max(total, 1))
        assert least <= chosen.get(key, 0) <= most


def test_chances_are_proportional_to_amounts() -> None:
    items, hits = _items([100, 200, 700]), {"entry-0": 0, "entry-1": 0, "entry-2": 0}
    for number in range(4_000):
        for row in sampled(items, seed=f"seed-{number}", size=1):
            hits[row.key] += 1
    assert [round(count / 4_000, 1) for count in hits.values()] == [0.1, 0.2, 0.7]


def test_another_seed_or_size_places_the_needles_elsewhere() -> None:
    places = {first_needle(seed, size=size, total=10**12) for seed in ("a", "b") for size in (1, 2)}
    assert len(places) == 4


def test_it_refuses_what_is_no_population() -> None:
    with pytest.raises(ValueError, match="negative"):
        sampled([("entry", -1)], seed="a", size=1)
    with pytest.raises(ValueError, match="at least one"):
        sampled([("entry", 1)], seed="a", size=0)
    assert sampled([], seed="a", size=5) == []
    assert sampled([("entry", 0)], seed="a", size=5) == []
