"""What people leave on a signed sheet: signatures, names, crosses and fingerprints; and what is no mark at all."""

import itertools
import math
import random
from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.returned.places import Rect

PX_PER_MM = 300 / 25.4
_INKS = [(20, 20, 25), (30, 40, 120), (40, 60, 150), (55, 55, 60), (150, 30, 40)]
_PASTES = [(190, 35, 45), (205, 60, 60), (170, 25, 35), (45, 55, 150)]
Point = tuple[float, float]


class Paper:
    """A printed page under somebody's pen; lengths are in millimetres."""

    def __init__(self, page: Image.Image, dice: random.Random) -> None:
        self.page, self.dice = page, dice

    def stroke(self, points: Sequence[Point], width_mm: float, ink: tuple[int, int, int]) -> None:
        """Draw a pen's way through points, round at every turn."""
        pen = ImageDraw.Draw(self.page)
        at = [(x * PX_PER_MM, y * PX_PER_MM) for x, y in _curved(points)]
        pen.line(at, fill=ink, width=max(2, round(width_mm * PX_PER_MM)), joint="curve")
        half = width_mm * PX_PER_MM / 2
        for x, y in (at[0], at[-1]):
            pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)

    def multiply(self, mask: Image.Image, at: Point, colour: tuple[int, int, int]) -> None:
        """Lay colour on the page where a mask is light."""
        place = (round(at[0] * PX_PER_MM), round(at[1] * PX_PER_MM))
        area = (*place, place[0] + mask.width, place[1] + mask.height)
        under = self.page.crop(area)
        tinted = ImageChops.multiply(under, Image.new("RGB", under.size, colour))
        self.page.paste(Image.composite(tinted, under, mask), place)


def _curved(points: Sequence[Point]) -> list[Point]:
    """Smooth a way by cutting its corners twice (Chaikin)."""
    way = list(points)
    for _ in range(2):
        cut = [way[0]]
        for (x, y), (u, v) in itertools.pairwise(way):
            cut += [(0.75 * x + 0.25 * u, 0.75 * y + 0.25 * v), (0.25 * x + 0.75 * u, 0.25 * y + 0.75 * v)]
        way = [*cut, way[-1]]
    return way


def _mm(box: Rect) -> tuple[float, float, float, float]:
    return box.left_um / 1000, box.top_um / 1000, box.right_um / 1000, box.bottom_um / 1000


def _pen(dice: random.Random) -> tuple[float, tuple[int, int, int]]:
    return dice.uniform(0.35, 0.75), dice.choice(_INKS)


def name(paper: Paper, box: Rect) -> None:
    """Write two or three characters of several strokes each."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    size = dice.uniform(5.5, 11)
    count = dice.choice((2, 3, 3))
    x = dice.uniform(left + 3, right - 3 - count * size * 1.1)
    y = dice.uniform(top + 2, bottom - 2 - size)
    for _ in range(count):
        for _ in range(dice.randint(4, 8)):
            start = (x + dice.uniform(0, size * 0.6), y + dice.uniform(0, size * 0.6))
            turn = dice.choice((0.0, 0.1, 1.4, 1.57, 2.3, 0.7)) + dice.uniform(-0.2, 0.2)
            long = dice.uniform(0.3, 0.8) * size
            end = (start[0] + long * math.cos(turn), min(start[1] + long * math.sin(turn), y + size))
            middle = ((start[0] + end[0]) / 2 + dice.uniform(-0.5, 0.5), (start[1] + end[1]) / 2)
            paper.stroke([start, middle, end], width, ink)
        x += size * dice.uniform(1.0, 1.15)


def signature(paper: Paper, box: Rect) -> None:
    """Sign in one go, up and down along a line."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    long, high = dice.uniform(18, 45), dice.uniform(3.5, 7)
    x, y = dice.uniform(left + 3, right - 3 - long), dice.uniform(top + 2 + high, bottom - 2 - high)
    steps = dice.randint(9, 16)
    points = [
        (x + long * step / steps + dice.uniform(-1.5, 1.5), y + dice.uniform(-high, high)) for step in range(steps)
    ]
    paper.stroke(points, width, ink)


