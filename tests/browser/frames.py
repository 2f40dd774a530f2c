"""Sixty frames of our own labels as bad cameras see them: the same ones each time.

The decoder's ways to look were found with the first series. The others are for judging: other labels, other chances,
other amounts of damage between the slightest and the heaviest of the first.

Seven kinds of damage, each from slight to heavy, and frames without any code: 52 with a code, 8 without. Every label is
held as near as one of the roll, which fills most of the frame's height. From there a label of an A4 sheet has half the
size; the whole sheet, held up in its place, has modules of less than two pixels, the far ones of less than one.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.sheets import find_sheet
from labels.specimen import specimen_labels
from labels.styles import UM_PER_INCH
from tests.browser.films import SIZE, empty_frame, held_up, label_picture

SEED = 7
# Each third label comes from an A4 sheet, the others from a roll.
ROLL, SHEET = "THERMAL_100X150", "A4_3X7"
PAPERS = (SHEET, ROLL, ROLL)
DPI, DESK = 203, 120
EMPTY = "empty"
_Damage = Callable[[Image.Image, float, random.Random], Image.Image]


@dataclass(frozen=True)
class Frame:
    """What a camera sees, the kind of damage, and the text to be read; empty where there is none."""

    kind: str
    text: str
    picture: Image.Image


def bad_frames(*, whole_sheets: bool = False, series: int = 0) -> Iterator[Frame]:
    """Draw the frames of a series; with whole sheets of A4, or with the label cut out of them."""
    chance = random.Random(SEED + series)
    labels = iter(specimen_labels(WITH_CODE * (series + 1))[WITH_CODE * series :])
    number = 0
    for kind, (damage, amounts) in _DAMAGES.items():
        for amount in amounts if series == 0 else _between(amounts, chance):
            label = next(labels)
            paper = PAPERS[number % len(PAPERS)]
            picture = label_picture(label, paper, DPI)
            if paper == SHEET and not whole_sheets:
                picture = _cut_out(picture)
            number += 1
            yield Frame(kind, label.uri, damage(picture, amount, chance))
    for desk in (40, 90, 120, 160, 200, 230, 250, 20):
        yield Frame(EMPTY, "", _grainy(empty_frame(desk), 6))


def _between(amounts: tuple[float, ...], chance: random.Random) -> list[float]:
    """Choose as many amounts, each between two neighbours."""
    steps = [chance.uniform(0, len(amounts) - 1.001) for _ in amounts[2:]]
    found = [amounts[int(step)] + (amounts[int(step) + 1] - amounts[int(step)]) * (step % 1) for step in steps]
    return sorted([amounts[0], amounts[-1], *found], key=lambda amount: abs(amount - amounts[0]))


def _cut_out(page: Image.Image) -> Image.Image:
    """Lay the first label of a sheet on the desk, where a label of the roll would lie."""
    sheet, roll, scale = find_sheet(SHEET), find_sheet(ROLL), DPI / UM_PER_INCH
    left, top = (round(edge * scale) for edge in sheet.corner(0))
    width, height = round(sheet.label_width_um * scale), round(sheet.label_height_um * scale)
    desk = Image.new("L", (round(roll.label_width_um * scale), round(roll.label_height_um * scale)), DESK)
    label = page.crop((left, top, left + width, top + height))
    desk.paste(label, ((desk.width - width) // 2, (desk.height - height) // 2))
    return desk


def _grainy(picture: Image.Image, deviation: float) -> Image.Image:
    """Add what a sensor adds: the mean of four even throws a pixel is close to a bell."""
    grains = random.Random(SEED)
    throws = [Image.frombytes("L", picture.size, grains.randbytes(picture.width * picture.height)) for _ in range(4)]
    left, right = (ImageChops.add(one, other, 2) for one, other in (throws[:2], throws[2:]))
    scale = deviation / 36.9
    grain = ImageChops.add(left, right, 2).point([round(128 + (value - 127.5) * scale) for value in range(256)])
    return ImageChops.add(picture, grain, 1, -128)


def _blurred(label: Image.Image, radius: float, _: random.Random) -> Image.Image:
    return held_up(label).filter(ImageFilter.GaussianBlur(radius))


def _dark(label: Image.Image, share: float, _: random.Random) -> Image.Image:
    return _grainy(held_up(label).point([int(value * share) for value in range(256)]), 8)


def _from_the_side(label: Image.Image, by: float, _: random.Random) -> Image.Image:
    width, height = SIZE
    corners = (-by * width, -by * height, 0, height, width, height * (1 + by), width * (1 + by / 2), -by * height * 0.3)
    quad = Image.Transform.QUAD
    return held_up(label).transform(SIZE, quad, corners, Image.Resampling.BICUBIC, fillcolor=DESK)


def _scratched(label: Image.Image, count: float, chance: random.Random) -> Image.Image:
    frame = held_up(label)
    pen = ImageDraw.Draw(frame)
    for _ in range(int(count)):
        y = chance.randrange(40, 680)
        ends = [(chance.randrange(300, 600), y), (chance.randrange(650, 1000), y + chance.randrange(-60, 60))]
        pen.line(ends, fill=chance.choice([255, 90]), width=chance.randrange(2, 6))
    return frame


def _glaring(label: Image.Image, size: float, chance: random.Random) -> Image.Image:
    spot = Image.new("L", SIZE, 0)
    x, y = chance.randrange(480, 800), chance.randrange(150, 550)
    ImageDraw.Draw(spot).ellipse([x - size, y - size, x + size, y + size], fill=255)
    return ImageChops.add(held_up(label), spot.filter(ImageFilter.GaussianBlur(size // 2)))


def _far(label: Image.Image, height: float, _: random.Random) -> Image.Image:
    return held_up(label, height=int(height))


def _turned(label: Image.Image, degrees: float, _: random.Random) -> Image.Image:
    return _grainy(held_up(label).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=DESK), 6)


_DAMAGES: dict[str, tuple[_Damage, tuple[float, ...]]] = {
    "blur": (_blurred, (1, 1.5, 2, 2.5, 3, 3.5, 4)),
    "low light": (_dark, (0.4, 0.3, 0.22, 0.18, 0.15, 0.12, 0.1)),
    "perspective": (_from_the_side, (0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3)),
    "damage": (_scratched, (2, 3, 4, 5, 6, 7, 8, 9)),
    "glare": (_glaring, (30, 40, 50, 60, 70, 80, 90)),
    "small": (_far, (480, 400, 340, 300, 260, 230, 200, 180)),
    "rotated": (_turned, (5, 15, 30, 45, 90, 135, 180, 270)),
}
WITH_CODE = sum(len(amounts) for _, amounts in _DAMAGES.values())
