"""The map from a flat page to its photo: a homography through more points than it needs, so that a bad one tells.

Eight unknowns from pairs of points, by least squares over the normal equations; each pair weighs less the worse it fits
(iteratively reweighted), so a corner that was seen in the wrong place does not pull the page along. Method: Hartley and
Zisserman, Multiple View Geometry, 4.1 and 4.4.4 (points are centred and scaled first).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Pair = tuple[Point, Point]
PASSES = 4
# How far a point may lie off, as a share of the spread of all, before it counts half.
SLACK = 0.004


class PlaneUnknown(ValueError):
    """The points do not say how the page lies."""


@dataclass(frozen=True)
class Plane:
    """(a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)."""

    values: tuple[float, ...]

    def at(self, point: Point) -> Point:
        """Return where a point of the page is in the photo."""
        a, b, c, d, e, f, g, h = self.values
        x, y = point
        under = g * x + h * y + 1
        return (a * x + b * y + c) / under, (d * x + e * y + f) / under

    def after(self, left: float, top: float, step: float) -> tuple[float, ...]:
        """Return the values for a grid with its origin at a point of the page and so much page between its lines."""
        a, b, c, d, e, f, g, h = self.values
        under = g * left + h * top + 1
        rows = (a * step, b * step, a * left + b * top + c, d * step, e * step, d * left + e * top + f)
        return (*(value / under for value in rows), g * step / under, h * step / under)


def plane_through(pairs: Sequence[Pair], weights: Sequence[float] | None = None) -> Plane:
    """Fit the plane to pairs of (page, photo). Raises PlaneUnknown with fewer than four, or all on one line."""
    if len(pairs) < 4:
        raise PlaneUnknown
    (page, of_page), (photo, of_photo) = (_even([pair[side] for pair in pairs]) for side in (0, 1))
    given = list(weights or [1.0] * len(pairs))
    counted = given
    plane = _solved(page, photo, counted)
    for _ in range(PASSES - 1):
        misses = [math.dist(plane.at(here), there) for here, there in zip(page, photo, strict=True)]
        counted = [weight / (1 + (miss / SLACK) ** 2) for weight, miss in zip(given, misses, strict=True)]
        plane = _solved(page, photo, counted)
    return _uneven(plane, of_page, of_photo)


def misses(plane: Plane, pairs: Sequence[Pair]) -> list[float]:
    """List how far each pair lies off, in the photo's pixels."""
    return [math.dist(plane.at(page), photo) for page, photo in pairs]


_Frame = tuple[float, float, float]


def _even(points: Sequence[Point]) -> tuple[list[Point], _Frame]:
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = max(max(abs(x - middle_x), abs(y - middle_y)) for x, y in points) or 1.0
    return [((x - middle_x) / spread, (y - middle_y) / spread) for x, y in points], (middle_x, middle_y, spread)


def _uneven(plane: Plane, of_page: _Frame, of_photo: _Frame) -> Plane:
    page_x, page_y, page_spread = of_page
    a, b, c, d, e, f, g, h = plane.after(-page_x / page_spread, -page_y / page_spread, 1 / page_spread)
    x, y, spread = of_photo
    rows = (a * spread + x * g, b * spread + x * h, c * spread + x, d * spread + y * g, e * spread + y * h)
    return Plane((*rows, f * spread + y, g, h))


def _solved(page: Sequence[Point], photo: Sequence[Point], weights: Sequence[float]) -> Plane:
    sums = [[0.0] * 9 for _ in range(8)]
    for (x, y), (u, v), weight in zip(page, photo, weights, strict=True):
        for line in ((x, y, 1, 0, 0, 0, -u * x, -u * y, u), (0, 0, 0, x, y, 1, -v * x, -v * y, v)):
            for row in range(8):
                share = weight * line[row]
                if share:
                    sums[row] = [value + share * part for value, part in zip(sums[row], line, strict=True)]
    return Plane(tuple(_eliminated(sums)))


def _eliminated(rows: list[list[float]]) -> list[float]:
    """Solve linear equations by elimination with the largest pivot. Raises PlaneUnknown where there is no answer."""
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda row: abs(rows[row][place]))
        if abs(rows[best][place]) < 1e-12:
            raise PlaneUnknown
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place]
        for row in range(size):
            if row != place:
                share = rows[row][place] / pivot[place]
                rows[row] = [value - share * part for value, part in zip(rows[row], pivot, strict=True)]
    return [rows[place][size] / rows[place][place] for place in range(size)]