def cross(paper: Paper, box: Rect) -> None:
    """Make a large cross, as somebody who does not write does."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    x, y, half = dice.uniform(left + 8, right - 8), dice.uniform(top + 8, bottom - 8), dice.uniform(4.5, 6)
    lean = dice.uniform(-1, 1)
    paper.stroke([(x - half, y - half), (x + half, y + half + lean)], width, ink)
    paper.stroke([(x + half, y - half + lean), (x - half, y + half)], width, ink)


def fingerprint(paper: Paper, box: Rect) -> None:
    """Press a thumb with paste on the box: ridges, more or less filled."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    wide, high = dice.uniform(11, 14), dice.uniform(13, 16.5)
    x, y = dice.uniform(left + 2, right - 2 - wide), dice.uniform(top + 1.2, bottom - 1.2 - high)
    size = (round(wide * PX_PER_MM), round(high * PX_PER_MM))
    ridges = Image.new("L", size, 0)
    pen = ImageDraw.Draw(ridges)
    pen.ellipse((0, 0, size[0] - 1, size[1] - 1), fill=dice.randint(120, 190))
    core_x, core_y = size[0] / 2 + dice.uniform(-10, 10), size[1] * 0.45
    for step in range(1, 40):
        half_x, half_y = step * 0.42 * PX_PER_MM, step * 0.5 * PX_PER_MM
        pen.ellipse((core_x - half_x, core_y - half_y, core_x + half_x, core_y + half_y), outline=255, width=3)
    shape = Image.new("L", size, 0)
    ImageDraw.Draw(shape).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    paper.multiply(ImageChops.multiply(ridges, shape), (x, y), dice.choice(_PASTES))


def nothing(paper: Paper, box: Rect) -> None:
    """Leave the box empty."""


def dots(paper: Paper, box: Rect) -> None:
    """Touch the paper with the pen, three times at most."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    for _ in range(dice.randint(1, 3)):
        x, y = dice.uniform(left + 3, right - 3), dice.uniform(top + 3, bottom - 3)
        paper.stroke([(x, y), (x + dice.uniform(0, 0.4), y)], width, ink)


def smudge(paper: Paper, box: Rect) -> None:
    """Leave dirt or tea on the box, soft at its edges and wherever it likes."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    wide, high = dice.uniform(8, 30), dice.uniform(6, 16)
    size = (round(wide * PX_PER_MM), round(high * PX_PER_MM))
    soft = Image.new("L", size, 0)
    ImageDraw.Draw(soft).ellipse((size[0] // 6, size[1] // 6, size[0] * 5 // 6, size[1] * 5 // 6), fill=255)
    soft = soft.filter(ImageFilter.GaussianBlur(dice.uniform(0.5, 1.5) * PX_PER_MM))
    at = (dice.uniform(left, right - wide), dice.uniform(top - 3, bottom - high + 3))
    paper.multiply(soft, at, dice.choice([(205, 205, 203), (180, 178, 172), (225, 208, 178), (215, 190, 150)]))


def beside(paper: Paper, box: Rect) -> None:
    """Scribble beside the box, over the contents."""
    left, top, _, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    points = [(left - dice.uniform(2, 40), dice.uniform(top + 2, bottom - 2)) for _ in range(8)]
    paper.stroke(points, width, ink)


def tail(paper: Paper, box: Rect) -> None:
    """Let a stroke from beside or above reach into the box a little."""
    left, top, right, _ = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    deep = dice.uniform(0.5, 6)
    if dice.random() < 0.5:
        y = top + dice.uniform(4, 14)
        paper.stroke([(left - 12, y), (left - 4, y - 2), (left + deep, y + 1)], width, ink)
    else:
        x = dice.uniform(left + 5, right - 5)
        paper.stroke([(x - 2, top - 9), (x + 1, top - 4), (x, top + deep)], width, ink)


def slip(paper: Paper, box: Rect) -> None:
    """Let the pen slip once: a short line."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    x, y = dice.uniform(left + 3, right - 12), dice.uniform(top + 4, bottom - 4)
    paper.stroke([(x, y), (x + dice.uniform(3, 8), y + dice.uniform(-1, 1))], width, ink)


def tick(paper: Paper, box: Rect) -> None:
    """Tick the box: too little for a signature, too much for a slip."""
    left, top, right, bottom = _mm(box)
    dice, (width, ink) = paper.dice, _pen(paper.dice)
    x, y = dice.uniform(left + 5, right - 12), dice.uniform(top + 9, bottom - 4)
    paper.stroke([(x, y - 2.5), (x + 2, y), (x + 6.5, y - 7)], width, ink)


Pen = Callable[[Paper, Rect], None]
MARKS: Mapping[str, Pen] = {"name": name, "signature": signature, "cross": cross, "fingerprint": fingerprint}
NO_MARKS: Mapping[str, Pen] = {
    "nothing": nothing,
    "dots": dots,
    "smudge": smudge,
    "beside": beside,
    "tail": tail,
    "slip": slip,
}
# For a person to say.
DOUBTS: Mapping[str, Pen] = {"tick": tick}
