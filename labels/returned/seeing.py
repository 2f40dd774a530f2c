"""See codes on a photo, and patches of the page as if it lay flat."""

from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFilter

from labels.returned.places import Rect
from labels.returned.plane import Plane, Point

UM_PER_MM = 1_000
# Enough to know how a page lies; fewer are worth another look.
CODES_ENOUGH = 4
SOFT_PX = 1.0
# Of the enlarged picture.
ENLARGED_PIXELS_MAX = 48_000_000
# A page that fills a part of the photo has modules of two pixels: for these it is sharpened, at a scale and a softness
# each, the quick one first. With one code the corner marks tell how the page lies, with two they surely do.
SHARPENED, SHARPENED_ENOUGH, SHARPENED_PERCENT = ((2, 0.8), (3, 0.5)), 2, 200
# Where not one is read, because the hand shook as well: so hard, and parted into black and white by one limit a line.
HARD_SCALES, HARD_PERCENT = (2, 3), 400
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True)
class Seen:
    """A code on a photo: what it says, and its corners clockwise from its own top left, in pixels."""

    text: str
    corners: tuple[Point, ...]


def codes_on(photo: Image.Image) -> list[Seen]:
    """List the codes on a photo, however it lies: as it is and without its noise, and enlarged where few are read."""
    grey = photo.convert("L")
    soft = grey.filter(ImageFilter.GaussianBlur(SOFT_PX))
    found = {**_read(soft, 1), **_read(grey, 1)}
    if len(found) < CODES_ENOUGH and _may_enlarge(grey, 2):
        found = {**_read(_enlarged(soft, 2), 2), **found}
        for scale, softness in SHARPENED:
            if len(found) < SHARPENED_ENOUGH and _may_enlarge(grey, scale):
                large = _enlarged(grey.filter(ImageFilter.GaussianBlur(softness)), scale)
                found |= _read(large.filter(ImageFilter.UnsharpMask(2 * scale, SHARPENED_PERCENT, 0)), scale)
        for scale in HARD_SCALES:
            if not found and _may_enlarge(grey, scale):
                hard = _enlarged(grey, scale).filter(ImageFilter.UnsharpMask(scale, HARD_PERCENT, 0))
                found |= _read(hard, scale, zxingcpp.Binarizer.GlobalHistogram)
    return list(found.values())


def _may_enlarge(grey: Image.Image, scale: int) -> bool:
    return grey.width * grey.height * scale**2 <= ENLARGED_PIXELS_MAX


def _enlarged(grey: Image.Image, scale: int) -> Image.Image:
    return grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)


def _read(
    grey: Image.Image, scale: int, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
) -> dict[str, Seen]:
    read = zxingcpp.read_barcodes(grey, formats=_FORMATS, binarizer=binarizer)
    return {found.text: _seen(found, scale) for found in read}


def _seen(found: zxingcpp.Barcode, scale: int) -> Seen:
    place = found.position
    # The reader names pixels; a corner lies on the far edge of the last one.
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Seen(found.text, tuple(((corner.x + 0.5) / scale, (corner.y + 0.5) / scale) for corner in corners))


def patch_of(photo: Image.Image, plane: Plane, rect: Rect, px_per_mm: float) -> Image.Image:
    """Straighten a part of the page; what lies outside the photo is black."""
    step = UM_PER_MM / px_per_mm
    width, height = round((rect.right_um - rect.left_um) / step), round((rect.bottom_um - rect.top_um) / step)
    values = plane.after(rect.left_um, rect.top_um, step)
    return photo.transform((width, height), Image.Transform.PERSPECTIVE, values, Image.Resampling.BICUBIC)
