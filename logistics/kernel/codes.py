"""Codes on paper: twenty Crockford base-32 characters that nobody can guess and a slip of the pen cannot fake.

A code is a type letter, the installation's two-character mark, fifteen random characters (75 bits) and two
Reed-Solomon check characters over GF(32) with the roots a and a^2: it has distance three, so every one or two wrong
characters and every swap of two characters are found, with no secret on any device.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from logistics.kernel.refusals import Unacceptable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
RANDOM_BITS = 75
GROUP_LENGTH = 4
TEXT_LENGTH_MAX = 200

KIND_LETTERS: Mapping[str, str] = MappingProxyType(
    {
        "PARCEL": "P",
        "HOUSEHOLD_CARD": "H",
        "ACKNOWLEDGEMENT": "A",
        "REPLY_CARD": "R",
        "LOT": "T",
        "BIN": "B",
        "CARTON": "C",
        "SHEET_ROW": "S",
        "DEVICE": "D",
        "PAPER": "N",
        "COLLECTOR_CARD": "K",
        "SPONSORSHIP": "J",
    }
)
_KINDS = {letter: kind for kind, letter in KIND_LETTERS.items()}
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
# What people write for digits, full-width forms included, and what they put between groups.
_READ_AS = str.maketrans(
    {"I": "1", "L": "1", "O": "0", "-": None, " ": None, "\u3000": None, "\uff0d": None, "\u2013": None, "\u00a0": None}
)


class BadCheck(Unacceptable):
    code = "bad_check"
    zh = "码有误：请重新扫描，或核对后再输入。"
    en = "The code was misread or mistyped: scan it again, or check what you typed."


class ForeignCode(Unacceptable):
    code = "foreign_code"
    zh = "这是别的系统的码。"
    en = "This code belongs to another system."


def make_code(kind: str, mark: str, random_bits: int) -> str:
    """Make a code from its kind, the installation's mark and 75 random bits."""
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError("random_bits must fit 75 bits")
    if len(mark) != 2 or any(letter not in _VALUES for letter in mark):
        raise ValueError("the mark is two Crockford base-32 characters")
    body = "".join(ALPHABET[random_bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    data = KIND_LETTERS[kind] + mark + body
    return data + _check_characters([_VALUES[letter] for letter in data])


def read_code(text: str, *, mark: str, host: str) -> str:
    """Return the twenty characters of a code as it was scanned or typed: bare, grouped or in its address.

    Refuses BadCheck (mistyped) and ForeignCode (another installation's mark or host).
    """
    folded = _folded(text)
    bare, slash, tail = folded.rpartition("/Q/")
    if slash:
        place = bare.removeprefix("HTTPS://").removeprefix("HTTP://")
        if place and place != host.upper():
            raise ForeignCode
        folded = tail.rstrip("/")
    elif "/" in folded or ":" in folded or "." in folded:
        raise ForeignCode
    code = folded.translate(_READ_AS)
    if not is_sound(code):
        raise BadCheck
    if code[1:3] != mark:
        raise ForeignCode
    return code


def is_sound(code: str) -> bool:
    """Tell whether twenty characters are a code of a known kind with right check characters."""
    if len(code) != CODE_LENGTH or code[0] not in _KINDS or any(letter not in _VALUES for letter in code):
        return False
    values = [_VALUES[letter] for letter in code]
    return not any(_evaluate(values, root) for root in (_EXP[1], _EXP[2]))


def grouped(code: str) -> str:
    """Write a code in five groups of four, for people."""
    return "-".join(code[start : start + GROUP_LENGTH] for start in range(0, CODE_LENGTH, GROUP_LENGTH))


def code_uri(code: str, host: str) -> str:
    """Write the address in a QR: upper case throughout, so that it stays in alphanumeric mode."""
    return f"HTTPS://{host.upper()}/Q/{code}"


def _folded(text: str) -> str:
    if len(text) > TEXT_LENGTH_MAX:
        raise BadCheck
    # Full-width letters and digits stand a fixed distance above the ASCII ones.
    narrow = "".join(chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else sign for sign in text.strip())
    return narrow.upper()


def _powers() -> tuple[list[int], dict[int, int]]:
    """List the powers of the generator of GF(32) with the primitive polynomial x^5 + x^2 + 1."""
    exp, value = [], 1
    for _ in range(31):
        exp.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return exp, {power: place for place, power in enumerate(exp)}


_EXP, _LOG = _powers()


def _times(left: int, right: int) -> int:
    return _EXP[(_LOG[left] + _LOG[right]) % 31] if left and right else 0


def _evaluate(values: Sequence[int], root: int) -> int:
    total = 0
    for value in values:
        total = _times(total, root) ^ value
    return total


def _check_characters(data: Sequence[int]) -> str:
    """Divide the data, shifted by two places, by (x - a)(x - a^2); the remainder is the check."""
    second, first = _EXP[1] ^ _EXP[2], _EXP[3]
    high = low = 0
    for value in data:
        lead = value ^ high
        high, low = low ^ _times(lead, second), _times(lead, first)
    return ALPHABET[high] + ALPHABET[low]
