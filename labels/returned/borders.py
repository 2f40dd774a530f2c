"""Find the printed border of one box on the photo: only a box that is seen whole says whether it is empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from labels.returned.places import Rect
from labels.returned.plane import Plane, PlaneUnknown, Point, plane_through
from labels.returned.seeing import UM_PER_MM, patch_of

PX_PER_MM = 6
# How far the border may lie from where the page says: paper bends.
REACH_MM = 4
LINE_MM = 0.7
# How much darker than the paper beside it a printed line is, at the least, as a share.
CONTRAST_MIN = 0.35
# A piece of a side on which paper is brighter than this, of 255, or so many times as bright as the paper along the rest
# of the border, may be washed out by a flash or the sun.
GLARE_LEAST, GLARE_TIMES = 235, 1.25
# A side is looked for piece by piece; of all pieces so many may be washed out.
PIECES_LEVEL, PIECES_UPRIGHT, GLARED_SHARE_MAX = 4, 2, 0.6
_REACH, _LINE = REACH_MM * PX_PER_MM, round(LINE_MM * PX_PER_MM)
_OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


@dataclass(frozen=True)
class Border:
    """Where a box is, exactly, and how dark its printed line came out: 0 is paper, 1 is black.

    It is whole unless a flash washed out a part of it: its place is told by what is left.
    """

    plane: Plane
    darkness: float
    is_whole: bool = True


@dataclass(frozen=True)
class _Piece:
    """A piece of a side: its middle along the side, where its line is across (None: not seen), its contrast, and how
    bright the paper beside it is: the median and the least.
    """

    along: float
    across: float | None
    contrast: float
    paper: float
    least: float


def border_of(photo: Image.Image, plane: Plane, box: Rect) -> Border | None:
    """Find the border of a box; None where a part of any side is covered, or too much of it washed out."""
    around = box.grown(REACH_MM * UM_PER_MM)
    patch = patch_of(photo, plane, around, PX_PER_MM).convert("L")
    sides = {side: _pieces(patch, side) for side in _OPPOSITE}
    pieces = [piece for side in sides.values() for piece in side]
    seen = [piece for piece in pieces if piece.across is not None]
    if len(seen) < len(pieces) * (1 - GLARED_SHARE_MAX):
        return None
    paper = _median([piece.paper for piece in seen])
    if any(piece.across is None and not _is_washed_out(piece, paper) for piece in pieces):
        return None
    middles = {side: _ends(side, sides, patch.size) for side in sides}
    if not all(middles.values()):
        return None
    exact = _exact(plane, around, middles, box)
    contrast = _median([piece.contrast for piece in seen])
    return Border(exact, contrast, len(seen) == len(pieces)) if exact else None


def _is_washed_out(piece: _Piece, paper: float) -> bool:
    """Tell whether light hides a piece; what covers it is rarely brighter than paper."""
    return piece.least >= GLARE_LEAST or piece.paper >= GLARE_TIMES * paper


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _pieces(patch: Image.Image, side: str) -> list[_Piece]:
    """Look for the line of one side piece by piece."""
    is_level, first = side in {"top", "bottom"}, _first(side, patch.size)
    count, length = (PIECES_LEVEL, patch.width) if is_level else (PIECES_UPRIGHT, patch.height)
    step, pieces = (length - 2 * _REACH) / count, []
    for number in range(count):
        # The ends are left out: the sides that meet there are dark as well.
        start, stop = round(_REACH + number * step) + _LINE, round(_REACH + (number + 1) * step) - _LINE
        area = (start, first, stop, first + 2 * _REACH) if is_level else (first, start, first + 2 * _REACH, stop)
        place, contrast, paper, least = _line_in(patch.crop(area), is_level=is_level)
        across = first + place if contrast >= CONTRAST_MIN else None
        pieces.append(_Piece((start + stop) / 2, across, contrast, paper, least))
    return pieces


def _first(side: str, size: tuple[int, int]) -> int:
    return {"top": 0, "left": 0, "bottom": size[1] - 2 * _REACH, "right": size[0] - 2 * _REACH}[side]


def _ends(side: str, sides: Mapping[str, Sequence[_Piece]], size: tuple[int, int]) -> list[Point]:
    """Return a point in each half of a side; what is washed out lies off as far as the rest, or the opposite side."""
    shift = _shift(side, sides[side], size)
    shift = _shift(_OPPOSITE[side], sides[_OPPOSITE[side]], size) if shift is None else shift
    if shift is None:
        return []
    filled = [
        (piece.along, _first(side, size) + _REACH + shift if piece.across is None else piece.across)
        for piece in sides[side]
    ]
    half = len(filled) // 2
    ends = [[sum(values) / half for values in zip(*part, strict=True)] for part in (filled[:half], filled[half:])]
    return [(along, across) if side in {"top", "bottom"} else (across, along) for along, across in ends]


def _shift(side: str, pieces: Sequence[_Piece], size: tuple[int, int]) -> float | None:
    seen = [piece.across for piece in pieces if piece.across is not None]
    return sum(seen) / len(seen) - _first(side, size) - _REACH if seen else None


def _line_in(strip: Image.Image, *, is_level: bool) -> tuple[float, float, float, float]:
    """Return where in a strip its darkest line is, its contrast to what lies beside it, and how bright that is: the
    median and the least.
    """
    size = (1, strip.height) if is_level else (strip.width, 1)
    means = list(strip.resize(size, Image.Resampling.BOX).tobytes())
    sums = [sum(means[place : place + _LINE]) / _LINE for place in range(len(means) - _LINE + 1)]
    place = min(range(len(sums)), key=sums.__getitem__)
    beside = [*means[max(0, place - 3 * _LINE) : max(0, place - _LINE)], *means[place + 2 * _LINE : place + 4 * _LINE]]
    paper, least = (_median(beside), float(min(beside))) if beside else (0.0, 0.0)
    line = means[max(0, place - 1) : place + _LINE + 1]
    weights = [max(0.0, paper - value) for value in line]
    total = sum(weights)
    if not total or not paper:
        return 0.0, 0.0, paper, least
    at = max(0, place - 1) + sum(weight * (step + 0.5) for step, weight in enumerate(weights)) / total
    return at, 1 - sums[place] / paper, paper, least


def _exact(plane: Plane, around: Rect, middles: Mapping[str, Sequence[Point]], box: Rect) -> Plane | None:
    corners = [
        _crossing(middles[level], middles[upright])
        for level, upright in (("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"))
    ]
    step = UM_PER_MM / PX_PER_MM
    seen = [plane.at((around.left_um + x * step, around.top_um + y * step)) for x, y in corners]
    try:
        return plane_through(list(zip(box.corners(), seen, strict=True)))
    except PlaneUnknown:
        return None


def _crossing(level: Sequence[Point], upright: Sequence[Point]) -> Point:
    """Return where a nearly level line crosses a nearly upright one."""
    (left, left_y), (right, right_y) = level
    (top_x, top), (bottom_x, bottom) = upright
    slope, lean = (right_y - left_y) / (right - left), (bottom_x - top_x) / (bottom - top)
    y = (left_y + slope * (top_x - lean * top - left)) / (1 - slope * lean)
    return top_x + lean * (y - top), y
