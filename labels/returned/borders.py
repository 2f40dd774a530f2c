"""Find the printed border of one box on the photo: only a box that is seen whole says whether it is empty."""

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
_REACH, _LINE = REACH_MM * PX_PER_MM, round(LINE_MM * PX_PER_MM)


@dataclass(frozen=True)
class Border:
    """Where a box is, exactly, and how dark its printed line came out: 0 is paper, 1 is black."""

    plane: Plane
    darkness: float


def border_of(photo: Image.Image, plane: Plane, box: Rect) -> Border | None:
    """Find the border of a box; None where a part of any side cannot be seen."""
    around = box.grown(REACH_MM * UM_PER_MM)
    patch = patch_of(photo, plane, around, PX_PER_MM).convert("L")
    width, height = patch.size
    middles = {"left": [], "right": [], "top": [], "bottom": []}  # type: dict[str, list[Point]]
    contrasts = []
    halves_x = ((_REACH, width // 2), (width // 2, width - _REACH))
    halves_y = ((_REACH, height // 2), (height // 2, height - _REACH))
    strips = [("top", half, 0) for half in halves_x] + [("bottom", half, height - 2 * _REACH) for half in halves_x]
    strips += [("left", half, 0) for half in halves_y] + [("right", half, width - 2 * _REACH) for half in halves_y]
    for side, (start, stop), first in strips:
        is_level = side in {"top", "bottom"}
        # The ends are left out: the sides that meet there are dark as well.
        start, stop = start + _LINE, stop - _LINE
        area = (start, first, stop, first + 2 * _REACH) if is_level else (first, start, first + 2 * _REACH, stop)
        place, contrast = _line_in(patch.crop(area), is_level=is_level)
        if contrast < CONTRAST_MIN:
            return None
        contrasts.append(contrast)
        along = (start + stop) / 2
        middles[side].append((along, first + place) if is_level else (first + place, along))
    exact = _exact(plane, around, middles, box)
    return Border(exact, sorted(contrasts)[len(contrasts) // 2]) if exact else None


def _line_in(strip: Image.Image, *, is_level: bool) -> tuple[float, float]:
    """Return where in a strip its darkest line is, and how much darker than what lies on both sides of it."""
    size = (1, strip.height) if is_level else (strip.width, 1)
    means = list(strip.resize(size, Image.Resampling.BOX).tobytes())
    sums = [sum(means[place : place + _LINE]) / _LINE for place in range(len(means) - _LINE + 1)]
    place = min(range(len(sums)), key=sums.__getitem__)
    beside = [*means[max(0, place - 3 * _LINE) : max(0, place - _LINE)], *means[place + 2 * _LINE : place + 4 * _LINE]]
    paper = sorted(beside)[len(beside) // 2] if beside else 0
    line = means[max(0, place - 1) : place + _LINE + 1]
    weights = [max(0, paper - value) for value in line]
    total = sum(weights)
    if not total or not paper:
        return 0.0, 0.0
    at = max(0, place - 1) + sum(weight * (step + 0.5) for step, weight in enumerate(weights)) / total
    return at, 1 - sums[place] / paper


def _exact(plane: Plane, around: Rect, middles: dict[str, list[Point]], box: Rect) -> Plane | None:
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


def _crossing(level: list[Point], upright: list[Point]) -> Point:
    """Return where a nearly level line crosses a nearly upright one."""
    (left, left_y), (right, right_y) = level
    (top_x, top), (bottom_x, bottom) = upright
    slope, lean = (right_y - left_y) / (right - left), (bottom_x - top_x) / (bottom - top)
    y = (left_y + slope * (top_x - lean * top - left)) / (1 - slope * lean)
    return top_x + lean * (y - top), y
