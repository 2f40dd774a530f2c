"""Light and telephones that the reading of sheets was not tuned on: blinds, flashes, lamps, hands that shake."""

import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.labels.camera import Shot, photograph

SIZES = ((1944, 2592), (2448, 3264), (3024, 4032))


def other_shot(dice: random.Random) -> Shot:
    """Choose how somebody else holds another telephone."""
    return Shot(
        turn=dice.choice((0, 0, 90, 180, 270)) + dice.gauss(0, 5),
        lean=dice.uniform(0.02, 0.11),
        light=dice.uniform(0.4, 1.0),
        warmth=dice.uniform(0, 0.3),
        shadow=dice.uniform(0, 0.35),
        noise=dice.uniform(1, 7),
        blur=dice.uniform(0.2, 1.4),
        bend_mm=dice.uniform(0, 2.0),
        quality=dice.choice((55, 70, 80, 90)),
        fill=dice.uniform(0.82, 0.97),
    )


def photographed(page: Image.Image, dice: random.Random) -> bytes:
    """Photograph a page in light of another kind; returns a JPEG."""
    size = dice.choice(SIZES)
    with Image.open(io.BytesIO(photograph(page, other_shot(dice), dice, size))) as taken:
        photo = taken.convert("RGB")
    photo = dice.choice((_as_it_is, _through_blinds, _under_a_lamp, _with_flash))(photo, dice)
    if dice.random() < 0.3:
        photo = _shaken(photo, dice)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=dice.choice((60, 75, 88)))
    return buffer.getvalue()


def _as_it_is(photo: Image.Image, dice: random.Random) -> Image.Image:
    return photo


def _through_blinds(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Let the light of a window with blinds fall on the page in stripes."""
    small = Image.new("L", (photo.width // 6, photo.height // 6), 255)
    pen, gap = ImageDraw.Draw(small), dice.randint(35, 80)
    for y in range(-small.width, small.height + small.width, gap):
        pen.line((0, y, small.width, y + dice.randint(20, 60)), fill=dice.randint(150, 200), width=gap // 2)
    stripes = small.filter(ImageFilter.GaussianBlur(dice.uniform(1, 5))).resize(photo.size).convert("RGB")
    return ImageChops.multiply(photo, stripes)


def _under_a_lamp(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Leave the corners dark."""
    light = Image.radial_gradient("L").point(lambda value: 255 - round(value * 0.55))
    return ImageChops.multiply(photo, light.resize(photo.size).convert("RGB"))


def _with_flash(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Flash: the middle of a spot is white and says nothing."""
    side = dice.randint(photo.width // 6, photo.width // 3)
    # The gradient has this much left in the middle of its edges; light has no edges.
    edge = ImageChops.invert(Image.radial_gradient("L")).getpixel((0, 128))
    round_spot = ImageChops.invert(Image.radial_gradient("L")).point(lambda value: min(255, max(0, value - edge) * 3))
    spot = round_spot.resize((side, side))
    flash = Image.new("L", photo.size, 0)
    flash.paste(spot, (dice.randint(0, photo.width - side), dice.randint(0, photo.height - side)))
    return ImageChops.add(photo, flash.convert("RGB"))


def _shaken(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Move while the shutter is open: a few pixels along one way."""
    way = dice.choice(((1, 0), (0, 1), (1, 1)))
    moved = photo
    for step in (1, 2):
        moved = Image.blend(moved, ImageChops.offset(photo, way[0] * step, way[1] * step), 1 / (step + 1))
    return moved
