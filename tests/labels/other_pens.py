"""What the reading of sheets was not tuned on: brushes, pencils, loops, name chops, slipping thumbs, hairs, stains."""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.returned.places import Rect
from tests.labels.grain import grain
from tests.labels.pens import PX_PER_MM, Paper, Pen

_BRUSH, _PENCIL, _BALL = [(15, 15, 15), (35, 30, 30)], [(85, 85, 90), (70, 72, 78)], [(25, 45, 130), (30, 30, 35)]
_CHOPS = [(180, 30, 40), (200, 45, 50), (165, 30, 60)]


def _mm(box: Rect) -> tuple[float, float, float, float]:
    return box.left_um / 1000, box.top_um / 1000, box.right_um / 1000, box.bottom_um / 1000


def _characters(paper: Paper, box: Rect, width: tuple[float, float], inks: list[tuple[int, int, int]]) -> None:
    """Write two to four characters of level, upright and falling strokes, each of its own pressure."""
    left, top, right, bottom = _mm(box)
    dice, ink, count = paper.dice, paper.dice.choice(inks), paper.dice.choice((2, 2, 3, 4))
    size = dice.uniform(6, 10.5)
    x, y = dice.uniform(left + 2, right - 2 - count * size), dice.uniform(top + 1.5, bottom - 1.5 - size)
    for _ in range(count):
        for number in range(dice.randint(3, 7)):
            across, down = dice.uniform(0.1, 0.5) * size, dice.uniform(0.1, 0.8) * size
            long = dice.uniform(0.35, 0.85) * size
            lean = (0, 1.57, 0.8, 2.2)[number % 4] + dice.uniform(-0.15, 0.15)
            start = (x + across, y + down * 0.6)
            end = (start[0] + long * math.cos(lean), min(start[1] + long * math.sin(lean), y + size))
            paper.stroke([start, end], dice.uniform(*width), ink)
        x += size * dice.uniform(0.95, 1.1)


def brush_name(paper: Paper, box: Rect) -> None:
    """Write with a brush pen."""
    _characters(paper, box, (0.8, 1.6), _BRUSH)


def pencil_name(paper: Paper, box: Rect) -> None:
    """Write with a soft pencil."""
    _characters(paper, box, (0.4, 0.7), _PENCIL)


def loops(paper: Paper, box: Rect) -> None:
    """Sign in loops, as a doctor does."""
    left, top, right, bottom = _mm(box)
    dice, turns = paper.dice, paper.dice.randint(3, 6)
    long, high = dice.uniform(16, 38), dice.uniform(2.5, 5.5)
    x, y = dice.uniform(left + 4, right - 6 - long), dice.uniform(top + 2 + high, bottom - 2 - high)
    points = []
    for step in range(turns * 8 + 1):
        at = step / (turns * 8)
        turn = 2 * math.pi * turns * at
        points.append((x + long * at + high * 0.7 * math.sin(turn), y + high * math.cos(turn) * dice.uniform(0.8, 1)))
    paper.stroke(points, dice.uniform(0.3, 0.6), dice.choice(_BALL))


def chop(paper: Paper, box: Rect) -> None:
    """Stamp a name chop in red paste, a frame with strokes, turned a little."""
    left, top, right, bottom = _mm(box)
    dice, side = paper.dice, paper.dice.uniform(9, 13)
    pixels = round(side * PX_PER_MM)
    seal = Image.new("L", (pixels, pixels), 0)
    pen, line = ImageDraw.Draw(seal), round(0.9 * PX_PER_MM)
    pen.rectangle((0, 0, pixels - 1, pixels - 1), outline=255, width=line)
    for column in (0.3, 0.7):
        for row in (0.2, 0.35, 0.5, 0.65, 0.8):
            half = dice.uniform(0.1, 0.17) * pixels
            middle = (column * pixels, row * pixels)
            pen.line((middle[0] - half, middle[1], middle[0] + half, middle[1]), fill=255, width=line)
        pen.line((column * pixels, 0.18 * pixels, column * pixels, 0.82 * pixels), fill=255, width=line)
    worn = grain(seal.size, 70, dice).filter(ImageFilter.GaussianBlur(3)).point(lambda v: 255 if v > 118 else 150)
    turned = ImageChops.multiply(seal, worn).rotate(dice.uniform(-12, 12), Image.Resampling.BICUBIC, expand=True)
    room = turned.width / PX_PER_MM
    at = (dice.uniform(left + 1.5, right - 1.5 - room), dice.uniform(top + 1, bottom - 1 - room))
    paper.multiply(turned, at, dice.choice(_CHOPS))


