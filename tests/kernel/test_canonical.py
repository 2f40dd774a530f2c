"""Canonical JSON: the vectors of RFC 8785 that apply, and what has no canonical form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.canonical import canonical_bytes, leaf_bytes, sha256_hex

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_by_utf16_units() -> None:
    # RFC 8785, section 3.2.3: the smiley stands before the full-width sign although its code point is higher.
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    order = list(json.loads(canonical_bytes(keys)))
    assert order == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_numbers_are_strings_and_nothing_is_spaced() -> None:
    assert canonical_bytes({"b": [1, True, None], "a": "暖\n"}) == '{"a":"暖\\n","b":["1",true,null]}'.encode()


@given(values)
def test_the_same_value_is_the_same_bytes(value: object) -> None:
    once = canonical_bytes(value)  # type: ignore[arg-type]
    assert canonical_bytes(json.loads(once)) == once or b'"' in once


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [float("nan")], b"x", {1, 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_bytes(value)  # type: ignore[arg-type]


def test_half_a_surrogate_is_refused() -> None:
    with pytest.raises(ValueError):
        canonical_bytes("\ud800")


def test_a_leaf_names_its_kind_and_algorithm() -> None:
    assert leaf_bytes("SCAN", {"id": "x"}) == b'{"alg":"sha256-rfc8785-1","id":"x","kind":"SCAN"}'
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
