"""A third hand, made after the rules but that for seals: names in real characters, worn pens, strokes across."""

import functools
import importlib.resources
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from labels.returned.places import Rect
from tests.labels.grain import grain
from tests.labels.pens import PX_PER_MM, Paper, Pen

_NAMES = "王芳李秀英张伟刘洋陈桂兰杨建国赵玉梅黄志强周丽吴春花徐明孙红马金凤代领格桑卓玛"
_INKS = [(18, 18, 22), (28, 38, 110), (40, 44, 70), (60, 60, 66), (35, 70, 140), (20, 90, 80)]
_PADS = [(190, 40, 50), (160, 30, 70), (110, 50, 130), (200, 70, 60)]
_FACES = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")


def _mm(box: Rect) -> tuple[float, float, float, float]:
    return box.left_um / 1000, box.top_um / 1000, box.right_um / 1000, box.bottom_um / 1000


@functools.cache
def _face(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    with importlib.resources.as_file(importlib.resources.files("pylopdf_fonts_zh_cn") / name) as path:
        return ImageFont.truetype(str(path), pixels)


def _sign(text: str, size_mm: float, dice: random.Random) -> Image.Image:
    """Write one character as a hurried hand does: leaning, turned, its strokes not quite straight."""
    pixels = round(size_mm * PX_PER_MM)
    glyph = Image.new("L", (pixels * 2, pixels * 2), 0)
    ImageDraw.Draw(glyph).text(
        (pixels, pixels), text, 255, _face(dice.choice(_FACES), round(pixels / 20) * 20), anchor="mm"
    )
    lean, squeeze = dice.uniform(-0.1, 0.35), dice.uniform(0.9, 1.25)
    values = (squeeze, lean, pixels * (1 - squeeze - lean), 0, 1, 0)
    leant = glyph.transform(glyph.size, Image.Transform.AFFINE, values, Image.Resampling.BICUBIC)
    step, shift = pixels // 2, 0.05 * pixels
    points = {(x, y): dice.uniform(-shift, shift) for x in range(5) for y in range(5)}
    mesh = []
    for x in range(4):
        for y in range(4):
            ends = [(x, y), (x, y + 1), (x + 1, y + 1), (x + 1, y)]
            quad = [edge for at in ends for edge in (at[0] * step + points[at], at[1] * step - points[at])]
            mesh.append(((x * step, y * step, (x + 1) * step, (y + 1) * step), tuple(quad)))
    bent = leant.transform(leant.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)
    return bent.rotate(dice.uniform(-8, 8), Image.Resampling.BICUBIC)


def _written(paper: Paper, at: tuple[float, float], text: str, size_mm: float, ink: tuple[int, int, int]) -> None:
    x, y = at
    worn = paper.dice.random() < 0.35
    for sign in text:
        glyph = _sign(sign, size_mm, paper.dice)
        if worn:
            # A ball that is nearly dry leaves gaps.
            gaps = grain(glyph.size, 90, paper.dice).filter(ImageFilter.GaussianBlur(2))
            glyph = ImageChops.multiply(glyph, gaps.point(lambda value: 255 if value > 122 else 90))
        paper.multiply(glyph, (x - size_mm / 2, y - size_mm / 2), ink)
        x += size_mm * paper.dice.uniform(0.85, 1.05)


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(_NAMES) for _ in range(dice.choice((2, 3, 3, 4))))


def written_name(paper: Paper, box: Rect) -> None:
    """Write a name inside the box."""
    left, top, right, bottom = _mm(box)
    dice, text = paper.dice, _name(paper.dice)
    size = min(dice.uniform(6, 12), (right - left - 6) / len(text))
    x = dice.uniform(left + 2, max(left + 2.1, right - 3 - size * len(text)))
    _written(paper, (x, dice.uniform(top + 1, bottom - size)), text, size, dice.choice(_INKS))


def name_over_the_edge(paper: Paper, box: Rect) -> None:
    """Write a name that does not keep to its box: a part of it hangs over the lower border."""
    left, _, right, bottom = _mm(box)
    dice, text = paper.dice, _name(paper.dice)
    size = min(dice.uniform(9, 13), (right - left - 6) / len(text))
    x = dice.uniform(left + 2, max(left + 2.1, right - 3 - size * len(text)))
    _written(paper, (x, bottom - size * dice.uniform(0.7, 0.9)), text, size, dice.choice(_INKS))


