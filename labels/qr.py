"""The QR of a code: alphanumeric mode, error correction Q, one fixed mask."""

import functools
import itertools
import operator
import re
from collections.abc import Sequence

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import ALPHA_NUM, MODE_ALPHA_NUM, QRData

from logistics.kernel.codes import ALPHABET, CODE_LENGTH

QUIET_MODULES = 4
# One mask for all codes: what is on paper depends on the code alone.
MASK = 2
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_SIGNS: str = ALPHA_NUM.decode("ascii")


def matrix_of(text: str) -> list[list[bool]]:
    """Return the modules of the QR without its quiet zone. Refuses text that needs byte mode with ValueError."""
    if not _ALPHANUMERIC.fullmatch(text):
        raise ValueError("only upper case, digits and $%*+-./: stay in alphanumeric mode")
    qr = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=MASK)
    qr.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    qr.make(fit=True)
    return [[bool(module) for module in row] for row in qr.get_matrix()]


def packed(matrix: Sequence[Sequence[bool]]) -> int:
    """Pack modules into one number, row after row, each filled with light to whole bytes: the rows of a 1-bit image."""
    width = -(-len(matrix) // 8) * 8
    return int("".join("".join("1" if dark else "0" for dark in row).ljust(width, "0") for row in matrix), 2)


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


def svg_of(text: str, module_um: float) -> str:
    """Draw the QR without its quiet zone as one SVG path."""
    matrix = matrix_of(text)
    side = len(matrix)
    path = "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(matrix) for x, width in _runs(row))
    millimetres = side * module_um / 1000
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{millimetres}mm" '
        f'height="{millimetres}mm" shape-rendering="crispEdges"><path fill="#000" d="{path}"/></svg>'
    )


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


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Find the runs of dark modules: fewer, wider rectangles leave no hairlines between them."""
    runs, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs
