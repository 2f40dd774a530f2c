"""Amounts in Chinese capitals, against hard cases of the rules and a reader that knows nothing of the writer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.kernel.capitals import CURRENCY_NAMES, DIGITS, capitals
from logistics.kernel.money import CURRENCIES

# The first group is printed in 支付结算办法, annex 1, or in 会计基础工作规范, article 52.
HARD_CASES = {
    140950: "壹仟肆佰零玖元伍角整",
    600714: "陆仟零柒元壹角肆分",
    168032: "壹仟陆佰捌拾元叁角贰分",
    10700053: "壹拾万零柒仟元伍角叁分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    32504: "叁佰贰拾伍元零肆分",
    0: "零元整",
    1: "壹分",
    5: "伍分",
    10: "壹角整",
    53: "伍角叁分",
    100: "壹元整",
    101: "壹元零壹分",
    1000: "壹拾元整",
    1010: "壹拾元壹角整",
    10005: "壹佰元零伍分",
    20_000: "贰佰元整",
    100_000: "壹仟元整",
    1_000_000: "壹万元整",
    1_000_100: "壹万零壹元整",
    1_010_000: "壹万零壹佰元整",
    10_000_000: "壹拾万元整",
    100_500_000: "壹佰万零伍仟元整",
    1_000_050_000: "壹仟万零伍佰元整",
    10_000_000_000: "壹亿元整",
    10_000_000_100: "壹亿零壹元整",
    10_001_000_000: "壹亿零壹万元整",
    12_345_678_912: "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分",
    10_010_000_000_000: "壹仟零壹亿元整",
    100_000_000_000_000: "壹万亿元整",
    100_000_000_000_100: "壹万亿零壹元整",
    123_456_789_012_345: "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分",
    100_000_001_000_000: "壹万亿零壹万元整",
}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _read(text: str) -> int:
    """Read capitals as a clerk does: (section)亿(section)万(section)元 ... 角 ... 分, in fen."""
    whole, _, small = text.rpartition("元")
    fen = 0
    for unit, worth in (("角", 10), ("分", 1)):
        before, found, small_rest = small.partition(unit)
        if found:
            fen += DIGITS.index(before[-1]) * worth
            small = small_rest
    return _section(whole) * 100 + fen


def _section(text: str) -> int:
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(unit)
        if found:
            return _section(high) * worth + _section(low)
    total = digit = 0
    for sign in text:
        if sign in _PLACES:
            total, digit = total + digit * _PLACES[sign], 0
        else:
            digit = DIGITS.index(sign)
    return total + digit


@pytest.mark.parametrize(("amount", "words"), HARD_CASES.items())
def test_a_hard_case_is_written_as_the_rules_want(amount: int, words: str) -> None:
    assert capitals(amount) == f"人民币{words}"


@given(st.integers(0, 10**18 - 1) | st.integers(0, 10**6) | st.integers(0, 10**7).map(lambda n: n * 10**5))
def test_whoever_reads_it_finds_the_amount(amount: int) -> None:
    assert _read(capitals(amount).removeprefix("人民币")) == amount


@given(st.integers(0, 10**18 - 1))
def test_it_has_no_zeros_in_a_row_and_closes_as_it_should(amount: int) -> None:
    words = capitals(amount)
    assert "零零" not in words
    assert not any(f"零{unit}" in words for unit in "拾佰仟万亿角分")
    assert words.endswith("整") == (amount % 10 == 0)
    assert words.count("整") <= 1
    assert "元" in words or amount < 100


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_has_its_name(currency: str) -> None:
    assert capitals(10 ** CURRENCIES[currency], currency) == f"{CURRENCY_NAMES[currency]}壹元整"


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_what_capitals_cannot_say_is_refused(amount: int) -> None:
    with pytest.raises(ValueError):
        capitals(amount)