def flourish(paper: Paper, box: Rect) -> None:
    """Sign in running letters that grow smaller, and underline it."""
    left, top, right, bottom = _mm(box)
    dice, ink, wide = paper.dice, paper.dice.choice(_INKS), paper.dice.uniform(0.3, 0.6)
    long, high = dice.uniform(20, 36), dice.uniform(3, 5.5)
    x, y = dice.uniform(left + 3, right - 8 - long), dice.uniform(top + 2 + high, bottom - 4 - high)
    turns = dice.uniform(4, 8)
    points = []
    for step in range(90):
        at = step / 90
        swing = high * (1 - 0.6 * at) * math.cos(2 * math.pi * turns * at)
        points.append((x + long * at + 1.6 * math.sin(2 * math.pi * turns * at + 1), y - swing))
    paper.stroke(points, wide, ink)
    if dice.random() < 0.5:
        under = y + high + 1
        paper.stroke([(x + long, under - 1), (x + 2, under), (x + long + 5, under - 2)], wide, ink)


def own_seal(paper: Paper, box: Rect) -> None:
    """Stamp one's own square seal: a frame around one's name, worn in places."""
    left, top, right, bottom = _mm(box)
    dice, side = paper.dice, paper.dice.uniform(8.5, 12)
    pixels = round(side * PX_PER_MM)
    seal = Image.new("L", (pixels, pixels), 0)
    pen, face = ImageDraw.Draw(seal), _face(_FACES[1], round(pixels * 0.42))
    pen.rectangle((0, 0, pixels - 1, pixels - 1), outline=255, width=round(0.7 * PX_PER_MM))
    for number, sign in enumerate(dice.sample(_NAMES, 4)):
        at = (pixels * (0.72 if number < 2 else 0.28), pixels * (0.28 if number % 2 == 0 else 0.72))
        pen.text(at, sign, 255, face, anchor="mm")
    worn = grain(seal.size, 80, dice).filter(ImageFilter.GaussianBlur(4))
    seal = ImageChops.multiply(seal, worn.point(lambda value: 255 if value > 120 else 110))
    turned = seal.rotate(dice.uniform(-20, 20), Image.Resampling.BICUBIC, expand=True)
    room = turned.width / PX_PER_MM
    at = (dice.uniform(left + 1.5, right - 1.5 - room), dice.uniform(top + 0.8, max(top + 0.9, bottom - 0.8 - room)))
    paper.multiply(turned, at, dice.choice(_PADS))


