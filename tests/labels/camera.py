"""A bad telephone in bad light: photographs a page askew, bent, shaded, dim, noisy and blurred."""

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.returned.plane import plane_through
from tests.labels.grain import grain

# Eight megapixels, as of ten years ago.
WIDTH, HEIGHT = 2448, 3264


@dataclass(frozen=True)
class Shot:
    """How a photo is taken: turned by degrees, leaning by a share, its light, its noise, its blur in pixels."""

    turn: float = 0.0
    lean: float = 0.0
    light: float = 1.0
    warmth: float = 0.0
    shadow: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    bend_mm: float = 0.0
    quality: int = 85
    fill: float = 0.92


def any_shot(dice: random.Random) -> Shot:
    """Choose how a hurried person takes it."""
    return Shot(
        turn=dice.choice((0, 0, 0, 90, 180, 270)) + dice.uniform(-9, 9),
        lean=dice.uniform(0, 0.09),
        light=dice.uniform(0.35, 1.0),
        warmth=dice.uniform(0, 0.25),
        shadow=dice.uniform(0, 0.5),
        noise=dice.uniform(2, 9),
        blur=dice.uniform(0, 1.6),
        bend_mm=dice.uniform(0, 1.5),
        quality=dice.choice((60, 75, 85, 92)),
        fill=dice.uniform(0.84, 0.96),
    )


def photograph(page: Image.Image, shot: Shot, dice: random.Random, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """Take a photo of a page on a table; returns a JPEG."""
    photo = _askew(_bent(page, shot), shot, dice, size)
    photo = _shaded(photo, shot, dice)
    photo = photo.filter(ImageFilter.GaussianBlur(shot.blur)) if shot.blur else photo
    if shot.noise:
        photo = ImageChops.add(photo, _noise(size, shot.noise, dice), 1, -128)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=shot.quality)
    return buffer.getvalue()


def _noise(size: tuple[int, int], strength: float, dice: random.Random) -> Image.Image:
    """Make fine grey noise and coarse coloured noise, from a small tile laid side by side."""
    fine = grain((512, 512), 2 * strength, dice)
    coarse = grain((256, 256), strength, dice).resize((512, 512))
    channels = [ImageChops.add(fine, part, 1, -128) for part in (coarse, ImageChops.invert(coarse), coarse.rotate(90))]
    tile, noise = Image.merge("RGB", channels), Image.new("RGB", size)
    for left in range(0, size[0], 512):
        for top in range(0, size[1], 512):
            noise.paste(tile, (left, top))
    return noise


def _bent(page: Image.Image, shot: Shot) -> Image.Image:
    """Bend the page as paper lies: a wave from side to side."""
    if not shot.bend_mm:
        return page
    deep, strips = shot.bend_mm * page.width / 210, 24
    mesh = []
    for strip in range(strips):
        left, right = page.width * strip // strips, page.width * (strip + 1) // strips
        up, down = (deep * math.sin(math.pi * 1.5 * edge / page.width) for edge in (left, right))
        quad = (left, up, left, page.height + up, right, page.height + down, right, down)
        mesh.append(((left, 0, right, page.height), quad))
    return page.transform(page.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR, fillcolor=(255, 255, 255))


def _askew(page: Image.Image, shot: Shot, dice: random.Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    turn = math.radians(shot.turn)
    is_lying = abs(math.sin(turn)) > 0.7
    across, along = (page.height, page.width) if is_lying else (page.width, page.height)
    small = 1 - abs(math.sin(2 * turn)) * 0.35
    scale = min(width / across, height / along) * shot.fill * small
    corners = []
    for x, y in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        px, py = x * page.width * scale, y * page.height * scale
        turned = (px * math.cos(turn) - py * math.sin(turn), px * math.sin(turn) + py * math.cos(turn))
        jitter = [1 - dice.uniform(0, shot.lean) for _ in range(2)]
        corners.append((width / 2 + turned[0] * jitter[0], height / 2 + turned[1] * jitter[1]))
    flat = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    values = plane_through(list(zip(corners, [(float(x), float(y)) for x, y in flat], strict=True))).values
    table = dice.choice([(90, 70, 50), (60, 60, 65), (170, 140, 105), (200, 200, 195)])
    return page.transform(size, Image.Transform.PERSPECTIVE, values, Image.Resampling.BICUBIC, fillcolor=table)


def _shaded(photo: Image.Image, shot: Shot, dice: random.Random) -> Image.Image:
    """Dim the light from one side to the other, and let a hand's shadow fall across."""
    light = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270)))
    light = light.point(lambda value: round(255 * shot.light * (1 - shot.shadow * 0.6 * value / 255)))
    light = light.resize(photo.size)
    if shot.shadow > 0.15:
        hand = Image.new("L", (306, 408), 255)
        start = dice.uniform(0, 250)
        shape = [(start, 0), (start + 90, 0), (start + dice.uniform(40, 160), 408), (start - 40, 408)]
        ImageDraw.Draw(hand).polygon(shape, fill=round(255 * (1 - shot.shadow)))
        hand = hand.filter(ImageFilter.GaussianBlur(dice.uniform(0.8, 6))).resize(photo.size)
        light = ImageChops.multiply(light, hand)
    warm = [1.0, 1 - 0.35 * shot.warmth, 1 - shot.warmth]
    return Image.merge(
        "RGB",
        [
            ImageChops.multiply(channel, light.point(lambda value, share=share: round(value * share)))
            for channel, share in zip(photo.split(), warm, strict=True)
        ],
    )
