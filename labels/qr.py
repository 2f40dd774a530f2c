"""The QR of a code: alphanumeric mode, error correction Q, one fixed mask."""

import re
from collections.abc import Sequence

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import MODE_ALPHA_NUM, QRData

QUIET_MODULES = 4
# One mask for all codes: what is on paper depends on the code alone.
MASK = 2
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


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