def pad_print(paper: Paper, box: Rect) -> None:
    """Roll a thumb from an ink pad: whorled ridges with gaps, one side fainter, red or violet."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    wide, high = round(dice.uniform(11, 15) * PX_PER_MM), round(dice.uniform(13, 16) * PX_PER_MM)
    ridges = Image.new("L", (wide, high), round(dice.uniform(60, 120)))
    pen, turns = ImageDraw.Draw(ridges), dice.uniform(0.5, 0.7) * PX_PER_MM
    for ring in range(1, 30):
        half = ring * turns
        middle = (wide * 0.5 + ring * dice.uniform(-0.8, 0.8), high * 0.45)
        area = (middle[0] - half, middle[1] - half * 1.2, middle[0] + half, middle[1] + half * 1.2)
        pen.arc(area, dice.randint(0, 90), dice.randint(250, 450), fill=255, width=round(0.3 * PX_PER_MM))
    shape = Image.new("L", ridges.size, 0)
    ImageDraw.Draw(shape).ellipse((0, 0, wide - 1, high - 1), fill=255)
    fading = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(ridges.size)
    shape = ImageChops.multiply(shape, fading.point(lambda value: 120 + value * 135 // 255))
    shape = shape.filter(ImageFilter.GaussianBlur(3))
    at = (dice.uniform(left + 1, right - 16), dice.uniform(top + 0.5, max(top + 0.6, bottom - 0.5 - high / PX_PER_MM)))
    paper.multiply(ImageChops.multiply(ridges, shape), at, dice.choice(_PADS))


def nothing(paper: Paper, box: Rect) -> None:
    """Leave the box empty."""


def coffee(paper: Paper, box: Rect) -> None:
    """Splash coffee: drops with a darker rim."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    for _ in range(dice.randint(2, 7)):
        side = round(dice.uniform(1, 9) * PX_PER_MM)
        drop = Image.new("L", (side + 8, side + 8), 0)
        rim = dice.randint(190, 255)
        ImageDraw.Draw(drop).ellipse((4, 4, side, side), fill=rim // 2, outline=rim, width=max(2, side // 14))
        drop = drop.filter(ImageFilter.GaussianBlur(2))
        at = (dice.uniform(left - 3, right - 4), dice.uniform(top - 3, bottom - 3))
        paper.multiply(drop, at, dice.choice([(190, 150, 105), (205, 175, 135), (170, 130, 90)]))


def dash(paper: Paper, box: Rect) -> None:
    """Put a dash or a slash where nobody came."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    x, y = dice.uniform(left + 6, right - 22), dice.uniform(top + 7, bottom - 4)
    end = dice.choice(((x + dice.uniform(5, 14), y - 0.6), (x + dice.uniform(3, 7), y - dice.uniform(5, 9))))
    paper.stroke([(x, y), end], dice.uniform(0.35, 0.6), dice.choice(_INKS))


def struck_with_others(paper: Paper, box: Rect) -> None:
    """Strike out several rows at once by a slanting line."""
    left, top, right, bottom = _mm(box)
    dice = paper.dice
    x = dice.uniform(left + 6, right - 22)
    points = [(x, top - 3), (x + dice.uniform(4, 8), (top + bottom) / 2), (x + dice.uniform(9, 16), bottom + 3)]
    paper.stroke(points, dice.uniform(0.35, 0.6), dice.choice(_INKS))


def office_seal(paper: Paper, box: Rect) -> None:
    """Stamp the round seal of the office so that a part of it lies over the box."""
    left, top, right, _ = _mm(box)
    dice, side = paper.dice, round(paper.dice.uniform(38, 42) * PX_PER_MM)
    seal = Image.new("L", (side, side), 0)
    pen, middle = ImageDraw.Draw(seal), side / 2
    pen.ellipse((0, 0, side - 1, side - 1), outline=255, width=round(1.1 * PX_PER_MM))
    star = []
    for point in range(10):
        turn, reach = math.pi * point / 5, middle * (0.33 if point % 2 == 0 else 0.13)
        star.append((middle + reach * math.sin(turn), middle - reach * math.cos(turn)))
    pen.polygon(star, fill=255)
    for number in range(9):
        turn = math.pi * (0.82 + number * 0.17)
        at = (middle + middle * 0.76 * math.cos(turn), middle + middle * 0.76 * math.sin(turn))
        pen.text(at, dice.choice(_NAMES), 255, _face(_FACES[1], round(5 * PX_PER_MM)), anchor="mm")
    worn = grain(seal.size, 70, dice).filter(ImageFilter.GaussianBlur(4))
    seal = ImageChops.multiply(seal, worn.point(lambda value: 255 if value > 118 else 120))
    at = (dice.uniform(left - 34, right - 12), top - dice.uniform(2, 36))
    paper.multiply(seal.rotate(dice.uniform(-25, 25)), at, dice.choice(_PADS[:2]))


def folded(paper: Paper, box: Rect) -> None:
    """Fold the paper through the box, hard: a dark line beside a light one, slanting, worn white in places."""
    left, top, right, bottom = _mm(box)
    dice, size = paper.dice, (round((right - left + 8) * PX_PER_MM), round(6 * PX_PER_MM))
    y, slope, at = size[1] // 2, dice.randint(-20, 20), (left - 4, dice.uniform(top, bottom - 6))
    for shift, wide, colour in ((0, 0.3, (140, 140, 142)), (4, 0.5, (205, 205, 206))):
        mask = Image.new("L", size, 0)
        way = (0, y + shift - slope, size[0], y + shift + slope)
        ImageDraw.Draw(mask).line(way, fill=255, width=round(wide * PX_PER_MM))
        worn = grain(size, 90, dice).filter(ImageFilter.GaussianBlur(3))
        mask = ImageChops.multiply(mask, worn.point(lambda value: 255 if value > 115 else 60))
        paper.multiply(mask.filter(ImageFilter.GaussianBlur(1.5)), at, colour)


def note_beside(paper: Paper, box: Rect) -> None:
    """Write a word beside the box, ending close to it."""
    left, top, _, bottom = _mm(box)
    dice, text = paper.dice, paper.dice.choice(("改天", "已搬走", "电话"))
    size = dice.uniform(5, 8)
    x = left - 2 - size * len(text) + size / 2
    _written(paper, (x, dice.uniform(top + 1, bottom - size - 1)), text, size, dice.choice(_INKS))


FIELD_MARKS: dict[str, Pen] = {
    "written_name": written_name,
    "name_over_the_edge": name_over_the_edge,
    "flourish": flourish,
    "own_seal": own_seal,
    "pad_print": pad_print,
}
FIELD_NO_MARKS: dict[str, Pen] = {
    "nothing": nothing,
    "coffee": coffee,
    "dash": dash,
    "struck_with_others": struck_with_others,
    "office_seal": office_seal,
    "folded": folded,
    "note_beside": note_beside,
}
