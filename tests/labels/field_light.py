"""A third telephone, made after the rules: folded paper, thumbs, barred windows, messengers, scanning programs."""

import io
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from tests.labels.camera import Shot, photograph

# A messenger's picture, an old telephone's, a new one's.
_SIZES = ((1620, 2160), (2250, 3000), (3024, 4032))
# How often each of the troubles comes.
_HAPPENS = 0.25


def folded_in_three(page: Image.Image, dice: random.Random) -> Image.Image:
    """Fold a page for an envelope: each part leans another way, so it is lighter or darker and its lines are bent."""
    edges = [0, page.height // 3 + dice.randint(-60, 60), page.height * 2 // 3 + dice.randint(-60, 60), page.height]
    bent, deep = Image.new("RGB", page.size, "white"), dice.uniform(4, 16)
    for number in range(3):
        top, bottom = edges[number], edges[number + 1]
        lean = deep * (-1) ** number
        quad = (-lean, top, lean, bottom, page.width - lean, bottom, page.width + lean, top)
        part = page.transform(
            (page.width, bottom - top), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR, fillcolor=(255, 255, 255)
        )
        light = dice.uniform(0.82, 1.0)
        bent.paste(part.point(lambda value, light=light: round(value * light)), (0, top))
    pen = ImageDraw.Draw(bent)
    for edge in edges[1:3]:
        pen.line((0, edge, page.width, edge), fill=(150, 150, 152), width=3)
        pen.line((0, edge + 4, page.width, edge + 4), fill=(235, 235, 235), width=2)
    return bent


def taken_in_the_field(page: Image.Image, dice: random.Random) -> bytes:
    """Photograph or scan a page as people in the field do; returns a JPEG."""
    size = dice.choice(_SIZES)
    shot = Shot(
        turn=dice.choice((0, 0, 0, 90, 180, 270)) + dice.gauss(0, 6),
        lean=dice.uniform(0, 0.1),
        light=dice.uniform(0.45, 1.0),
        warmth=dice.uniform(0, 0.25),
        shadow=dice.uniform(0, 0.3),
        noise=dice.uniform(1, 6),
        blur=dice.uniform(0.2, 1.2),
        bend_mm=dice.uniform(0, 1.5),
        quality=dice.choice((60, 75, 90)),
        fill=dice.uniform(0.85, 0.97),
    )
    with Image.open(io.BytesIO(photograph(page, shot, dice, size))) as taken:
        photo = taken.convert("RGB")
    for what in (_held_by_a_thumb, _through_bars, _flickering, _soft_at_one_side):
        photo = what(photo, dice) if dice.random() < _HAPPENS else photo
    photo = dice.choice((_as_it_is, _tinted, _too_sharp, _by_a_scanning_program))(photo, dice)
    if dice.random() < 0.4:
        photo = _sent(photo, dice.randint(45, 70))
    return _jpeg(photo, dice.choice((65, 80, 92)))


def _jpeg(photo: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _sent(photo: Image.Image, quality: int) -> Image.Image:
    """Send it by a messenger, which compresses it once more."""
    with Image.open(io.BytesIO(_jpeg(photo, quality))) as sent:
        return sent.convert("RGB")


def _as_it_is(photo: Image.Image, dice: random.Random) -> Image.Image:
    return photo


def _tinted(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Light it by a tube or a bulb: greenish, bluish or yellow."""
    shares = dice.choice(((0.88, 1.0, 0.86), (0.85, 0.92, 1.0), (1.0, 0.87, 0.6)))
    parts = zip(photo.split(), shares, strict=True)
    return Image.merge("RGB", [part.point(lambda v, share=share: round(v * share)) for part, share in parts])


def _too_sharp(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Take noise away and sharpen it, as cheap telephones do: edges get a light seam."""
    return photo.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.UnsharpMask(2, dice.randint(120, 260), 2))


def _by_a_scanning_program(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Let a program make the paper white: each place beside what is bright around it."""
    small = photo.convert("L").resize((photo.width // 8, photo.height // 8), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(6)).resize(photo.size)
    lift = ImageChops.invert(paper)
    bright = Image.merge("RGB", [ImageChops.add(part, lift) for part in photo.split()])
    return ImageOps.autocontrast(bright, cutoff=(0.5, dice.uniform(5, 30)))


def _held_by_a_thumb(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Hold the page with a thumb that comes into view from one side."""
    wide, long = photo.width * dice.uniform(0.06, 0.09), photo.width * dice.uniform(0.12, 0.26)
    skin = dice.choice(((224, 180, 152), (196, 148, 118), (150, 105, 80)))
    side = round(max(wide, long) * 2)
    thumb, mask = Image.new("RGB", (side, side), skin), Image.new("L", (side, side), 0)
    area = (side / 2 - wide / 2, side / 2 - long, side / 2 + wide / 2, side / 2 + long)
    ImageDraw.Draw(mask).rounded_rectangle(area, wide / 2, fill=255)
    nail = (side / 2 - wide * 0.3, side / 2 - long * 0.97, side / 2 + wide * 0.3, side / 2 - long * 0.97 + wide * 0.75)
    ImageDraw.Draw(thumb).rounded_rectangle(nail, wide * 0.25, fill=tuple(min(255, part + 22) for part in skin))
    shading = Image.linear_gradient("L").rotate(90).resize((side, side)).point(lambda value: 165 + value * 90 // 255)
    thumb = ImageChops.multiply(thumb, shading.convert("RGB"))
    turn, at = dice.choice(((90, "right"), (-90, "left"), (0, "bottom")))
    thumb, mask = (part.rotate(turn + dice.uniform(-15, 15)) for part in (thumb, mask))
    along = dice.uniform(0.2, 0.8)
    middle = {
        "right": (photo.width, photo.height * along),
        "left": (0, photo.height * along),
        "bottom": (photo.width * along, photo.height),
    }[at]
    held, place = photo.copy(), (round(middle[0] - side / 2), round(middle[1] - side / 2))
    shadow = mask.filter(ImageFilter.GaussianBlur(wide / 8)).point(lambda value: value * 2 // 5)
    held.paste((40, 35, 30), (place[0] + round(wide / 8), place[1] + round(wide / 8)), shadow)
    held.paste(thumb, place, mask.filter(ImageFilter.GaussianBlur(1.5)))
    return held


def _through_bars(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Let the sun fall through a barred window: thin shadows, some of them nearly sharp."""
    small = Image.new("L", (photo.width // 4, photo.height // 4), 255)
    pen, turn, gap = ImageDraw.Draw(small), dice.uniform(0.2, 1.3), dice.randint(70, 140)
    reach = small.width + small.height
    for number in range(-12, 13):
        middle = (small.width / 2 - number * gap * math.sin(turn), small.height / 2 + number * gap * math.cos(turn))
        ends = (reach * math.cos(turn), reach * math.sin(turn))
        way = (middle[0] - ends[0], middle[1] - ends[1], middle[0] + ends[0], middle[1] + ends[1])
        pen.line(way, fill=dice.randint(135, 190), width=dice.randint(6, 16))
    bars = small.filter(ImageFilter.GaussianBlur(dice.uniform(0.8, 4))).resize(photo.size)
    return ImageChops.multiply(photo, bars.convert("RGB"))


def _flickering(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Expose line by line under a tube that flickers: bands across the photo."""
    bands = Image.new("L", (1, photo.height))
    period, deep, start = photo.height / dice.uniform(3, 9), dice.uniform(0.06, 0.16), dice.uniform(0, 6)
    for y in range(photo.height):
        bands.putpixel((0, y), round(255 * (1 - deep + deep * math.sin(start + 2 * math.pi * y / period))))
    return ImageChops.multiply(photo, bands.resize(photo.size).convert("RGB"))


def _soft_at_one_side(photo: Image.Image, dice: random.Random) -> Image.Image:
    """Focus on one side only."""
    soft = photo.filter(ImageFilter.GaussianBlur(dice.uniform(1.2, 2.2)))
    where = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(photo.size)
    return Image.composite(soft, photo, where)
