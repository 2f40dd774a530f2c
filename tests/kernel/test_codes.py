"""Codes: every error of one or two characters and every swap is found, however a code is typed."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.codes import (
    ALPHABET,
    KIND_LETTERS,
    RANDOM_BITS,
    BadCheck,
    ForeignCode,
    code_uri,
    grouped,
    is_sound,
    make_code,
    read_code,
)

HOST = "NUANLIU.EXAMPLE"
bits = st.integers(0, (1 << RANDOM_BITS) - 1)


def _read(text: str) -> str:
    return read_code(text, mark="7K", host=HOST)


@given(bits, st.sampled_from(sorted(KIND_LETTERS)))
def test_a_code_reads_back_in_every_spelling(random_bits: int, kind: str) -> None:
    code = make_code(kind, "7K", random_bits)
    assert len(code) == 20
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    spelled = [code, code.lower(), grouped(code), f" {grouped(code)} ", wide, code_uri(code, HOST)]
    spelled += [f"https://nuanliu.example/q/{code.lower()}", code.replace("1", "I"), code.replace("0", "O")]
    spelled += [code.replace("1", "l"), f"/Q/{grouped(code)}"]
    assert {_read(text) for text in spelled} == {code}


@given(bits)
def test_every_error_of_one_character_is_found(random_bits: int) -> None:
    code = make_code("PARCEL", "7K", random_bits)
    for place, letter in itertools.product(range(20), ALPHABET):
        wrong = code[:place] + letter + code[place + 1 :]
        assert wrong == code or not is_sound(wrong)


def test_every_error_of_two_characters_is_found() -> None:
    code = make_code("PARCEL", "7K", 0x1234567890ABCDEF012)
    for one, two in itertools.combinations(range(20), 2):
        for left, right in itertools.product(ALPHABET, repeat=2):
            if left == code[one] or right == code[two]:
                continue
            wrong = list(code)
            wrong[one], wrong[two] = left, right
            assert not is_sound("".join(wrong))


@given(bits)
def test_every_swap_is_found(random_bits: int) -> None:
    code = make_code("PARCEL", "7K", random_bits)
    for one, two in itertools.combinations(range(20), 2):
        wrong = list(code)
        wrong[one], wrong[two] = wrong[two], wrong[one]
        assert "".join(wrong) == code or not is_sound("".join(wrong))


@pytest.mark.parametrize(
    "text",
    ["", "P", "P7K", "0" * 20, "P7K" + "U" * 17, "PXXX-XXXX-XXXX-XXXX-XXX", "P" * 500, "\ud800", "包裹", "P7K\x00"],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCheck):
        _read(text)


def test_another_installation_is_told_apart() -> None:
    with pytest.raises(ForeignCode):
        _read(make_code("PARCEL", "8Z", 7))
    with pytest.raises(ForeignCode):
        _read(f"HTTPS://OTHER.EXAMPLE/Q/{make_code('PARCEL', '7K', 7)}")
    with pytest.raises(ForeignCode):
        _read("https://example.org/")


def test_the_address_stays_in_alphanumeric_mode() -> None:
    uri = code_uri(make_code("PARCEL", "7K", random.Random(7).getrandbits(RANDOM_BITS)), HOST)
    assert set(uri) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(("mark", "number"), [("7", 1), ("7U", 1), ("7K", 1 << 75), ("7K", -1)])
def test_a_code_out_of_bounds_is_not_made(mark: str, number: int) -> None:
    with pytest.raises(ValueError):
        make_code("PARCEL", mark, number)