def slipped_print(paper: Paper, box: Rect) -> None:
    """Press a thumb that lies askew and slips, so that a part of it is missing and a part is doubled."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    wide, high = round(dice.uniform(11, 14) * PX_PER_MM), round(dice.uniform(13, 16) * PX_PER_MM)
    thumb = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(thumb)
    pen.ellipse((0, 0, wide - 1, high - 1), fill=dice.randint(110, 170))
    for step in range(0, high, round(0.55 * PX_PER_MM)):
        pen.arc((-wide * 0.3, step - high * 0.4, wide * 1.3, step + high * 0.5), 200, 340, fill=255, width=3)
    shape = Image.new("L", thumb.size, 0)
    ImageDraw.Draw(shape).ellipse((0, 0, wide - 1, high - 1), fill=255)
    ImageDraw.Draw(shape).rectangle((0, 0, wide, round(high * dice.uniform(0, 0.25))), fill=0)
    print_ = ImageChops.multiply(thumb, shape).rotate(dice.uniform(-35, 35), expand=True)
    slip = ImageChops.lighter(print_, ImageChops.offset(print_, round(0.6 * PX_PER_MM), 0).point(lambda v: v // 2))
    width, height = slip.width / PX_PER_MM, slip.height / PX_PER_MM
    at = (dice.uniform(left + 1, right - 1 - width), min(max(top + 0.5, bottom - height - 0.5), top + 2))
    paper.multiply(slip, at, dice.choice(_CHOPS))


def hair(paper: Paper, box: Rect) -> None:
    """Let a hair lie on the box."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    x, y = dice.uniform(left + 3, right - 20), dice.uniform(top + 3, bottom - 6)
    points = [(x + step * dice.uniform(2, 4), y + dice.uniform(-3, 3)) for step in range(6)]
    paper.stroke(points, dice.uniform(0.06, 0.1), (60, 45, 40))


