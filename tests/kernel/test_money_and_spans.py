"""Shares that sum exactly, and sets of numbered units against a plain set."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.identifiers import uuid7
from logistics.kernel.money import decimal_text, share_of
from logistics.kernel.spans import count_of_units, has_span, lowest, with_span, without_span

units = st.sets(st.integers(0, 40))


def _spans(numbers: set[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        spans = with_span(spans, (number, number + 1))
    return spans


def _numbers(spans: list[tuple[int, int]]) -> set[int]:
    return {number for start, stop in spans for number in range(start, stop)}


@given(units, st.integers(0, 40), st.integers(1, 10))
def test_spans_behave_as_a_set(numbers: set[int], start: int, length: int) -> None:
    spans, part = _spans(numbers), set(range(start, start + length))
    assert _numbers(spans) == numbers
    assert count_of_units(spans) == len(numbers)
    assert has_span(spans, (start, start + length)) == (part <= numbers)
    assert _numbers(with_span(spans, (start, start + length))) == numbers | part
    assert _numbers(without_span(spans, (start, start + length))) == numbers - part
    assert all(one[1] < two[0] for one, two in pairwise(spans)), "neighbours are joined"


@given(units, st.integers(0, 50))
def test_the_lowest_units_are_taken(numbers: set[int], quantity: int) -> None:
    assert sorted(_numbers(lowest(_spans(numbers), quantity))) == sorted(numbers)[:quantity]


@given(st.integers(0, 10**15), st.integers(1, 10**6), st.data())
def test_adjoining_shares_sum_to_the_whole(total: int, quantity: int, data: st.DataObject) -> None:
    middle = data.draw(st.integers(0, quantity))
    assert share_of(total, quantity, 0, middle) + share_of(total, quantity, middle, quantity) == total


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(20000, "CNY", "200.00"), (-5, "CNY", "-0.05"), (7, "JPY", "7")]
)
def test_amounts_are_written_with_their_decimals(minor: int, currency: str, text: str) -> None:
    assert decimal_text(minor, currency) == text


def test_ids_are_uuids_of_version_seven_in_order_of_time() -> None:
    one, two = uuid7(1, 1 << 73), uuid7(2, 0)
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert one < two
    for bad in ((-1, 0), (1 << 48, 0), (0, 1 << 74)):
        with pytest.raises(ValueError):
            uuid7(*bad)
