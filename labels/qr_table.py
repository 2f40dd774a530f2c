"""The QRs of all codes behind one address, thousands a second and bit for bit those of `qrcode`."""

import functools
import itertools
import operator
from collections.abc import Sequence

from qrcode.util import ALPHA_NUM

from labels.qr import matrix_of, packed
from logistics.kernel.codes import ALPHABET, CODE_LENGTH

_SIGNS: str = ALPHA_NUM.decode("ascii")


class QrTable:
    """Makes the QRs of all codes behind one address, each from a few XORs.

    For a fixed version, error correction, mask, mode and length, every module is an affine function over GF(2) of the
    payload's bits: header and padding are constant, Reed-Solomon is linear, the mask is a constant XOR. So
    QR(m) = QR(0) ^ XOR over the set bits b of m of (QR(b) ^ QR(0)), bit for bit what `qrcode` makes. In alphanumeric
    mode the bits are those of 45 * first + second of each pair of characters, eleven a pair, six for a last one alone;
    `qrcode` itself draws QR(0) and each QR(b), once, and the sums for every pair of code characters are kept.
    """

    def __init__(self, address: str) -> None:
        # A pair may straddle the end of the address.
        self._start = len(address) // 2 * 2
        first = [address[self._start :]] if len(address) % 2 else []
        places = [*first, *[ALPHABET] * CODE_LENGTH]
        zero = address[: self._start] + "0" * len(places)
        matrix = matrix_of(zero)
        self.modules = len(matrix)
        self._base = packed(matrix)
        self._masks = [self._masks_at(zero, start, places[start : start + 2]) for start in range(0, len(places), 2)]

    def bits_of(self, text: str) -> int:
        """Return the packed modules of an address with its code. Other than code characters raise KeyError."""
        bits, start = self._base, self._start
        for masks in self._masks:
            bits ^= masks[text[start : start + 2]]
            start += 2
        return bits

    def _masks_at(self, zero: str, start: int, signs: Sequence[str]) -> dict[str, int]:
        """Sum up what each pair of signs changes at one place."""
        length = len(signs)
        before, after = zero[: self._start + start], zero[self._start + start + length :]
        weights = [
            packed(matrix_of(before + _pair(1 << bit, length) + after)) ^ self._base
            for bit in range(11 if length == 2 else 6)
        ]
        pairs = ("".join(pair) for pair in itertools.product(*signs))
        return {pair: _sum_of(weights, _value(pair)) for pair in pairs}


@functools.lru_cache(maxsize=4)
def qr_table(address: str) -> QrTable:
    """Return the table of all codes behind an address, which is everything in their QR before the code."""
    return QrTable(address)


def _sum_of(weights: Sequence[int], value: int) -> int:
    """XOR the weights of the bits that are set."""
    chosen = (weight for bit, weight in enumerate(weights) if value >> bit & 1)
    return functools.reduce(operator.xor, chosen, 0)


def _value(pair: str) -> int:
    value = 0
    for sign in pair:
        value = value * len(_SIGNS) + _SIGNS.index(sign)
    return value


def _pair(value: int, length: int) -> str:
    """Write the signs whose value this is."""
    high, low = divmod(value, len(_SIGNS))
    return (_SIGNS[high] + _SIGNS[low])[-length:]