def ring(paper: Paper, box: Rect) -> None:
    """Put down a cup of tea: a part of its ring stands in the box."""
    left, top, _, bottom = _mm(box)
    dice, side = paper.dice, round(70 * PX_PER_MM)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse(
        (40, 40, side - 40, side - 40), outline=dice.randint(150, 255), width=round(1.6 * PX_PER_MM)
    )
    mask = mask.filter(ImageFilter.GaussianBlur(dice.uniform(0.2, 0.5) * PX_PER_MM))
    high = bottom - top
    cut = mask.crop((0, side // 3, round(30 * PX_PER_MM), side // 3 + round((high + 4) * PX_PER_MM)))
    paper.multiply(cut, (left + dice.uniform(-2, 20), top - 2), dice.choice([(214, 190, 150), (200, 175, 140)]))


def crease(paper: Paper, box: Rect) -> None:
    """Fold the page through the box: a soft grey line from edge to edge."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    size = (round((right - left + 6) * PX_PER_MM), round(3 * PX_PER_MM))
    mask = Image.new("L", size, 0)
    middle = size[1] // 2
    ImageDraw.Draw(mask).line(
        (0, middle, size[0], middle + dice.randint(-6, 6)), fill=255, width=round(0.35 * PX_PER_MM)
    )
    mask = mask.filter(ImageFilter.GaussianBlur(dice.uniform(0.15, 0.4) * PX_PER_MM))
    paper.multiply(mask, (left - 3, dice.uniform(top + 2, bottom - 5)), (170, 170, 172))


def from_behind(paper: Paper, box: Rect) -> None:
    """Let what is printed on the back shine through."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    mask = Image.new("L", (round((right - left - 2) * PX_PER_MM), round((bottom - top - 2) * PX_PER_MM)), 0)
    pen = ImageDraw.Draw(mask)
    for y in range(20, mask.height - 40, round(5 * PX_PER_MM)):
        for x in range(20, mask.width - 60, round(4 * PX_PER_MM)):
            pen.rectangle((x, y, x + dice.randint(8, 34), y + dice.randint(3, 30)), outline=255, width=4)
    paper.multiply(mask.filter(ImageFilter.GaussianBlur(3)), (left + 1, top + 1), (225, 225, 224))


def struck_out(paper: Paper, box: Rect) -> None:
    """Strike out the whole row, as somebody does whose family did not come."""
    left, top, right, bottom = _mm(box)
    dice, y = paper.dice, paper.dice.uniform(top + 5, bottom - 5)
    points = [(left - 60, y), ((left + right) / 2, y + dice.uniform(-1.5, 1.5)), (right + 2, y + dice.uniform(-2, 2))]
    paper.stroke(points, dice.uniform(0.4, 0.7), dice.choice(_BALL))


def neighbour(paper: Paper, box: Rect) -> None:
    """Let the lowest stroke of the row above reach down into the box."""
    left, top, right, _ = _mm(box)
    dice, deep = paper.dice, paper.dice.uniform(0.5, 4.5)
    x = dice.uniform(left + 5, right - 25)
    rise = dice.uniform(1, 2.5)
    points = [(x + 9, top - rise), (x + 12, top + deep), (x + 13.5, top - 0.5), (x + 15, top - rise)]
    paper.stroke(points, dice.uniform(0.35, 0.6), dice.choice(_BALL))


def specks(paper: Paper, box: Rect) -> None:
    """Drop specks of toner or ink, as an old printer does."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    for _ in range(dice.randint(3, 12)):
        x, y = dice.uniform(left + 1, right - 1), dice.uniform(top + 1, bottom - 1)
        paper.stroke([(x, y), (x + 0.05, y)], dice.uniform(0.15, 0.4), (40, 40, 40))


def nothing(paper: Paper, box: Rect) -> None:
    """Leave the box empty."""


OTHER_MARKS: dict[str, Pen] = {
    "brush_name": brush_name,
    "pencil_name": pencil_name,
    "loops": loops,
    "chop": chop,
    "slipped_print": slipped_print,
}
OTHER_NO_MARKS: dict[str, Pen] = {
    "nothing": nothing,
    "hair": hair,
    "ring": ring,
    "crease": crease,
    "from_behind": from_behind,
    "struck_out": struck_out,
    "neighbour": neighbour,
    "specks": specks,
}


def printed_badly(page: Image.Image, dice: random.Random) -> Image.Image:
    """Print a page as some printers do: pale, with a streak, a little too small, or in 200 dots an inch."""
    worn = page
    if dice.random() < 0.4:
        least = dice.randint(40, 95)
        worn = worn.point(lambda value: least + value * (255 - least) // 255)
    if dice.random() < 0.3:
        x, wide = dice.randint(0, page.width), round(dice.uniform(0.2, 0.5) * PX_PER_MM)
        worn = worn.copy()
        ImageDraw.Draw(worn).rectangle((x, 0, x + wide, page.height), fill=(235, 235, 235))
    if dice.random() < 0.3:
        coarse = worn.convert("L").resize((1654, 2339), Image.Resampling.BOX).point(lambda v: 255 if v > 150 else 0)
        worn = coarse.resize(page.size, Image.Resampling.NEAREST).convert("RGB")
    if dice.random() < 0.3:
        scale = dice.uniform(0.95, 0.99)
        small = worn.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.BICUBIC)
        worn = Image.new("RGB", page.size, "white")
        worn.paste(small, ((page.width - small.width) // 2, (page.height - small.height) // 2))
    return worn
