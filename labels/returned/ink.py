"""Ink on paper, whatever the light: darker than the paper on both sides of it, or coloured where the paper is not.

A shadow darkens a stretch of paper and has an edge; a stroke is thin. Filling every dark part that is thinner than a
stroke may be (a morphological closing) takes strokes away and leaves shadows, so what differs is strokes. A fingerprint
in red or blue paste is wide, but its colours differ from the paper's; a shadow darkens all three alike.
"""

from PIL import Image, ImageChops, ImageFilter, ImageMath, ImageStat

# The widest stroke that a pen draws.
STROKE_MM_MAX = 3.0
# What is this many times as dark as the paper is rough is no noise.
NOISE_TIMES = 5
# A line of which pieces are ink is joined by what is ink by this part of it.
FAINT_PART = 0.65
FULL = 255


def strokes_in(patch: Image.Image, px_per_mm: float, least: int) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Mark what is thinner than a stroke may be and darker than the paper around it by `least` of 255.

    The second mask marks what is so by a part of that: it joins a pale line of which the first has only pieces. The
    third picture holds how bright each place is beside its paper: 255 is as bright.
    """
    dark = patch.convert("L").filter(ImageFilter.GaussianBlur(0.15 * px_per_mm))
    share = _share(dark, closed(dark, max(1, round(STROKE_MM_MAX * px_per_mm / 2))))
    limit = limit_of(share, least)
    return _darker(share, limit), _darker(share, round(FAINT_PART * limit)), share


def closed(grey: Image.Image, reach: int) -> Image.Image:
    """Fill every dark part that is thinner than twice the reach, in pixels, with what is around it."""
    return ImageChops.invert(_lightest(ImageChops.invert(_lightest(grey, reach)), reach))


def _lightest(grey: Image.Image, reach: int) -> Image.Image:
    """Return the lightest that lies within reach of each pixel, in a square.

    A square that is twice as wide is the lighter of two of half the width, so few steps are enough for a wide one.
    """
    width, height = grey.size
    # What is cropped from beyond an image is black, and so never the lightest.
    found = grey.crop((-reach, -reach, width + reach, height + reach))
    for x, y in ((1, 0), (0, 1)):
        covered = 1
        while covered < 2 * reach + 1:
            step = min(covered, 2 * reach + 1 - covered)
            shifted = found.crop((x * step, y * step, found.width + x * step, found.height + y * step))
            found, covered = ImageChops.lighter(found, shifted), covered + step
    return found.crop((0, 0, width, height))


def limit_of(share: Image.Image, least: int) -> int:
    """Return how much darker than its paper ink is at the least, of 255: more where the paper is rough."""
    return max(least, round(NOISE_TIMES * _noise(share)))


def core_of(share: Image.Image, ink: Image.Image) -> float:
    """Return how dark the darkest quarter of the ink is, of 1: a pen's line has a core, a hair has none."""
    counts = share.histogram(mask=ink)
    wanted, running = sum(counts) / 4, 0
    for value, count in enumerate(counts):
        running += count
        if count and running >= wanted:
            return 1 - value / FULL
    return 0.0


def _darker(share: Image.Image, limit: int) -> Image.Image:
    # Noise comes in single pixels, a stroke is two wide: what has fewer than four of nine around it is noise.
    return share.point(lambda value: FULL if FULL - value >= limit else 0).filter(ImageFilter.RankFilter(3, 5))


def _noise(share: Image.Image) -> float:
    """Return how much paper differs from itself from pixel to pixel: half of all do so by less."""
    rough = ImageChops.difference(share, share.filter(ImageFilter.MedianFilter(5)))
    counts, running = rough.histogram(), 0
    for value, count in enumerate(counts):
        running += count
        if running >= share.width * share.height * 0.75:
            return float(value)
    return float(FULL)


def colours_in(patch: Image.Image, px_per_mm: float) -> Image.Image:
    """Return how far each place has another colour than the paper, of 255."""
    soft = patch.filter(ImageFilter.GaussianBlur(0.5 * px_per_mm))
    shares = [_share(channel, Image.new("L", patch.size, _white(channel))) for channel in soft.split()]
    most = ImageChops.lighter(shares[0], ImageChops.lighter(shares[1], shares[2]))
    least = ImageChops.darker(shares[0], ImageChops.darker(shares[1], shares[2]))
    # Noise of a dark corner has colours too: the difference counts as a share of what light there is.
    return ImageChops.invert(_share(least, most))


def reds_in(patch: Image.Image, px_per_mm: float) -> Image.Image:
    """Return how much more of its red than of its other colours each place has kept beside the paper, of 255."""
    soft = patch.filter(ImageFilter.GaussianBlur(0.3 * px_per_mm))
    red, green, blue = (_share(channel, Image.new("L", patch.size, _white(channel))) for channel in soft.split())
    return ImageChops.invert(_share(ImageChops.lighter(green, blue), red))


def shade_of(patch: Image.Image) -> Image.Image:
    """Return how dark each place is beside the brightest of the patch: 255 is as bright as paper."""
    dark = patch.convert("L")
    return _share(dark, Image.new("L", patch.size, _white(dark)))


def area_share(mask: Image.Image) -> float:
    """Return which share of a mask is marked."""
    return ImageStat.Stat(mask).mean[0] / FULL


def _share(part: Image.Image, whole: Image.Image) -> Image.Image:
    """Divide, so that equal is 255."""
    divided: Image.Image = ImageMath.lambda_eval(
        lambda known: known["convert"](known["min"](known["part"] * FULL / known["max"](known["whole"], 1), FULL), "L"),
        part=part,
        whole=whole,
    )
    return divided


def _white(channel: Image.Image) -> int:
    """Return how bright the paper is: brighter than most of it, darker than glare."""
    counts = channel.histogram()
    wanted, running = sum(counts) * 0.85, 0
    for value, count in enumerate(counts):
        running += count
        if running >= wanted:
            return max(value, 1)
    return FULL
